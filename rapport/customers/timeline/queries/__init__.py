"""What pages ask of the timeline."""

from rapport.customers.timeline.queries.brief import Brief, brief
from rapport.customers.timeline.queries.departments import (
    consents_lately,
    owed_by_department,
    promised_to_firm,
    quiet_by_stage,
)
from rapport.customers.timeline.queries.firm import Figure, firm_figures
from rapport.customers.timeline.queries.mails import is_mailing, mail_checks
from rapport.customers.timeline.queries.meetings import (
    Appointment,
    appointment,
    begin_of,
    expected,
    last_words,
    meetings_ahead,
    meetings_between,
    meetings_unsaid,
)
from rapport.customers.timeline.queries.named import Named, mentions_of, participants
from rapport.customers.timeline.queries.quiet import (
    Heard,
    going_quiet,
    spoken_lately,
    without_next_step,
)
from rapport.customers.timeline.queries.reminders import (
    Remembered,
    by_itself,
    reminder_of,
    reminders_due,
    reminders_later,
    wish_of,
)
from rapport.customers.timeline.queries.story import (
    MomentLine,
    StoryPage,
    name_of,
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
from rapport.customers.timeline.queries.week import Call, Lane, calls_of, week_of

__all__ = [
    "Appointment", "Brief", "Call", "Figure", "Heard", "Lane", "MomentLine", "Named", "Owed", "Remembered",
    "StoryPage", "appointment", "awaited", "begin_of", "brief", "by_itself", "calls_of", "consents_lately",
    "expected", "firm_figures", "going_quiet", "is_mailing", "kept_lately", "last_words", "left_for",
    "mail_checks", "meetings_ahead", "meetings_between", "meetings_unsaid", "mentions_of", "name_of",
    "owed_by_department", "participants", "promised_to_firm", "promises_coming", "promises_due",
    "quiet_by_stage", "reminder_of", "reminders_due", "reminders_later", "spoken_lately", "story",
    "week_of", "wish_of", "without_next_step",
]  # fmt: skip
