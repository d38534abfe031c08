"""Recording what was said; what becomes of promises and meetings; reminders; Today, the week, the call list."""

from rapport.customers.timeline.views.files import attaching, detaching, file
from rapport.customers.timeline.views.meetings import holding, missing, moving_meeting, planning
from rapport.customers.timeline.views.naming import joining, leaving, noticing
from rapport.customers.timeline.views.pinning import pinning, unpinning
from rapport.customers.timeline.views.promises import closing, handing_over, moving, taking
from rapport.customers.timeline.views.quiet import letting_be
from rapport.customers.timeline.views.recording import noting, promising, saying
from rapport.customers.timeline.views.reminders import (
    emptying,
    finishing,
    reminders,
    reminders_count,
    reminding,
    snoozing,
    wishing,
)
from rapport.customers.timeline.views.today import today
from rapport.customers.timeline.views.week import calls, week

__all__ = [
    "attaching", "calls", "closing", "detaching", "emptying", "file", "finishing", "handing_over", "holding",
    "joining", "leaving", "letting_be", "missing", "moving", "moving_meeting", "noticing", "noting",
    "pinning", "planning", "promising", "reminders", "reminders_count", "reminding", "saying", "snoozing",
    "taking", "today", "unpinning", "week", "wishing",
]  # fmt: skip
