"""Starts the real `rapport serve` for a test, on a free port and a home of its own."""

import contextlib
import hashlib
import os
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg

START_SECONDS = 60
RAPPORT = (sys.executable, "-m", "rapport.config.command")


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that has said where it is."""

    process: subprocess.Popen[str]
    home: Path
    line: str
    errors: Path

    @property
    def url(self) -> str:
        """http://localhost:PORT, without a slash at its end."""
        found = re.search(r"http://localhost:\d+", self.line)
        assert found, self.line
        return found[0]

    @property
    def first_run_url(self) -> str | None:
        """Where an empty home is begun."""
        found = re.search(r"http://\S+/first-run/\S+", self.line)
        return found[0] if found else None

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Ask it to end, and answer its exit code; after 15 seconds it is killed and the test fails."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        try:
            return self.process.wait(timeout=15)
        finally:
            self.process.kill()
            self.process.wait()
            if self.process.stdout:
                self.process.stdout.close()


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a command sees: this home, none of our own settings, and on PostgreSQL a database for this home alone."""
    ours = {name for name in os.environ if name.startswith("RAPPORT_") and name != "RAPPORT_PG_USER"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    if server := os.environ.get("RAPPORT_DATABASE_URL"):
        kept["RAPPORT_DATABASE_URL"] = _database_of(home, server)
    return kept | {"RAPPORT_HOME": str(home)} | more


def _database_of(home: Path, server: str) -> str:
    with contextlib.suppress(psycopg.errors.DuplicateDatabase):
        _ask(server, f'CREATE DATABASE "{_database_name(home)}"')
    return server.rpartition("/")[0] + f"/{_database_name(home)}"


def _database_name(home: Path) -> str:
    return f"home_{hashlib.sha256(str(home).encode()).hexdigest()[:16]}"


def _ask(server: str, words: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(words.encode())


def copy(home: Path, to: Path) -> Path:
    """Another home like this one, which nobody serves, its database with it: quicker than to prepare one anew."""
    if os.environ.get("RAPPORT_DATABASE_URL"):
        copy_database(home, _database_name(to))
    return Path(shutil.copytree(home, to))


def copy_database(home: Path, to: str) -> None:
    """The database of a tidy home that nobody serves, under another name: SQLite's is the path of a file."""
    if server := os.environ.get("RAPPORT_DATABASE_URL"):
        _ask(server, f'CREATE DATABASE "{to}" TEMPLATE "{_database_name(home)}"')
    else:
        shutil.copyfile(home / "db.sqlite3", to)


def tidy(home: Path) -> None:
    """Have all that SQLite still keeps in its log in the database itself, so that others can copy the home at once and
    none needs to open it, which would put files there for a moment."""
    if not os.environ.get("RAPPORT_DATABASE_URL"):
        with closing(sqlite3.connect(home / "db.sqlite3")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def start(home: Path, *words: str, **more: str) -> Serving:
    """Serve `home` and wait for the first line: by one process where it is not said that it is by more, for each takes
    most of the time of a start."""
    errors = home.with_name(home.name + ".errors")
    with errors.open("w") as file:
        process = subprocess.Popen(
            [*RAPPORT, *(words or ("serve", "--port", "0"))],
            env=environment(home, **{"RAPPORT_WORKERS": "1"} | more),
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )
    assert process.stdout
    until, line = time.monotonic() + START_SECONDS, ""
    while "http://" not in line:
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, until - time.monotonic()))
        line = process.stdout.readline() if ready else ""
        if not line:
            process.kill()
            process.wait()
            process.stdout.close()
            raise AssertionError(f"rapport did not say where it is:\n{errors.read_text()}")
    return Serving(process, home, line.strip(), errors)


def run(
    home: Path, *words: str, text: str = "", seconds: float = 120, **more: str
) -> subprocess.CompletedProcess[str]:
    """One `rapport` command to its end, `text` on its standard input."""
    return subprocess.run(
        [*RAPPORT, *words],
        env=environment(home, **more),
        input=text,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def family(pid: int) -> set[int]:
    """The process and all below it."""
    found = {pid}
    for task in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(task.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found |= family(int(task.parent.name))
    return found


def alive(pids: set[int]) -> set[int]:
    """Those that still run; a zombie does not."""

    def runs(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    return {pid for pid in pids if runs(pid)}
