"""Whether this home may only be read now, and why: a copy opened to be looked at, or an upgrade under way."""

import sys
from datetime import datetime
from pathlib import Path

from msgspec import Struct

# Whoever puts another version in the place of this one holds this file; the system lets go of it however that ends.
CLOSED = "closed.lock"


class OnlyReading(Struct, frozen=True):
    """Why nothing can be written: `copy_of` is the moment of an opened copy; without it an upgrade is under way."""

    copy_of: datetime | None = None


def only_reading() -> OnlyReading | None:
    """Nothing, in everyday use: that costs one look at the folder."""
    # Not above: the process that only watches the others asks here too, and has no Django.
    from django.conf import settings

    if settings.READ_ONLY:
        return OnlyReading(datetime.fromisoformat(settings.READ_ONLY))
    return OnlyReading() if is_closed(Path(settings.HOME)) else None


def is_closed(home: Path) -> bool:
    """Whether somebody who is alive has closed the home for writing."""
    return is_held(home / CLOSED)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock on a file, without taking it from anybody."""
    try:
        with path.open() as file:
            return _is_held(file.fileno())
    except FileNotFoundError:
        return False
    except PermissionError:
        return True  # where locks keep readers out too


def _is_held(descriptor: int) -> bool:
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    return False
