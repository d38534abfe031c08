"""Bits that flip on the disk: each is found by page and table, and mended from the copy."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rapport.doors.operations.copies.queries import page_findings
from rapport.doors.operations.copies.rules import PagesCompared
from rapport.doors.operations.copies.services import CopyRefused, compare_pages, mend_pages
from rapport.doors.operations.copies.services.btree import Pages, owners
from rapport.doors.operations.copies.services.pages import put_pages
from tests.safety.copier import Copied

pytestmark = [pytest.mark.sqlite, pytest.mark.long]
AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture
def copied(fresh_home: Path) -> Iterator[Copied]:
    """A home with Litestream at work, rows of several sizes, all of it in the file."""
    one = Copied(fresh_home)
    with closing(sqlite3.connect(fresh_home / "db.sqlite3", isolation_level=None)) as connection:
        rows = [(f"key-{number}", "x" * (number % 60) ** 2) for number in range(1500)]
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO django_session VALUES (?, ?, '2026-11-22')", rows)
        connection.execute("COMMIT")
        connection.execute("DELETE FROM django_session WHERE session_key LIKE 'key-3%'")
    one.wait_for(
        lambda: one.replica.changes()[1] and one.replica.is_read_to_the_end(one.replica.changes()[1])
    )
    into_the_file(fresh_home)
    yield one
    one.end()


def into_the_file(home: Path) -> None:
    """Or not, where what flipped is what SQLite must read before it can do anything: there all is in the file."""
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection, suppress(sqlite3.DatabaseError):
        busy, waiting, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        assert (busy, waiting) == (0, moved)


def compared(home: Path) -> PagesCompared:
    """What comparing finds while all is in the file. Litestream writes a word of its own each minute, and a page that
    waits in the log is read from there: what flips beneath it shows when the log was moved."""
    for _ in range(20):
        into_the_file(home)
        standing = (home / "db.sqlite3-shm").read_bytes()[:100]
        found = compare_pages(home, at=AT)
        if (home / "db.sqlite3-shm").read_bytes()[:100] == standing:
            return found
    raise AssertionError("somebody writes without end")


def flip(database: Path, at: int, bit: int) -> None:
    with database.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))


def test_it_knows_of_what_every_page_is(copied: Copied) -> None:
    database = copied.home / "db.sqlite3"
    with database.open("rb") as file:
        pages = Pages(file)
        everything = set(range(1, pages.count + 1))

    found = owners(database, everything)

    assert everything - found.keys() == set()
    with closing(sqlite3.connect(database)) as connection:
        free = connection.execute("PRAGMA freelist_count").fetchone()[0]
        roots = dict(
            connection.execute("SELECT rootpage, name FROM sqlite_master WHERE rootpage > 0").fetchall()
        )
    assert list(found.values()).count("free") == free
    assert {number: found[number] for number in roots} == roots
    assert list(found.values()).count("django_session") > 100


def test_it_finds_every_bit_that_flipped_and_mends_it(
    copied: Copied, full: bool, goal: Callable[..., None]
) -> None:
    """G8: sixty bits in full, ten else, in pages drawn from the whole file, the first one among them."""
    chosen, database, many = random.Random(8), copied.home / "db.sqlite3", 60 if full else 10
    with database.open("rb") as file:
        pages = Pages(file)
    of = owners(database, set(range(1, pages.count + 1)))
    whole = database.read_bytes()
    numbers = [1, *chosen.sample(range(2, pages.count + 1), many - 1)]
    assert compare_pages(copied.home, at=AT).damaged == ()
    missed, named = [], 0
    for some in ([numbers[0]], numbers[1:]):
        for number in some:
            flip(database, (number - 1) * pages.size + chosen.randrange(pages.size), chosen.randrange(8))

        found = compared(copied.home)

        missed += sorted({*some} ^ {one.number for one in found.damaged})
        named += sum(one.of == of[one.number] for one in found.damaged)
        assert not page_findings(copied.home)[0].ok
        into_the_file(copied.home)
        mended, kept = mend_pages(copied.home, at=AT)
        assert mended.damaged == ()
        assert kept.stat().st_mode & 0o777 == 0o600
        kept.unlink()
        assert compare_pages(copied.home, at=AT).damaged == ()
    goal(
        "G8",
        f"{many} of {many} found and named",
        f"{named} of {many}, and mended",
        met=not missed and named == many,
    )
    assert missed == []
    assert named == many
    assert page_findings(copied.home)[0].ok
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    now = database.read_bytes()
    assert len(now) == len(whole)


def test_it_finds_a_bit_that_flipped_in_the_log_on_its_way_into_the_file(copied: Copied) -> None:
    """SQLite holds the sums of its log against it when it recovers, and not when it moves it into the file."""
    database = copied.home / "db.sqlite3"
    with database.open("rb") as file:
        size = Pages(file).size
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("INSERT INTO django_session VALUES ('in the log', ?, '2026-11-22')", ["w" * 700])
        newest = copied.replica.changes()[1]
        copied.wait_for(lambda: copied.replica.is_read_to_the_end(copied.replica.newest(newest)))
        log = (copied.home / "db.sqlite3-wal").read_bytes()
        at = log.index(b"w" * 700)
        page = int.from_bytes(log[(frame := 32 + (at - 32) // (size + 24) * (size + 24)) : frame + 4])
        flip(copied.home / "db.sqlite3-wal", at + 350, 3)
        copied.litestream.kill()  # it keeps what it has read from being moved, until it moves it itself
        copied.litestream.wait()

        found = compared(copied.home)

    assert [(one.number, one.of) for one in found.damaged] == [(page, "django_session")]


def test_a_whole_copy_made_of_the_damaged_file_hides_nothing(copied: Copied) -> None:
    database = copied.home / "db.sqlite3"
    wholes = copied.replica.path / "ltx" / "9"
    with database.open("rb") as file:
        pages = Pages(file)
    flip(database, pages.count // 3 * pages.size + 100, 3)
    copied.wait_for(lambda: any(wholes.glob("*.ltx")))
    for _ in range(2):
        assert [one.number for one in compared(copied.home).damaged] == [pages.count // 3 + 1]


def test_it_mends_nothing_that_was_written_meanwhile(copied: Copied, tmp_path: Path) -> None:
    database = copied.home / "db.sqlite3"
    with pytest.raises(CopyRefused, match="nothing to mend"):
        mend_pages(copied.home, at=AT)
    (tmp_path / "copy").write_bytes(database.read_bytes())
    with database.open("rb") as file:
        pages = Pages(file)
    at = pages.count // 2 * pages.size + 100
    flip(database, at, 3)
    found = compared(copied.home)
    assert len(found.damaged) == 1
    flip(database, at + 1, 3)  # whoever wrote it after it was compared
    before = database.read_bytes()

    with (tmp_path / "copy").open("rb") as copy, pytest.raises(CopyRefused, match="does not fit"):
        put_pages(database, Pages(copy), found)

    assert database.read_bytes() == before
