"""Recording what was said; what becomes of promises and meetings; Today."""

from rapport.customers.timeline.views.meetings import holding, missing, moving_meeting, planning
from rapport.customers.timeline.views.promises import closing, handing_over, moving, taking
from rapport.customers.timeline.views.recording import noting, promising, saying
from rapport.customers.timeline.views.today import today

__all__ = [
    "closing", "handing_over", "holding", "missing", "moving", "moving_meeting", "noting", "planning", "promising",
    "saying", "taking", "today",
]  # fmt: skip
