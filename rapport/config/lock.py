"""One process at a time: a lock on a file of the home, given back by the system however the process ends."""

import os
import sys
from pathlib import Path
from typing import IO

# Held while another version is put in the place of the one that serves: its web server waits for that.
PREPARING = "preparing.lock"


class HeldError(Exception):
    """Somebody else holds the lock; `args[0]` says who, as they wrote it."""


def hold(path: Path) -> IO[str]:
    """Take the lock at `path` and write our process number into it; raises HeldError when it is taken.

    The lock lasts as long as the answer is kept open."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = open(path, "a+", encoding="utf-8")  # noqa: SIM115 - kept open for as long as the lock is held
    if not _try(file):
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise HeldError(holder)
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock at `path` now."""
    try:
        with open(path, encoding="utf-8") as file:
            return not _try(file)
    except FileNotFoundError:
        return False


def _try(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1_000_000)  # beyond the text, so that others may read it
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
