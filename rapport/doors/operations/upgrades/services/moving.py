"""Puts one database in the place of another so that a kill at any point leaves one of the two, whole.

While it is under way `current.json` says where to; that is written away in one step when the new version has proved
itself, and until then the old database is kept, untouched, and `step_back` puts it back."""

import os
import shutil
import sqlite3
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from rapport.doors.operations.upgrades.queries import current, kept_database
from rapport.doors.operations.upgrades.rules import CURRENT, DATABASE, FOLDER, Current, Place
from rapport.doors.operations.upgrades.services.bundles import UpgradeRefused
from rapport.doors.operations.upgrades.services.installing import READY

WAIT_SECONDS = 10.0
BESIDE = ("-wal", "-shm", "-journal")
# Where the home notes how the ledger's chain was, and how far it was proved.
SEAL = ("seal.heads", "seal.json")


class Held:
    """The live database with its one place to write taken: what was acknowledged is in it, and nothing is added."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._connection = sqlite3.connect(home / DATABASE, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            self._connection.close()
            raise UpgradeRefused(f"Somebody writes without end: {error}. Try again.") from None
        self._changes = self._data_version()

    def close(self) -> None:
        """Let others write again."""
        self._connection.close()

    def replace_by(self, database: Path) -> None:
        """Put `database` in its place, and keep the old one. Raises UpgradeRefused while somebody has it open."""
        self._settle()
        kept = kept_database(self._home, current(self._home).place.version)
        os.link(self._home / DATABASE, kept)
        to_disk(database)
        to_disk(kept.parent)
        database.replace(self._home / DATABASE)
        to_disk(self._home)

    def _settle(self) -> None:
        """Gather all of it in one file. SQLite grants that to the only connection alone, so nobody else has it open."""
        self._connection.execute("ROLLBACK")
        until = time.monotonic() + WAIT_SECONDS
        while not self._is_alone():
            if time.monotonic() > until:
                raise UpgradeRefused("Another program has the database open. End it, then try again.")
            time.sleep(0.05)
        self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._connection.execute("BEGIN IMMEDIATE")
        if self._data_version() != self._changes:
            raise UpgradeRefused("Another program wrote to the database meanwhile. Try again.")
        self._connection.execute("COMMIT")

    def _is_alone(self) -> bool:
        with suppress(sqlite3.OperationalError):
            mode = self._connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            return str(mode).lower() == "delete"
        return False

    def _data_version(self) -> int:
        """Changes when another connection has written (https://www.sqlite.org/pragma.html#pragma_data_version)."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


def gather(database: Path) -> None:
    """Make one file of a database that nobody has open."""
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()


def begin_move(home: Path, to: Place) -> None:
    """Say where to, before anything is moved; what is kept from an earlier time under our version goes first."""
    here = current(home)
    kept_database(home, here.place.version).unlink(missing_ok=True)
    to_disk(home / FOLDER)
    write_current(home, replace(here, moving_to=to.version))


def end_move(home: Path, to: Place, *, mark: int, at: datetime) -> None:
    """The new version has proved itself: from now on it is the one. Of what was kept only the last stays."""
    before = current(home).place
    write_current(home, Current(to, before, at, mark))
    for old in (home / FOLDER).glob("*.sqlite3"):
        if old != kept_database(home, before.version):
            old.unlink()
    for version in (home / FOLDER).iterdir():
        if (version / READY).exists() and version.name not in {to.version, before.version}:
            shutil.rmtree(version, ignore_errors=True)


def set_heads_aside(home: Path, version: str) -> None:
    """What was noted of the ledger's chain goes with the database that it was noted of, and with which it is kept: the
    one in its place does not have those acts. Noting begins anew from it."""
    for name in SEAL:
        with suppress(FileNotFoundError):
            (home / name).replace(home / FOLDER / f"{version}.{name}")


def step_back(home: Path) -> bool:
    """Undo a move that did not come to its end; whether there was one. Nobody may have the database open."""
    found = current(home)
    if not found.moving_to:
        return False
    kept, live = kept_database(home, found.place.version), home / DATABASE
    if kept.exists() and not (live.exists() and kept.samefile(live)):
        for name in BESIDE:
            (home / f"{DATABASE}{name}").unlink(missing_ok=True)
        kept.replace(live)
        to_disk(home)
    else:
        kept.unlink(missing_ok=True)  # it was but a second name of what still stands
    write_current(home, replace(found, moving_to=""))
    return True


def take_along(aside: Path, into: Path) -> None:
    """The versions of a home that was moved aside belong to the one in its place; the way back in it does not."""
    if not (aside / FOLDER).is_dir() or (into / FOLDER).exists():
        return
    (aside / FOLDER).rename(into / FOLDER)
    for kept in (into / FOLDER).glob("*.sqlite3"):
        kept.rename(aside / kept.name)
    if (into / FOLDER / CURRENT).exists():
        write_current(into, replace(current(into), before=None, moving_to=""))


def write_current(home: Path, to: Current) -> None:
    """Say which version serves the home: all of it or nothing, and on the disk when this returns."""
    (home / FOLDER).mkdir(exist_ok=True, mode=0o700)
    path = home / FOLDER / CURRENT
    mine = path.with_name(f".{CURRENT}.{os.getpid()}")
    mine.write_text(to.as_json())
    to_disk(mine)
    mine.replace(path)
    to_disk(path.parent)


def to_disk(path: Path) -> None:
    """See that it is there after a power cut: files, and folders where the system lets them be opened."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
