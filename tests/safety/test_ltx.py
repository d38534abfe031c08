"""A database put together from Litestream's files, held against what Litestream itself makes of them."""

import random
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from rapport.doors.operations.copies.services import ltx
from rapport.doors.operations.copies.services.replica import litestream
from tests.once import once
from tests.safety.copier import copied

pytestmark = [pytest.mark.sqlite, pytest.mark.long]


@pytest.fixture(scope="module")
def files(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Litestream wrote of a database that grows, changes, is emptied, shrinks and grows again."""

    def write(place: Path) -> None:
        home = Path(shutil.copytree(prepared_home, place / "home"))
        with (
            copied(home) as one,
            closing(sqlite3.connect(home / "db.sqlite3", isolation_level=None)) as database,
        ):
            for number in range(12):
                last = one.replica.changes()[1]
                rows = [(f"{number}-{row}", "x" * 900) for row in range(400 if number % 4 == 1 else 3)]
                database.execute("BEGIN")
                database.executemany("INSERT INTO django_session VALUES (?, ?, '2026-11-22')", rows)
                database.execute("COMMIT")
                if number % 4 == 3:
                    database.execute("DELETE FROM django_session")
                    database.execute("VACUUM")
                one.wait_for(lambda last=last: one.replica.changes()[1] > last)  # type: ignore[misc]
            shutil.copytree(one.replica.path / "ltx", place / "ltx")

    return once(tmp_path_factory, "changes", write)


def all_of(files: Path) -> list[Path]:
    return list((files / "ltx").glob("*/*.ltx"))


def test_it_is_byte_for_byte_what_litestream_restores_at_every_change(files: Path, tmp_path: Path) -> None:
    last = max(ltx.Changes.of(path).last for path in all_of(files))
    lengths = set()
    for change in range(1, last + 1):
        theirs, ours = tmp_path / f"theirs-{change}", tmp_path / f"ours-{change}"
        command = [str(litestream()), "restore", "-o", str(theirs), "-txid", f"{change:016x}"]
        done = subprocess.run([*command, f"file://{files}"], capture_output=True, text=True, check=False)
        way = ltx.way_to(all_of(files), change)
        assert bool(way) == (done.returncode == 0), (change, done.stderr)
        if way:
            ltx.put_together(way, ours)
            assert ours.read_bytes() == theirs.read_bytes(), change
            lengths.add(ours.stat().st_size)
    assert len(lengths) > 2, "it grew and shrank"
    newest = tmp_path / "newest"
    ltx.put_together(ltx.way_to(all_of(files)), newest)
    assert newest.read_bytes() == (tmp_path / f"ours-{last}").read_bytes()


def test_it_takes_no_file_that_is_not_as_it_was_written(files: Path, tmp_path: Path) -> None:
    chosen = random.Random(5)
    file = max(all_of(files), key=lambda path: path.stat().st_size)
    whole = file.read_bytes()
    spoilt, meant = tmp_path / file.name, tmp_path / "meant"
    ltx.put_together([ltx.Changes.of(file)], meant)
    places = [0, 9, 13, 99, 101, len(whole) - 1, len(whole) - 12, *chosen.sample(range(len(whole)), 60)]
    cuts = [0, 50, 100, 103, len(whole) // 2, len(whole) - 8, len(whole) - 1]
    taken = 0
    for number, content in enumerate(
        [
            *(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :] for at in places),
            *(whole[:cut] for cut in cuts),
        ]
    ):
        spoilt.write_bytes(content)
        made = tmp_path / f"made-{number}"
        try:
            ltx.put_together([ltx.Changes.of(spoilt)], made)
        except ltx.Unreadable as reason:
            assert file.name in str(reason)
        else:
            # Packed otherwise and the same when unpacked: of a run of equal letters any may be repeated.
            taken += 1
            assert made.read_bytes() == meant.read_bytes(), number
    assert taken < 10


def test_it_finds_no_way_where_a_change_is_missing(tmp_path: Path) -> None:
    def named(*names: str) -> list[Path]:
        return [tmp_path / "ltx" / "0" / f"{name}.ltx" for name in names]

    def way(*names: str, change: int = 0) -> list[tuple[int, int]]:
        return [(one.least, one.last) for one in ltx.way_to(named(*names), change)]

    first, second, third, sum_ = (
        "0000000000000001-0000000000000001",
        "0000000000000002-0000000000000002",
        "0000000000000003-0000000000000003",
        "0000000000000001-0000000000000003",
    )
    assert way(first, third) == [(1, 1)]
    assert way(first, third, change=3) == []
    assert way(second, third) == []
    assert way(third, second, first) == [(1, 1), (2, 2), (3, 3)]
    assert way(first, second, third, sum_) == [(1, 3)]
    assert way(first, second, third, sum_, change=2) == [(1, 1), (2, 2)]
    with pytest.raises(ltx.Unreadable, match="is missing"):
        ltx.put_together(ltx.way_to(named(first)), tmp_path / "made")
