"""The process that listens to PostgreSQL's log: what the server writes is here, in pieces, a tenth of a second later.

It speaks the streaming replication protocol itself (https://www.postgresql.org/docs/current/protocol-replication.html):
`pg_receivewal` keeps files of 16 MB of which nobody says up to where they are written, nor of when."""

import logging
import os
import select
import struct
import threading
import time
from datetime import timedelta

import psycopg
from django.conf import settings
from psycopg import pq
from psycopg.conninfo import make_conninfo
from psycopg.pq.abc import PGresult

from rapport.doors.operations.copies.services.keys import CopyRefused
from rapport.doors.operations.copies.services.postgresql import pieces
from rapport.doors.operations.copies.services.postgresql.pieces import Head, position, said
from rapport.doors.operations.copies.services.postgresql.programs import connect, program, reach, run
from rapport.doors.operations.copies.services.postgresql.wal import READ, WalReplica
from rapport.doors.operations.copies.services.replica import now_ms

EVERY_SECONDS = 0.02 if settings.STRICT else 0.1  # in strict mode somebody waits for what comes
ANSWER_SECONDS, REST_SECONDS = 5.0, 1.0
WHOLE_EVERY = timedelta(hours=24)
WHOLE_REST_SECONDS = 60.0
# Beyond this a piece is put away at once: an import must not fill our memory.
MOST_BYTES = 8 * 2**20
EPOCH_MS = 946_684_800_000  # PostgreSQL counts from the year 2000
# SQLSTATE of a part of the log that was removed, and of a slot that was given up (postgresql.org, appendix A).
LOST = {b"58P01", b"55000"}
UNITS = {"kB": 2**10, "MB": 2**20, "GB": 2**30}
_log = logging.getLogger(__name__)


class LineLost(Exception):
    """The server no longer has what comes next: another line must begin, with a whole copy."""


def receive(replica: WalReplica) -> None:
    """Listen for as long as we live; a server that is away is asked again. Raises LineLost."""
    while True:
        try:
            receiver = _Receiver(replica)
            replica.tell("log", "")
            receiver.listen()
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as reason:
            if str(reason) != replica.trouble():
                _log.warning("the log of PostgreSQL cannot be read: %s", reason)
            replica.tell("log", str(reason).strip())
        time.sleep(REST_SECONDS)


