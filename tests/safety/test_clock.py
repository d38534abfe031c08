"""A clock that is set back and ahead under a server in use: what orders is the number, and nothing waits for a time
that was never."""

import os
import re
import shutil
import sqlite3
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from rapport.doors.operations.copies.queries import BEGUN, findings, saved_words
from rapport.doors.operations.copies.rules import STATE, CopyState, PlaceState
from rapport.doors.operations.copies.services.caring import _is_due
from rapport.doors.operations.copies.services.replica import Replica
from rapport.doors.operations.health.queries.house import sizes_kept
from rapport.doors.operations.health.rules import clock_check
from rapport.doors.operations.health.services import keep_size
from rapport.foundation.kernel.clock import queries
from rapport.foundation.kernel.jobs import services as jobs
from tests import serving
from tests.safety.driver import Driver
from tests.safety.test_place_losses import add_place, restore
from tests.serving import Serving

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
YEARS = timedelta(days=12 * 365)
HOUR, DAY = 3_600, 86_400
# An hour back is also what a clock does that takes summer time for its own.
STEPS = {"an hour back": -HOUR, "a day ahead": DAY, "2038": 12 * 365 * DAY, "right again": 0}


@pytest.fixture
def clock(tmp_path: Path) -> tuple[Callable[[int], None], dict[str, str]]:
    """Sets the clock of the servers that are started with these variables: by how many seconds it is wrong."""
    if not (compiler := shutil.which("cc")):
        pytest.skip("needs a C compiler, for a clock of its own")
    moved, shift = tmp_path / "moved.so", tmp_path / "shift"
    source = Path(__file__).with_name("shifted_clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(moved), str(source)], check=True)
    shift.write_bytes(struct.pack("=q", 0))

    def set_by(seconds: int) -> None:
        with shift.open("r+b") as file:
            file.write(struct.pack("=q", seconds))

    return set_by, {"LD_PRELOAD": str(moved), "CLOCK_SHIFT": str(shift)}


def _unsealed(home: Path) -> int:
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        return int(connection.execute("SELECT count(*) FROM ledger_unsealed").fetchone()[0])


@pytest.mark.long
@pytest.mark.sqlite
def test_it_works_on_whatever_the_clock_says(
    home: Path,
    tmp_path: Path,
    clock: tuple[Callable[[int], None], dict[str, str]],
    start_server: Callable[..., Serving],
    full: bool,
    goal: Callable[..., None],
) -> None:
    """G25, under writers. A day ahead ends the sessions, as a day without a sign of life does; no other step does."""
    set_by, variables = clock
    place, key = tmp_path / "shelf", tmp_path / "recovery.key"
    if full:
        key.write_text(add_place(home, place))
    (home / BEGUN).touch()  # the daily backup takes its time from nobody here
    server = start_server(home, **variables)
    driver = Driver(server.url, writers=2)
    person = driver.new_person()
    negative: list[str] = []
    signed_in_again = 0
    for step, seconds in STEPS.items():
        set_by(seconds)
        if driver.clients[0].get("/people/").status_code != 200:
            signed_in_again += 1
            driver.clients[0].sign_in()
            for one in driver.clients[1:]:
                one.session.cookies.update(driver.clients[0].session.cookies)
        with driver.writing(person):
            driver.wait_for(200 if full else 15)
        pages = [
            driver.clients[0].get(path).text for path in ("/admin/care/", "/today/", f"/people/{person}/")
        ]
        negative += [
            f"{step}: {said}" for page in pages for said in re.findall(r">[^<>]*?-\d+ (?:s|min|h|d)\b", page)
        ]
        if step == "an hour back":
            _wait_for(
                lambda: (
                    "Clock: See whether this machine has the right time"
                    in driver.clients[0].get("/people/").text
                )
            )
    driver.resend()
    driver.check()
    _wait_for(lambda: not full or _is_copied_now(home))
    _wait_for(lambda: _unsealed(home) == 0)
    server.stop()
    words = {said.words for said in driver.acknowledged.values()}
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        order = connection.execute(
            "SELECT act.seq, act.at FROM ledger_seal seal JOIN ledger_act act ON act.id = seal.act_id ORDER BY seal.rev"
        ).fetchall()
    numbers, times = [seq for seq, _ in order], [at for _, at in order]
    assert numbers == sorted(numbers)
    assert times != sorted(times)
    assert max(times).startswith("2038")
    assert negative == []
    assert signed_in_again == 2, "a day ahead, and twelve years"
    if full:
        assert serving.run(home, "verify").returncode == 0
        assert words <= _said_in_the_copy(place, tmp_path / "brought", key)
    said = f"{len(words)} acknowledged there, in order, over {len(STEPS)} steps"
    goal(
        "G25",
        "-1 h, +1 d, 2038 and back under load: order by sequence, no negative durations",
        said,
        met=True,
    )


def _said_in_the_copy(place: Path, into: Path, key: Path) -> set[str]:
    restore(place, into, key)
    with closing(sqlite3.connect(into / "db.sqlite3")) as connection:
        return {one for (one,) in connection.execute("SELECT words FROM timeline_interaction")}


def _is_copied_now(home: Path) -> bool:
    """Whether a place has all of it, said by the right clock."""
    whole_at = CopyState.from_json((home / STATE).read_text()).places[1].whole_at
    return whole_at is not None and abs(datetime.now(UTC) - whole_at) < timedelta(seconds=1)


def _wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 25
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.mark.parametrize("begun", [AT + YEARS, AT - timedelta(hours=25)])
def test_it_waits_for_no_day_of_a_clock_that_ran_ahead(tmp_path: Path, begun: datetime) -> None:
    (tmp_path / BEGUN).touch()
    os.utime(tmp_path / BEGUN, (begun.timestamp(),) * 2)
    assert _is_due(tmp_path, AT)
    os.utime(tmp_path / BEGUN, ((AT - timedelta(hours=23)).timestamp(),) * 2)
    assert not _is_due(tmp_path, AT)


@pytest.mark.django_db
def test_it_notes_the_size_of_today_though_a_later_day_was_noted(tmp_path: Path) -> None:
    before, settings.HOME = settings.HOME, tmp_path
    try:
        assert [keep_size(AT - timedelta(days=1)), keep_size(AT + YEARS), keep_size(AT)] == [1, 1, 1]
        assert [day for day, _ in sizes_kept(tmp_path)] == [date(2026, 11, 21), date(2026, 11, 22)]
    finally:
        settings.HOME = before


def test_it_takes_nothing_of_a_time_to_come_for_new(tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    (tmp_path / "copy").mkdir()
    state = CopyState(0, {1: PlaceState(whole_at=AT + timedelta(hours=3))})
    (tmp_path / STATE).write_text(state.as_json())
    (tmp_path / "backups").mkdir()
    backup = tmp_path / "backups" / "daily-1.rapport.age"
    backup.touch()
    os.utime(backup, ((AT + YEARS).timestamp(),) * 2)

    assert saved_words(tmp_path, AT) == ("Saved, copied nowhere for 3 h", "late")
    assert findings(tmp_path, AT)[0].detail == "none was made"


def test_it_begins_each_line_of_copies_behind_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").touch()
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "line").write_text("20991231T235959-0a0b0c0d 7")

    assert Replica.begun(tmp_path).line.startswith("21000101T000000-")
    assert Replica.begun(tmp_path).line.startswith("21000101T000001-")


def test_it_says_by_how_much_the_clock_was_set() -> None:
    none = timedelta(0)
    assert clock_check(None, none).ok
    assert clock_check(timedelta(hours=-1), none).detail == "it was set back by 1:00:00"
    assert clock_check(timedelta(days=1), none).detail == "it was set ahead by 1 day, 0:00:00"
    assert clock_check(None, timedelta(minutes=3)).detail == "the newest acts are 0:03:00 ahead of it"
    assert clock_check(None, timedelta(seconds=59)).ok


@pytest.fixture
def unset_clock() -> Iterator[None]:
    """This process has seen no clock that was set, neither before nor afterwards."""
    yield
    queries._seen.clear()
    queries._jump.clear()


@pytest.mark.django_db
@pytest.mark.usefixtures("unset_clock")
def test_it_lets_go_of_nothing_within_a_day_of_a_clock_that_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert jobs._lets_go == {"files swept", "imports cleared"}
    did: list[str] = []

    def noting(name: str) -> jobs.Work:
        def note(_at: datetime) -> int:
            did.append(name)
            return 0

        return note

    for name in jobs._registered:
        monkeypatch.setitem(jobs._registered, name, noting(name))
    right = time.time
    jobs._once(AT)
    assert jobs._lets_go <= set(did)
    did.clear()
    monkeypatch.setattr(time, "time", lambda: right() + 12 * 365 * DAY)  # as the machine's owner sets it
    jobs._once(AT)
    assert did
    assert not jobs._lets_go & set(did)
