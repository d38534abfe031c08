"""The worker's part: once a day, and when somebody asks, a backup is made and tried, in a process of its own."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from rapport.doors.operations.copies.models import Place
from rapport.doors.operations.copies.queries import (
    ASKED,
    BEGUN,
    DAILY,
    FOLDER,
    MENDING_ASKED,
    backups_in,
    last_drill,
)
from rapport.doors.operations.copies.rules import KEPT_BY_ITSELF, SUFFIX, Drill, PagesCompared
from rapport.doors.operations.copies.services.drilling import drill, drill_place
from rapport.doors.operations.copies.services.keys import NAME, key_of
from rapport.doors.operations.copies.services.packing import make_backup
from rapport.doors.operations.copies.services.pages import compare_pages, mend_pages
from rapport.doors.operations.copies.services.replica import Replica
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.ledger.services import act

EVERY = timedelta(hours=24)
LOOK_EVERY = timedelta(seconds=5)
# A process of ours that ends with us, however we end.
TIED = (sys.executable, "-m", "rapport.config.lifeline", "django")
_running: list[subprocess.Popen[bytes]] = []
_next_look = [datetime.min.replace(tzinfo=UTC)]


def ask_for_backup(*, actor: Actor, at: datetime) -> str:
    """Have the worker make a backup and try it; answers the recovery key if it was made by this."""
    home = Path(settings.HOME)
    with act("backup.asked", actor=actor, source=SCREEN, at=at, even_if_empty=True):
        key, is_new = key_of(home)
        (home / ASKED).touch()
    return str(key) if is_new else ""


def ask_for_mending(*, actor: Actor, at: datetime) -> None:
    """Have the worker put the copy's pages in the place of damaged ones."""
    with act("pages.asked_to_mend", actor=actor, source=SCREEN, at=at, even_if_empty=True):
        (Path(settings.HOME) / MENDING_ASKED).touch()


def note_taking(*, actor: Actor, at: datetime) -> None:
    """Record that somebody took a backup with them."""
    with act("backup.taken", actor=actor, source=SCREEN, at=at, even_if_empty=True):
        pass


def look_at_pages(home: Path, *, at: datetime) -> PagesCompared | None:
    """Mend the pages if that was asked for; else compare them with the copy's, where one is made."""
    if settings.DATABASE_URL:
        return None  # PostgreSQL's own checksums are looked at when a whole copy is made
    if (home / MENDING_ASKED).exists():
        (home / MENDING_ASKED).unlink()
        return mend_pages(home, at=at)[0]
    return compare_pages(home, at=at) if Replica.of(home) else None


def care(at: datetime) -> int:
    """Begin what is due, unless it is under way. Nothing is, before somebody holds the key."""
    home = Path(settings.HOME)
    # A clock that was set back must not make us wait for it.
    is_soon = timedelta(0) < _next_look[0] - at <= LOOK_EVERY
    if is_soon or any(child.poll() is None for child in _running):
        return 0
    _next_look[0] = at + LOOK_EVERY
    if not (home / NAME).exists() or not _is_due(home, at):
        return 0
    _running[:] = [subprocess.Popen([*TIED, "care"], stdin=subprocess.DEVNULL, env=_ours())]
    return 1


def _is_due(home: Path, at: datetime) -> bool:
    begun = home / BEGUN
    return (
        (home / ASKED).exists()
        or (home / MENDING_ASKED).exists()
        or not begun.exists()
        # One that lies ahead was begun by a clock that ran ahead: it must not make us wait for it.
        or not -60 <= at.timestamp() - begun.stat().st_mtime <= EVERY.total_seconds()
    )


def _ours() -> dict[str, str]:
    return os.environ | {
        "RAPPORT_HOME": str(settings.HOME),
        "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        "RAPPORT_PARENT": str(os.getpid()),
    }


def make_and_try(home: Path, *, at: datetime) -> Drill:
    """Make a backup into the home, try it, and let go of the oldest that were made so. Raises CopyRefused."""
    (home / ASKED).unlink(missing_ok=True)
    (home / BEGUN).write_text(at.isoformat())
    file = home / FOLDER / f"{DAILY}{at:%Y%m%dT%H%M%SZ}{SUFFIX}"
    make_backup(home, file, at=at)
    done = drill(file, home, key=home / NAME, at=at)
    older = [one for one in backups_in(home) if one.path.name.startswith(DAILY) and one.path != file]
    for backup in older[KEPT_BY_ITSELF - 1 :] if done.ok else []:
        backup.path.unlink()
    return done


def try_a_place(home: Path, *, at: datetime) -> Drill | None:
    """Bring this home back from one of its places, the one that was tried the longest ago; nothing without places.

    One each day, for what is read from a rented storage is paid for."""
    places = [one for one in Place.objects.order_by("pk") if not one.is_paused]
    if not places:
        return None
    never = datetime.min.replace(tzinfo=UTC)
    tried = {one.pk: last_drill(home, one.pk) for one in places}
    first = min(places, key=lambda one: done.at if (done := tried[one.pk]) else never)
    return drill_place(first, home, at=at)
