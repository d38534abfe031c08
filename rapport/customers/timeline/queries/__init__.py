"""What pages ask of the timeline."""

from rapport.customers.timeline.queries.story import (
    Brief,
    MomentLine,
    StoryPage,
    brief,
    name_of,
    participants,
    story,
)
from rapport.customers.timeline.queries.today import (
    Owed,
    awaited,
    kept_lately,
    left_for,
    promises_coming,
    promises_due,
)

__all__ = [
    "Brief", "MomentLine", "Owed", "StoryPage", "awaited", "brief", "kept_lately", "left_for", "name_of",
    "participants", "promises_coming", "promises_due", "story",
]  # fmt: skip
