"""The verbs of the timeline, and what keeps the story true."""

from rapport.customers.timeline.services.attaching import (
    Upload,
    WrongFile,
    attach,
    detach,
    follow_files,
    path_of,
    sweep_files,
)
from rapport.customers.timeline.services.keeping import (
    ClosedBefore,
    NotTheirs,
    close_promise,
    hand_over,
    move_promise,
    take_promise,
)
from rapport.customers.timeline.services.mailing import mail_reminders
from rapport.customers.timeline.services.meeting import (
    EndedBefore,
    Held,
    Planned,
    hold_meeting,
    miss_meeting,
    move_meeting,
    plan_meeting,
)
from rapport.customers.timeline.services.naming import (
    NotNamed,
    NotTheOnlyOne,
    add_participant,
    remove_participant,
    take_mention,
)
from rapport.customers.timeline.services.pinning import pin_moment, unpin_moment
from rapport.customers.timeline.services.quiet import let_be
from rapport.customers.timeline.services.recording import (
    NobodyThere,
    Promised,
    Recorded,
    Said,
    make_promise,
    record_interaction,
    write_note,
)
from rapport.customers.timeline.services.reminding import choose_reminders, finish, remind, snooze
from rapport.customers.timeline.services.story import project

__all__ = [
    "ClosedBefore", "EndedBefore", "Held", "NobodyThere", "NotNamed", "NotTheOnlyOne", "NotTheirs",
    "Planned", "Promised", "Recorded", "Said", "Upload", "WrongFile", "add_participant", "attach",
    "choose_reminders", "close_promise", "detach", "finish", "follow_files", "hand_over", "hold_meeting",
    "let_be", "mail_reminders", "make_promise", "miss_meeting", "move_meeting", "move_promise", "path_of",
    "pin_moment", "plan_meeting", "project", "record_interaction", "remind", "remove_participant", "snooze",
    "sweep_files", "take_mention", "take_promise", "unpin_moment", "write_note",
]  # fmt: skip
