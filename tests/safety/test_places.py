"""Places of all kinds: what is written goes there, comes back as it was at any second, and what is wrong is named."""

import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rapport.doors.operations.copies.rules import WHOLE, Parcel, outlived
from rapport.doors.operations.copies.services import CopyRefused, replica, shipping
from rapport.doors.operations.copies.services.parcels import seal
from rapport.doors.operations.copies.services.replica import now_ms
from tests.safety.conftest import fill
from tests.safety.copier import Copied, copied, server_of, words_in

pytestmark = [pytest.mark.sqlite, pytest.mark.long]
HOURS_MS = 3_600_000


def later() -> datetime:
    """Now, when a moment has passed in which nothing was written."""
    time.sleep(0.6)
    at = datetime.now(UTC)
    time.sleep(0.6)
    return at


def pack_hour(one: Copied) -> None:
    """Do what is done when an hour is over."""
    for parcel, files in one.replica.unpacked_hours(now_ms() + 2 * HOURS_MS):
        to = one.replica.packed(parcel)
        to.parent.mkdir(parents=True, exist_ok=True)
        with to.open("wb") as file:
            seal(files, one.shippings[0].recipient, file)


@pytest.mark.parametrize("kind", ["folder", "sftp", "s3"])
def test_it_brings_back_any_second(kind: str, fresh_home: Path, tmp_path: Path) -> None:
    (fresh_home / "files" / "ab").mkdir(parents=True)
    (fresh_home / "files" / "ab" / "letter").write_bytes(b"CANARY Dear Mrs Berg")
    folder = tmp_path / "shelf"
    folder.mkdir()
    with (
        nullcontext(str(folder)) if kind == "folder" else server_of(kind, folder) as place,
        copied(fresh_home, place) as one,
    ):
        one.write("first")
        one.wait()
        between = later()
        one.write("second")
        one.wait()
        before_packing = words_in(place, tmp_path / "back", one.key, at=between)
        pack_hour(one)
        singles = len(list(folder.rglob("now/*.age")))
        one.wait_for(lambda: not list(folder.rglob("now/*.age")))
        one.write("third")
        one.wait()

        assert singles >= 1
        assert before_packing == {"first"}
        assert words_in(place, tmp_path / "back", one.key, at=between) == {"first"}
        assert words_in(place, tmp_path / "back", one.key) == {"first", "second", "third"}
        assert (tmp_path / "back" / "secret.key").read_text() == "s" * 64
        assert len(list(folder.rglob("files/ab/letter.age"))) == 1
        with pytest.raises(CopyRefused, match=r"no copy of that moment there\. It goes back to 20"):
            words_in(place, tmp_path / "back", one.key, at=between - timedelta(days=1))
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"CANARY" not in content


def test_it_ships_to_two_places_and_a_lost_one_hinders_neither_work_nor_the_other(
    fresh_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipping, "LOOK_AT_MARK_SECONDS", 0.2)
    places = [str(tmp_path / "near"), str(tmp_path / "far")]
    for place in places:
        Path(place).mkdir()
    with copied(fresh_home, *places) as one:
        one.write("first")
        one.wait(0)
        one.wait(1)
        (tmp_path / "far").rename(tmp_path / "unplugged")
        (tmp_path / "far").mkdir()  # the bare folder on which the disk was mounted
        one.wait_for(lambda: "Is the disk plugged in" in one.shippings[1].error)  # though nothing was written
        one.write("second", "third")
        one.wait(0)

        assert words_in(places[0], tmp_path / "back", one.key) == {"first", "second", "third"}
        assert words_in(str(tmp_path / "unplugged"), tmp_path / "back", one.key) == {"first"}
        assert list((tmp_path / "far").iterdir()) == []
        (tmp_path / "far").rmdir()
        (tmp_path / "unplugged").rename(tmp_path / "far")
        one.wait(1)
        assert one.shippings[1].error == ""
        assert words_in(places[1], tmp_path / "back", one.key) == {"first", "second", "third"}


def test_it_goes_on_by_itself_when_a_full_place_has_room_again(
    fresh_home: Path, tmp_path: Path, small_disk: Callable[[str], Path]
) -> None:
    disk = small_disk("4m")
    (disk / "copies").mkdir()
    place = str(disk / "copies")
    with copied(fresh_home, place) as one:
        one.write("first")
        one.wait()
        filler = fill(disk)
        one.write("second")
        one.wait_for(lambda: "No space left" in one.shippings[0].error)
        filler.unlink()
        one.wait()

        assert one.shippings[0].error == ""
        assert words_in(place, tmp_path / "back", one.key) == {"first", "second"}
        assert not list(disk.rglob("*.part"))


