"""The verbs of the timeline, and what keeps the story true."""

from rapport.customers.timeline.services.recording import (
    ClosedBefore,
    NobodyThere,
    Promised,
    Recorded,
    Said,
    close_promise,
    make_promise,
    record_interaction,
    write_note,
)
from rapport.customers.timeline.services.story import project

__all__ = [
    "ClosedBefore", "NobodyThere", "Promised", "Recorded", "Said", "close_promise", "make_promise", "project",
    "record_interaction", "write_note",
]  # fmt: skip
