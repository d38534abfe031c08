"""Lets another version work in a home of its own beside ours, on a copy of the database."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from rapport.doors.operations.upgrades.rules import DATABASE, FOLDER, Place
from rapport.doors.operations.upgrades.services.bundles import UpgradeRefused
from rapport.doors.operations.upgrades.services.installing import environment_of

SECRET = "secret.key"  # noqa: S105 - the name of a file
MIGRATE_SECONDS, USE_SECONDS = 4 * 3600, 600


@contextmanager
def scratch_home(home: Path) -> Iterator[Path]:
    """A home to try in, on the same disk, so that its database can take the place of ours. Gone afterwards.

    It has our static files, which lie apart by version, and no attached ones: a migration changes tables alone."""
    folder = home / FOLDER / ".trying"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        shutil.copy2(home / SECRET, folder / SECRET)
        (home / "static").mkdir(exist_ok=True)
        (folder / "static").symlink_to(home / "static", target_is_directory=True)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Copy:
    """A copy of the live database as it is in one transaction, on the disk; nobody is stopped meanwhile.

    It can be brought up to date in a moment, however large it is: while we go on reading as of that transaction, SQLite
    takes nothing out of its log that was written since (https://www.sqlite.org/wal.html#checkpointing), so that the
    copy with that log is the database as it is then. Raises UpgradeRefused when there is no room."""

    def __init__(self, home: Path, to: Path) -> None:
        self._home, self._to = home, to
        source = f"{(home / DATABASE).resolve().as_uri()}?mode=ro"
        self._live = sqlite3.connect(source, uri=True, isolation_level=None)
        try:
            self._live.execute("BEGIN")
            self._live.execute("SELECT count(*) FROM sqlite_master").fetchone()
            with closing(sqlite3.connect(to / DATABASE)) as copy:
                self._live.backup(copy, pages=-1)
        except sqlite3.Error as error:
            self.close()
            raise UpgradeRefused(f"The database could not be copied: {error}.") from None

    def catch_up(self) -> None:
        """Add what was written since; whoever calls it sees to it that nobody writes now."""
        with suppress(FileNotFoundError):
            shutil.copyfile(self._home / f"{DATABASE}-wal", self._to / f"{DATABASE}-wal")
        self.close()

    def close(self) -> None:
        """Follow it no longer."""
        self._live.close()


def migrate(place: Place, scratch: Path) -> None:
    """Have that version bring the home in `scratch` up to date. Raises UpgradeRefused with its reason."""
    _run(place, scratch, MIGRATE_SECONDS, "rapport.config.command", "_prepare")


def use(place: Place, scratch: Path) -> str:
    """Have that version start there, sign in and read ten records; answers what it read. Raises UpgradeRefused."""
    return _run(place, scratch, USE_SECONDS, "django", "use_copy")


def counted(database: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' "
            "AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {
            name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608
            for (name,) in names
        }


def _run(place: Place, home: Path, seconds: float, module: str, *words: str) -> str:
    """Its last line. In a session of its own, and gone with us."""
    try:
        done = subprocess.run(
            [place.python, "-m", module, *words],
            env=environment_of(place, home) | {"RAPPORT_PARENT": str(os.getpid())},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UpgradeRefused(
            f"{place.version} was not done with {words[0]} within {seconds:.0f} s."
        ) from None
    except OSError as error:
        raise UpgradeRefused(f"{place.version} could not be started: {error.strerror or error}.") from None
    said = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines() or ["it said nothing"]
    if done.returncode:
        raise UpgradeRefused(f"{place.version}: {said[-1]}")
    return said[-1]
