"""A copy of a database in use, brought up to date in a moment once nobody writes."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from rapport.doors.operations.upgrades.services.bundles import UpgradeRefused
from rapport.doors.operations.upgrades.services.trying import Copy

pytestmark = pytest.mark.sqlite
SHAKEN: dict[str, Callable[[sqlite3.Connection], object]] = {
    "the log grows": lambda _: None,
    "the log is written into the file": lambda live: live.execute("PRAGMA wal_checkpoint(PASSIVE)"),
    "the log is begun anew": lambda live: live.execute("PRAGMA wal_checkpoint(RESTART)"),
    "the log is emptied": lambda live: live.execute("PRAGMA wal_checkpoint(TRUNCATE)"),
    "the file is rewritten": lambda live: live.execute("VACUUM"),
}


@pytest.mark.parametrize("before", ["SELECT 1", "PRAGMA wal_checkpoint(TRUNCATE)"])
@pytest.mark.parametrize("shaken", SHAKEN)
def test_it_holds_what_was_written_while_it_was_made_and_since(
    before: str, shaken: str, tmp_path: Path
) -> None:
    home, to = tmp_path / "home", tmp_path / "to"
    home.mkdir()
    to.mkdir()
    with closing(sqlite3.connect(home / "db.sqlite3", isolation_level=None, check_same_thread=False)) as live:
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("PRAGMA busy_timeout=10")
        live.execute("CREATE TABLE said (number integer PRIMARY KEY, words text)")
        live.executemany("INSERT INTO said VALUES (?, ?)", [(number, "x" * 1000) for number in range(200)])
        live.execute(before)
        written, ended = threading.Event(), threading.Event()

        def write() -> None:
            number = 200
            while number < 300 or not ended.is_set():
                live.execute("INSERT INTO said VALUES (?, ?)", [number, "y" * 1500])
                live.execute("DELETE FROM said WHERE number = ?", [number - 150])
                number += 1
                if number % 25 == 0:
                    SHAKEN[shaken](live)
                    written.set()

        writer = threading.Thread(target=write)
        writer.start()
        written.wait()
        copy = Copy(home, to)
        ended.set()
        writer.join()
        copy.catch_up()

        wanted = live.execute("SELECT * FROM said ORDER BY number").fetchall()
        with closing(sqlite3.connect(to / "db.sqlite3")) as found:
            assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert found.execute("SELECT * FROM said ORDER BY number").fetchall() == wanted
        assert wanted[-1][0] >= 299


def test_it_says_that_there_is_nothing_to_copy(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").write_bytes(b"no database at all, and of some length" * 100)
    (tmp_path / "to").mkdir()
    with pytest.raises(UpgradeRefused, match=r"could not be copied: file is not a database"):
        Copy(tmp_path, tmp_path / "to")