def test_it_brings_back_any_moment_through_the_sums_of_hours_and_days(
    fresh_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Litestream's half a minute, five minutes, hour and day, each in seconds, and single changes kept for seconds."""
    quick = replica.SETTINGS
    for long, short in (
        ("30s", "500ms"),
        ("5m", "1s"),
        ("1h", "2s"),
        ("24h", "4s"),
        ("36h", "30s"),
        ("3h", "3s"),
    ):
        quick = re.sub(rf": {long}\b", f": {short}", quick)
    monkeypatch.setattr(replica, "SETTINGS", quick)
    place = tmp_path / "shelf"
    place.mkdir()
    with copied(fresh_home, str(place)) as one:
        one.wait()  # what it begins with is there: no earlier moment comes back
        between: dict[int, datetime] = {}
        for number in range(36):
            one.write(f"{number:02}")
            time.sleep(0.1)
            if number % 12 == 6:
                between[number] = later()
        one.wait()
        one.wait_for(lambda: _of(place, "4") and _of(place, "3"))

        assert words_in(str(place), tmp_path / "back", one.key) == {f"{number:02}" for number in range(36)}
        for last, at in between.items():
            found = words_in(str(place), tmp_path / "back", one.key, at=at)
            assert found == {f"{number:02}" for number in range(last + 1)}


@pytest.mark.parametrize("kind", ["now", WHOLE])
def test_it_puts_again_what_somebody_deleted_there(
    kind: str, fresh_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipping, "LOOK_AT_ALL_SECONDS", 0.2)
    place = tmp_path / "shelf"
    place.mkdir()
    with copied(fresh_home, str(place)) as one:
        for word in ("first", "second", "third"):
            one.write(word)
            one.wait()
        gone = _of(place, kind)[-1]
        gone.unlink()
        one.wait_for(lambda: _of(place, kind) and _of(place, kind)[-1].name >= gone.name)
        one.wait()

        assert words_in(str(place), tmp_path / "back", one.key) == {"first", "second", "third"}


def test_it_goes_on_after_what_was_written_while_nobody_copied(fresh_home: Path, tmp_path: Path) -> None:
    place = tmp_path / "shelf"
    place.mkdir()
    with copied(fresh_home, str(place)) as one:
        one.write("first")
        one.wait()
        line = one.replica.line
    one.write("second")
    with closing(sqlite3.connect(fresh_home / "db.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # its log is gone, and what it held unread
    one.write("third")
    with copied(fresh_home, str(place)) as one:
        one.write("fourth")
        one.wait()

        assert one.replica.line == line
        assert words_in(str(place), tmp_path / "back", one.key) == {"first", "second", "third", "fourth"}
    # Another database in the place of this one: a line of its own, from which the newest is taken.
    shutil.copy(tmp_path / "back" / "db.sqlite3", fresh_home / "other")
    (fresh_home / "other").rename(fresh_home / "db.sqlite3")
    for log in ("db.sqlite3-wal", "db.sqlite3-shm"):
        (fresh_home / log).unlink(missing_ok=True)
    with copied(fresh_home, str(place)) as one:
        one.write("fifth")
        one.wait()

        assert one.replica.line != line
        words = words_in(str(place), tmp_path / "back", one.key)
        assert words == {"first", "second", "third", "fourth", "fifth"}


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _of(place: Path, kind: str) -> list[Path]:
    return sorted(place.rglob(f"{kind}/*.age"))


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "a flipped bit in the whole copy": (lambda place: _flip(_of(place, "9")[0]), "9/0000000000000001"),
    "a flipped bit in a change": (lambda place: _flip(_of(place, "now")[-1]), "now/0000"),
    "a change that is missing": (lambda place: _of(place, "now")[-2].unlink(), "Something is missing there"),
    "the whole copy missing": (lambda place: _of(place, "9")[0].unlink(), "was never finished"),
    "the keys missing": (lambda place: (place / "settings.age").unlink(), "settings.age is missing there"),
    "a flipped bit in the keys": (lambda place: _flip(place / "settings.age"), "settings.age is damaged"),
    "a whole copy cut short": (
        lambda place: os.truncate(_of(place, "9")[0], 20_000),
        "9/0000000000000001",
    ),
    "the mark missing": (lambda place: (place / "rapport-place.json").unlink(), "This is no place of copies"),
}


def test_it_names_what_is_missing_or_damaged_and_whose_key_it_needs(fresh_home: Path, tmp_path: Path) -> None:
    place = tmp_path / "shelf"
    place.mkdir()
    with copied(fresh_home, str(place)) as one:
        for word in ("first", "second", "third", "fourth"):
            one.write(word)
            one.wait()
        key = tmp_path / "mine.key"
        key.write_text(one.key.read_text())
    for what, (spoil, reason) in SPOILT.items():
        spoilt = tmp_path / "spoilt"
        shutil.copytree(place, spoilt)
        spoil(spoilt)
        with pytest.raises(CopyRefused) as refusal:
            words_in(str(spoilt), tmp_path / "back", key)
        assert reason in str(refusal.value), what
        shutil.rmtree(spoilt)
    wrong = tmp_path / "wrong.key"
    wrong.write_text("AGE-SECRET-KEY-1RFQR8PXFYEELX4JTHTULK3KWLWW6WT6J5W8AP3NRKQVNKZ3GN4XQUS7GP0")
    with pytest.raises(CopyRefused, match="This key does not open the copies there"):
        words_in(str(place), tmp_path / "back", wrong)
    with pytest.raises(CopyRefused, match="There is no key in"):
        words_in(str(place), tmp_path / "back", tmp_path / "lost.key")


def test_it_keeps_what_it_takes_to_go_back_thirty_days_and_no_more() -> None:
    day = 24 * HOURS_MS
    line = "20260101T000000-00000000"
    wholes = [Parcel(line, "9", number * 100, number * 100, number * 7 * day) for number in range(1, 11)]
    hours = [Parcel(line, "hour", number, number, number * day) for number in range(7, 71)]

    gone = outlived([*wholes, *hours], 70 * day)

    # The whole copy of day 35 is the newest that is thirty days old: with it, day 40 can be had.
    assert {one.at // day for one in gone} == set(range(7, 35))
    assert outlived([*wholes[:2], *hours], 900 * day) == [one for one in hours if one.at < 7 * day]
