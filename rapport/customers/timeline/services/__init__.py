"""The verbs of the timeline, and what keeps the story true."""

from rapport.customers.timeline.services.keeping import (
    ClosedBefore,
    NotTheirs,
    close_promise,
    hand_over,
    move_promise,
    take_promise,
)
from rapport.customers.timeline.services.recording import (
    NobodyThere,
    Promised,
    Recorded,
    Said,
    make_promise,
    record_interaction,
    write_note,
)
from rapport.customers.timeline.services.story import project

__all__ = [
    "ClosedBefore", "NobodyThere", "NotTheirs", "Promised", "Recorded", "Said", "close_promise", "hand_over",
    "make_promise", "move_promise", "project", "record_interaction", "take_promise", "write_note",
]  # fmt: skip
