"""What can be done: make a backup, have copies made at places, bring a home back, and try whether that works."""

from rapport.doors.operations.copies.services import postgresql
from rapport.doors.operations.copies.services.caring import (
    ask_for_backup,
    ask_for_mending,
    care,
    look_at_pages,
    make_and_try,
    note_taking,
    try_a_place,
)
from rapport.doors.operations.copies.services.drilling import drill, drill_place, use
from rapport.doors.operations.copies.services.fetching import Wanted, fetch
from rapport.doors.operations.copies.services.keys import CopyRefused, key_of
from rapport.doors.operations.copies.services.packing import make_backup
from rapport.doors.operations.copies.services.pages import compare_pages, mend_pages
from rapport.doors.operations.copies.services.places import (
    NewPlace,
    add_place,
    parsed,
    pause_place,
    remove_place,
    try_place,
)
from rapport.doors.operations.copies.services.unpacking import restore, unpack

__all__ = [
    "CopyRefused",
    "NewPlace",
    "Wanted",
    "add_place",
    "ask_for_backup",
    "ask_for_mending",
    "care",
    "compare_pages",
    "drill",
    "drill_place",
    "fetch",
    "key_of",
    "look_at_pages",
    "make_and_try",
    "make_backup",
    "mend_pages",
    "note_taking",
    "parsed",
    "pause_place",
    "postgresql",
    "remove_place",
    "restore",
    "try_a_place",
    "try_place",
    "unpack",
    "use",
]
