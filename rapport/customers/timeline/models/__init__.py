"""What passed between us and a party: interactions, meetings, promises, notes; the story that is made of them; and what
each of us wants to be reminded of."""

from rapport.customers.timeline.models.attached import Attached, InteractionFile, LooseFile, NoteFile
from rapport.customers.timeline.models.planned import Guest, Meeting, MeetingClosure, MeetingQuerySet
from rapport.customers.timeline.models.promised import Promise, PromiseClosure, PromiseQuerySet
from rapport.customers.timeline.models.reach import by_owner
from rapport.customers.timeline.models.reminding import (
    Reminder,
    ReminderMail,
    ReminderQuerySet,
    ReminderWish,
)
from rapport.customers.timeline.models.said import (
    Channel,
    Direction,
    Feeling,
    Interaction,
    InteractionQuerySet,
    Mention,
    MentionQuerySet,
    Note,
    NoteQuerySet,
    Outcome,
    Participant,
    Pin,
)
from rapport.customers.timeline.models.story import Moment, MomentParty

__all__ = [
    "Attached", "Channel", "Direction", "Feeling", "Guest", "Interaction", "InteractionFile",
    "InteractionQuerySet", "LooseFile", "Meeting", "MeetingClosure", "MeetingQuerySet", "Mention",
    "MentionQuerySet", "Moment", "MomentParty", "Note", "NoteFile", "NoteQuerySet", "Outcome", "Participant",
    "Pin", "Promise", "PromiseClosure", "PromiseQuerySet", "Reminder", "ReminderMail", "ReminderQuerySet",
    "ReminderWish", "by_owner",
]  # fmt: skip
