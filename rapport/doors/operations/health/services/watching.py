"""The watchdog: a thread of the web server, so that it sees a dead worker, a missing database and a full disk. It says
on every page what is not well, and by mail, once for each fault and once when it ended."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from rapport.doors.operations.health.queries.faults import remember
from rapport.doors.operations.health.services.keeping import write_whole
from rapport.doors.operations.health.services.mailing import CannotSend, mail_of, send
from rapport.foundation.kernel.checks.queries import all_checks
from rapport.foundation.kernel.checks.rules import Check
from rapport.foundation.kernel.clock.queries import jumped
from rapport.foundation.kernel.clock.rules import now

TOLD = "told.json"
LOOK_SECONDS = 5.0
# What passes by itself, such as a worker that is started again, is nobody's mail.
TELL_AFTER = timedelta(seconds=20)
_log = logging.getLogger(__name__)
# Since when each fault stands, and whether somebody was told; in memory too, for the disk may be full.
_faults: dict[str, tuple[datetime, bool]] = {}


def watch(is_mine: Callable[[], bool]) -> threading.Thread:
    """Look every few seconds for as long as this process lives; of several processes, the one for which `is_mine`
    answers True tells by mail."""

    jumped(within=timedelta(0))  # a clock that is set before the first look is seen there, too

    def look_on() -> None:
        pause = threading.Event()
        while not pause.wait(LOOK_SECONDS):
            try:
                found, at = remember(all_checks(now())), now()
                if is_mine():
                    tell(Path(settings.HOME), found, at)
            except Exception:  # whoever watches must not be the one who falls
                _log.exception("the watchdog could not look")
            finally:
                connection.close()

    thread = threading.Thread(target=look_on, name="watchdog", daemon=True)
    thread.start()
    return thread


def tell(home: Path, found: list[Check], at: datetime) -> None:
    """Send what is new and what ended; a mail that does not go out is tried again at the next look."""
    known = _faults or _told(home)
    faults = {one.name: known.get(one.name, (at, False)) for one in found}
    begun = [one for one in found if not faults[one.name][1] and at - faults[one.name][0] >= TELL_AFTER]
    ended = [name for name, (_, is_told) in known.items() if is_told and name not in faults]
    if (begun or ended) and (mail := mail_of(home)).host:
        try:
            send(mail, *_words(begun, ended), at)
        except CannotSend as reason:
            _log.warning("a warning could not be mailed: %s", reason)
            faults |= {name: known[name] for name in ended}
        else:
            faults |= {one.name: (faults[one.name][0], True) for one in begun}
    _keep(home, faults)


def _words(begun: list[Check], ended: list[str]) -> tuple[str, str]:
    named = ", ".join([one.name for one in begun] or ended)
    subject = f"Rapport: {named} needs a hand" if begun else f"Rapport: {named} is well again"
    lines = [f"{one.name}: {one.detail}\n    {one.fix}" for one in begun]
    lines += [f"{name}: well again" for name in ended]
    where = (
        f"{settings.PUBLIC_URL.rstrip('/')}/admin/care/" if settings.PUBLIC_URL else "Admin, Backups and care"
    )
    return subject, "\n\n".join([*lines, f"All of it: {where}"]) + "\n"


def _told(home: Path) -> dict[str, tuple[datetime, bool]]:
    try:
        read: dict[str, Any] = json.loads((home / TOLD).read_text())
        return {
            name: (datetime.fromisoformat(since), bool(is_told)) for name, (since, is_told) in read.items()
        }
    except (OSError, ValueError, TypeError):
        return {}


def _keep(home: Path, faults: dict[str, tuple[datetime, bool]]) -> None:
    if faults == _faults:
        return
    _faults.clear()
    _faults.update(faults)
    try:
        write_whole(
            home / TOLD,
            json.dumps({name: (since.isoformat(), told) for name, (since, told) in faults.items()}),
        )
    except OSError:
        _log.warning("what was told could not be kept: a restart may tell it again")
