"""The worker: one process that seals acts and delivers them, and runs what is due."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from django.db import DatabaseError, close_old_connections, connection

from rapport.foundation.kernel.clock.queries import jumped
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.services import deliver_all, seal
from rapport.foundation.kernel.search.services import keep_up

QUICK, SLOW = 0.05, 0.5
# What is due by the clock alone is seen so late at most, while nobody writes.
UNWRITTEN = 2.0
# Answers something else as soon as anybody has committed anything: one row, no lock, no table.
# Sources: https://www.sqlite.org/pragma.html#pragma_data_version;
# https://www.postgresql.org/docs/current/functions-info.html, "Transaction ID and Snapshot Information Functions".
_LAST_WRITTEN = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}

type Work = Callable[[datetime], int]
_registered: dict[str, Work] = {}
_beside: dict[str, tuple[Work, float]] = {}
_lets_go: set[str] = set()
# What is let go of for ever waits so long after the clock was set, which may have been wrong.
DOUBT = timedelta(days=1)
_log = logging.getLogger(__name__)


def register_work(name: str, work: Work, *, lets_go: bool = False) -> None:
    """Have the worker call `work(at)` in its loop: it does a bounded piece and says how much it did.

    What is left to do must stand in the database, so that a killed worker's successor goes on. Work that lets go of
    something because its time is over (`lets_go`) waits for a day after the clock was set."""
    _registered[name] = work
    if lets_go:
        _lets_go.add(name)


def register_work_beside(name: str, work: Work, *, seconds: float) -> None:
    """The same for what waits for the machines of others, such as a mail server: it has a thread of its own, which
    looks every few seconds, so that nothing else waits with it."""
    _beside[name] = work, seconds


def work_until(stopped: threading.Event) -> None:
    """Seal and deliver until told to stop; looks every 50 ms while there is work, backing off to 500 ms. Where nobody
    has written since there was nothing to do, that look is one question, and the rest is asked every two seconds.

    After a piece it rests for as long as that took: on SQLite it would else take the lock again before anybody who
    waits for it has looked."""
    for name, (some, seconds) in _beside.items():
        # A daemon: a machine that does not answer keeps no worker from ending.
        threading.Thread(target=_look_on, args=(name, some, seconds, stopped), name=name, daemon=True).start()
    pause, idle_since, known = QUICK, None, None
    while not stopped.is_set():
        begun, written, done = time.monotonic(), _last_written(), 0
        if idle_since is None or written != known or begun - idle_since >= UNWRITTEN:
            done, known = _once(now()), written
            idle_since = None if done else begun
        pause = max(QUICK, time.monotonic() - begun) if done else min(pause * 1.5, SLOW)
        stopped.wait(pause)
    close_old_connections()


def _last_written() -> object:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_LAST_WRITTEN[connection.vendor])
            return cursor.fetchone()
    except DatabaseError:  # each kind of work will say so in its own name
        close_old_connections()
        return object()


def _look_on(name: str, some: Work, seconds: float, stopped: threading.Event) -> None:
    while not stopped.wait(seconds):
        _try(name, some, now())
        connection.close()


def _seal(_at: datetime) -> int:
    return seal()


def _once(at: datetime) -> int:
    done, is_in_doubt = 0, jumped(within=DOUBT) is not None
    for name, some in [("seal", _seal), ("deliver", deliver_all), ("search", keep_up), *_registered.items()]:
        if is_in_doubt and name in _lets_go:
            continue
        done += _try(name, some, at)
    return done


def _try(name: str, some: Work, at: datetime) -> int:
    try:
        return some(at)
    except Exception:  # one kind of work that fails must not stop the others; it is tried again
        _log.exception("work %s failed", name)
        close_old_connections()
        return 0


def work() -> None:
    """Run the worker in this process until SIGTERM or SIGINT; what was begun is finished."""
    stopped = threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    work_until(stopped)
