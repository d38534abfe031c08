"""What can be done: make a backup, unpack one, and try whether one can be restored."""

from rapport.doors.operations.copies.services.caring import ask_for_backup, care, make_and_try, try_a_place
from rapport.doors.operations.copies.services.drilling import drill, drill_place, use
from rapport.doors.operations.copies.services.fetching import Wanted, fetch
from rapport.doors.operations.copies.services.keys import CopyRefused, key_of
from rapport.doors.operations.copies.services.packing import make_backup
from rapport.doors.operations.copies.services.places import parsed
from rapport.doors.operations.copies.services.unpacking import restore, unpack

__all__ = [
    "CopyRefused",
    "Wanted",
    "ask_for_backup",
    "care",
    "drill",
    "drill_place",
    "fetch",
    "key_of",
    "make_and_try",
    "make_backup",
    "parsed",
    "restore",
    "try_a_place",
    "unpack",
    "use",
]
