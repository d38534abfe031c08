"""PostgreSQL's log in pieces, and which whole copies a place keeps."""

from pathlib import Path

import pytest

from rapport.doors.operations.copies.rules import Parcel, outlived
from rapport.doors.operations.copies.services import CopyRefused
from rapport.doors.operations.copies.services.postgresql import pieces

SEGMENT = 1024
DAY = 24 * 3_600_000


def put(folder: Path, number: int, start: int, data: bytes) -> Path:
    path = folder / f"{number}.wal"
    pieces.put(path, pieces.Head(1, SEGMENT, len(data), start, number), data)
    return path


def test_it_puts_the_log_together_again_in_its_segments(tmp_path: Path) -> None:
    (tmp_path / "pg_wal").mkdir()
    one = put(tmp_path, 2, 3 * SEGMENT, b"a" * 1000)
    other = put(tmp_path, 3, 3 * SEGMENT + 1000, b"b" * 24)
    third = put(tmp_path, 4, 4 * SEGMENT, b"c" * 5)

    pieces.lay([one, other, third], tmp_path / "pg_wal")

    assert {path.name: path.read_bytes() for path in (tmp_path / "pg_wal").iterdir()} == {
        "000000010000000000000003": b"a" * 1000 + b"b" * 24,
        "000000010000000000000004": b"c" * 5 + bytes(1019),
    }


def test_it_refuses_a_log_with_a_gap_and_what_is_no_piece(tmp_path: Path) -> None:
    (tmp_path / "pg_wal").mkdir()
    one, third = put(tmp_path, 2, 0, b"a" * 10), put(tmp_path, 4, 11, b"c")
    (tmp_path / "other.wal").write_bytes(b"anything else, and longer than forty bytes")

    for files in ([one, third], [tmp_path / "other.wal"]):
        with pytest.raises(CopyRefused, match="is damaged or was cut short"):
            pieces.lay(files, tmp_path / "pg_wal")


@pytest.mark.parametrize(
    ("text", "number"), [("0/16F05E0", 0x16F05E0), ("2/0", 2**33), ("1A/FF", 0x1A000000FF)]
)
def test_it_reads_and_says_a_position_as_postgresql_does(text: str, number: int) -> None:
    assert pieces.position(text) == number
    assert pieces.said(number) == text


def test_it_keeps_daily_whole_copies_for_a_week_and_then_one_a_week() -> None:
    wholes = [Parcel("line", "9", 1, 10 * day, day * DAY) for day in range(60)]

    gone = outlived(wholes, 60 * DAY)

    # Back to day 30: what day 28 and its log lead to. Days count from a Thursday, as weeks here do.
    assert [one.at // DAY for one in wholes if one not in gone] == [28, 35, 42, 49, *range(53, 60)]