class _Receiver:
    """One connection for the log, and one on which the server is asked how far it has written."""

    def __init__(self, replica: WalReplica) -> None:
        self._replica = replica
        self._asking = connect(reach())
        self._stream = pq.PGconn.connect(
            make_conninfo(
                **reach(), replication="true", application_name="rapport", connect_timeout=10
            ).encode()
        )
        if self._stream.status != pq.ConnStatus.OK:
            raise psycopg.OperationalError(self._stream.get_error_message())
        system, timeline = self._ask("IDENTIFY_SYSTEM")[:2]
        size = self._ask("SHOW wal_segment_size")[0]
        self._timeline, self._segment = int(timeline), int(size[:-2]) * UNITS[size[-2:]]
        self._number, self._position = self._begin(f"{system} {timeline}")
        self._waiting, self._at = bytearray(), 0
        self._answered_at = 0.0
        self._whole: threading.Thread | None = None
        self._whole_at = 0.0

    def _ask(self, words: str) -> list[str]:
        answer = self._stream.exec_(words.encode())
        if answer.status not in {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}:
            raise psycopg.OperationalError(self._stream.get_error_message())
        return [(answer.get_value(0, column) or b"").decode() for column in range(answer.nfields)]

    def _begin(self, source: str) -> tuple[int, int]:
        """The last piece that is here, and the position after it; of a new line the first that the slot keeps."""
        replica, slot = self._replica, self._replica.slot
        replica.changes_in.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = self._ask(f"READ_REPLICATION_SLOT {slot}")[1]
        if not replica.source:
            if kept:
                self._ask(f"DROP_REPLICATION_SLOT {slot}")
            self._ask(f"CREATE_REPLICATION_SLOT {slot} PHYSICAL RESERVE_WAL")
            kept = self._ask(f"READ_REPLICATION_SLOT {slot}")[1]
            replica.source = source
        elif replica.source != source or not kept:
            raise LineLost(f"this is another server, or the replication slot {slot} is gone")
        last = replica.changes()[1]
        if not last:
            return pieces.FIRST - 1, position(kept) // self._segment * self._segment
        with replica.change(last).open("rb") as file:
            return last, pieces.head_of(file, last).end

    def listen(self) -> None:
        """Put away what comes, until the connection breaks."""
        try:
            begin = f"START_REPLICATION SLOT {self._replica.slot} PHYSICAL {said(self._position)}"
            answer = self._stream.exec_(f"{begin} TIMELINE {self._timeline}".encode())
            if answer.status != pq.ExecStatus.COPY_BOTH:
                raise self._why(answer)
            while True:
                asked_at, there = now_ms(), self._server_position()
                self._take(time.monotonic() + EVERY_SECONDS)
                self._put()
                if self._position >= there:
                    os.utime(self._replica.path / READ, ns=(asked_at * 1_000_000,) * 2)
                self._answer()
                self._keep_whole(there)
        finally:
            self._stream.finish()
            self._asking.close()

    def _why(self, answer: PGresult | None) -> Exception:
        """Words are in the server's language; its codes are in none."""
        reason = self._stream.get_error_message() if answer is None else answer.get_error_message()
        code = answer.error_field(pq.DiagnosticField.SQLSTATE) if answer is not None else b""
        return LineLost(reason) if code in LOST else psycopg.OperationalError(reason)

    def _server_position(self) -> int:
        row = self._asking.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
        return position(row[0]) if row else 0

    def _take(self, until: float) -> None:
        """Read what the server sends, for a while."""
        while time.monotonic() < until and len(self._waiting) < MOST_BYTES:
            select.select([self._stream.socket], [], [], max(0.0, until - time.monotonic()))
            self._stream.consume_input()
            while True:
                size, message = self._stream.get_copy_data(1)
                if size == 0:
                    break
                if size < 0:
                    raise self._why(self._stream.get_result())
                self._read(bytes(message))

    def _read(self, message: bytes) -> None:
        if message[:1] == b"w":
            start, _, sent = struct.unpack_from("!QQq", message, 1)
            if start != self._position + len(self._waiting):
                raise LineLost(f"the server went on at {said(start)}, not at {said(self._position)}")
            self._waiting += message[25:]
            self._at = max(self._at, EPOCH_MS + sent // 1000)
        elif message[:1] == b"k" and message[17]:
            self._answered_at = 0.0

    def _put(self) -> None:
        """Write what waits as pieces, none of them across the border of a segment."""
        while self._waiting:
            room = self._segment - self._position % self._segment
            data = bytes(self._waiting[:room])
            head = Head(self._timeline, self._segment, len(data), self._position, self._at)
            pieces.put(self._replica.change(self._number + 1), head, data)
            self._number, self._position = self._number + 1, head.end
            del self._waiting[:room]

    def _answer(self) -> None:
        """Tell the server what is safe here, which it then need not keep."""
        if time.monotonic() - self._answered_at > ANSWER_SECONDS:
            at = (now_ms() - EPOCH_MS) * 1000
            self._stream.put_copy_data(struct.pack("!cQQQqB", b"r", *(self._position,) * 3, at, 0))
            self._stream.flush()
            self._answered_at = time.monotonic()

    def _keep_whole(self, there: int) -> None:
        """Have a whole copy made where the last is a day old, while we go on listening."""
        if time.monotonic() < self._whole_at or (self._whole and self._whole.is_alive()):
            return
        self._whole_at = time.monotonic() + WHOLE_REST_SECONDS
        if now_ms() - self._replica.newest_whole_at() < WHOLE_EVERY.total_seconds() * 1000:
            return
        before = self._replica.last_before(there // self._segment * self._segment)
        self._whole = threading.Thread(target=make_whole, args=(self._replica, before), daemon=True)
        self._whole.start()


def make_whole(replica: WalReplica, before: int) -> None:
    """Have the server copy itself as it is now into a file of the line; the pieces after `before` follow on it."""
    to = replica.whole(before)
    mine = to.with_suffix(".part")
    to.parent.mkdir(exist_ok=True, mode=0o700)
    try:
        with connect(reach()) as connection:
            command = program("pg_basebackup", connection.info.server_version // 10_000)
            with open(os.open(mine, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
                file.write(Head(0, 0, 0, 0, 0).packed())
                file.flush()
                options = [
                    "-D",
                    "-",
                    "-F",
                    "tar",
                    "-X",
                    "none",
                    "-Z",
                    "1",
                    "--checkpoint=fast",
                    "--no-password",
                ]
                run([command, *options], reach(), stdout=file)
                row = connection.execute(
                    "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, pg_current_wal_flush_lsn()::text"
                ).fetchone()
                file.seek(0)
                file.write(Head(0, 0, 0, 0, int(row[0]) if row else 0).packed())
                file.flush()
                os.fsync(file.fileno())
        replica.wait_for(position(row[1]) if row else 0)
        mine.rename(to)
        replica.tell("whole", "")
    except (CopyRefused, OSError, psycopg.Error) as reason:
        replica.tell("whole", str(reason).strip())
        _log.warning("no whole copy of the database could be made: %s", reason)
        mine.unlink(missing_ok=True)
