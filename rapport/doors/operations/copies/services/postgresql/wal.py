"""What is kept in the home of a PostgreSQL's log: whole copies of its data folder, and each change since in order."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

import rapport
from rapport.doors.operations.copies.rules import WHOLE, Parcel
from rapport.doors.operations.copies.services.postgresql import pieces
from rapport.doors.operations.copies.services.postgresql.programs import SOURCE, connect, reach
from rapport.doors.operations.copies.services.replica import HOUR_MS, Replica

# By whose time it is known up to when all is here.
READ, TROUBLE = "read", ".trouble"
KEPT_MS = 3 * HOUR_MS
WHOLES_KEPT = 2
LETS_GO_TRIES = 50


class WalReplica(Replica):
    """A line of PostgreSQL's log: a whole copy of the cluster, and every piece of its log since."""

    files_in, suffix = pieces.FOLDER, pieces.SUFFIX
    # A server may be away for longer than that, and its slot keeps what it writes meanwhile.
    patience = float("inf")
    whole_every_ms = 24 * HOUR_MS

    @classmethod
    def identity(cls, home: Path, *, is_new: bool = False) -> str:
        """Which database it is of: where that is, for a server that is away says no more."""
        of = "{host}:{port}/{dbname}".format(**{"host": "", "port": ""} | reach())
        return hashlib.sha256(of.encode()).hexdigest()[:16]

    @property
    def slot(self) -> str:
        """By this name the server keeps what was not fetched yet, for this home alone."""
        return f"rapport_{hashlib.sha256(str(self.home).encode()).hexdigest()[:12]}"

    @property
    def changes_in(self) -> Path:
        """The folder of the pieces."""
        return self.path / pieces.FOLDER / pieces.KIND

    @property
    def source(self) -> str:
        """The system and the timeline that the pieces are of; nothing before the first."""
        file = self.path / READ
        return file.read_text() if file.exists() else ""

    @source.setter
    def source(self, of: str) -> None:
        (self.path / READ).write_text(of)
        os.utime(self.path / READ, (0, 0))

    def start(self) -> subprocess.Popen[bytes]:
        """Listen in a process of its own, which ends with us."""
        (self.folder / "version").write_text(rapport.__version__)
        (self.path / pieces.FOLDER).mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.path / SOURCE).write_text("{user}\n{dbname}\n".format(**reach()))
        command = [sys.executable, "-m", "rapport.config.lifeline", "django", "receive"]
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, env=os.environ | {"RAPPORT_PARENT": str(os.getpid())}
        )

    def tell(self, doing: str, trouble: str) -> None:
        """Keep why something cannot be done, or that it can."""
        file = self.path / f"{doing}{TROUBLE}"
        if trouble:
            file.write_text(trouble)
        else:
            file.unlink(missing_ok=True)

    def trouble(self) -> str:
        """Why the server's log or a whole copy cannot be had now."""
        return next((file.read_text() for file in sorted(self.path.glob(f"*{TROUBLE}"))), "")

    def rested(self) -> "WalReplica":
        """Nobody wants copies for now: the server need not keep its log for us. What comes later is another line."""
        drop = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s"
        for _try in range(LETS_GO_TRIES):
            try:
                with connect(reach()) as connection:
                    connection.execute(drop, [self.slot])
                break
            except psycopg.errors.ObjectInUse:  # it has not noticed yet that we are gone
                time.sleep(0.1)
            except psycopg.OperationalError:
                break  # away; what it keeps for us has its limit
        return self.begun(self.home)

    def whole_since(self, shipped: int, seen_at: int) -> int | None:
        """Up to when (milliseconds) all is in the pieces to `shipped`; nothing when there are more."""
        try:
            at = (self.path / READ).stat().st_mtime_ns // 1_000_000
        except FileNotFoundError:
            return None
        return at if at and not self.change(shipped + 1).exists() else None

    def is_read_to_the_end(self, newest: int) -> bool:
        """Whether all that the server had a moment ago is here."""
        at = self.whole_since(newest, 0)
        return at is not None and at > time.time() * 1000 - 5_000

    def standing(self) -> Iterator[tuple[Parcel, list[tuple[str, Path]]]]:
        """The whole copies and the packed hours."""
        for path, least, last, at in reversed(list(self._files(pieces.WHOLE_KIND))):
            files = [(f"{pieces.FOLDER}/{pieces.WHOLE_KIND}/{path.name}", path), (SOURCE, self.path / SOURCE)]
            yield Parcel(self.line, WHOLE, least, last, at), files
        for parcel in self.hours():
            yield parcel, []

    def whole(self, before: int) -> Path:
        """The file of the whole copy after which come the pieces after `before`."""
        name = f"{1:016x}-{before:016x}{self.suffix}"
        return self.path / pieces.FOLDER / pieces.WHOLE_KIND / name

    def newest_whole_at(self) -> int:
        """When the newest whole copy was made (milliseconds); 0 when there is none."""
        return max((at for *_, at in self._files(pieces.WHOLE_KIND)), default=0)

    def last_before(self, start: int) -> int:
        """The last piece that ends before a position."""
        number = self.changes()[1]
        while number >= pieces.FIRST and self.change(number).exists() and self._end_of(number) > start:
            number -= 1
        return max(number, pieces.FIRST - 1)

    def wait_for(self, end: int) -> None:
        """Until the pieces reach a position."""
        last = self.changes()[1]
        while not last or self._end_of(last) < end:
            time.sleep(0.1)
            last = self.newest(last) if last else self.changes()[1]

    def _end_of(self, number: int) -> int:
        with self.change(number).open("rb") as file:
            return pieces.head_of(file, number).end

    def forget_old_hours(self, at: int) -> None:
        """Let go of pieces that are in a packed hour, of hours that no place came for, and of older whole copies."""
        super().forget_old_hours(at)
        packed = max((parcel.last for parcel in self.hours()), default=0)
        for path, _, last, made_at in list(self._files(pieces.KIND)):
            if last < packed and made_at < at - KEPT_MS:
                path.unlink()
        wholes = sorted(self._files(pieces.WHOLE_KIND), key=lambda one: one[3])
        for path, *_ in wholes[:-WHOLES_KEPT]:
            path.unlink()
