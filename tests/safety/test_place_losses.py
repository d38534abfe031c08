"""The machine is lost, home and all, in the midst of work: what was acknowledged is brought back from a place."""

import json
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from statistics import median

import pytest
import requests

from rapport.doors.operations.copies.queries import BEGUN
from rapport.doors.operations.copies.rules import STATE
from tests import serving
from tests.client import FormClient
from tests.safety.copier import copied
from tests.serving import Serving

pytestmark = [pytest.mark.sqlite, pytest.mark.long]
WAIT_SECONDS = 30


def add_place(home: Path, place: Path, **more: str) -> str:
    """Have copies made there; answers the recovery key, if it was shown."""
    done = serving.run(home, "place", "add", str(place), "--name", place.name)
    assert done.returncode == 0, done.stderr
    return next((line.strip() for line in done.stdout.splitlines() if "AGE-SECRET-KEY-1" in line), "")


def whole_at(home: Path, key: str = "1") -> str | None:
    """When that place last had all there was, as the copying says."""
    try:
        state = json.loads((home / STATE).read_text())
    except (FileNotFoundError, ValueError):
        return None
    said: str | None = state["places"].get(key, {}).get("whole_at")
    return said


def wait_until_whole(home: Path, key: str = "1") -> None:
    """Wait until a place has all that is there now."""
    before, until = time.time(), time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        said = whole_at(home, key)
        if said and datetime.fromisoformat(said).timestamp() > before:
            return
        time.sleep(0.1)
    raise AssertionError(f"the place has not all of it: {(home / STATE).read_text()}")


def restore(place: Path | str, into: Path, key: Path, *words: str) -> str:
    """Bring a home back; answers what was said."""
    done = subprocess.run(
        [*serving.RAPPORT, "restore", "--from", str(place), "--key", str(key), *words],
        env=serving.environment(into),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def names_in(home: Path) -> set[str]:
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM people_party")}


def _write(
    client: FormClient, word: str, told: dict[str, float], ended: threading.Event, took: list[float]
) -> None:
    number = 0
    while not ended.is_set():
        number, begun = number + 1, time.monotonic()
        try:
            client.add_person(f"{word} {number}")
        except (requests.RequestException, AssertionError):
            return
        took.append(time.monotonic() - begun)
        told[f"{word} {number}"] = time.time()


@pytest.mark.goal
def test_it_brings_back_what_was_acknowledged_up_to_the_last_second(
    home: Path,
    tmp_path: Path,
    start_server: Callable[..., Serving],
    full: bool,
    goal: Callable[..., None],
) -> None:
    place, key = tmp_path / "shelf", tmp_path / "recovery.key"
    key.write_text(add_place(home, place))
    told: dict[str, float] = {}
    windows: dict[str, list[float]] = {"": [], "1": []}
    took: dict[str, list[float]] = {"": [], "1": []}
    clients = [FormClient("") for _ in range(3)]
    for round_, strict in enumerate(["", "1"] * (20 if full else 1)):
        (
            home / BEGUN
        ).touch()  # the daily backup is not due, and does not take the machine from what is measured
        server = start_server(home, RAPPORT_STRICT=strict)
        for each in clients:
            each.url = server.url
            if not round_:
                each.sign_in()
        wait_until_whole(home)
        ended = threading.Event()
        writers = [
            threading.Thread(
                target=_write, args=(client, f"CANARY {round_}-{number}", told, ended, took[strict])
            )
            for number, client in enumerate(clients)
        ]
        for writer in writers:
            writer.start()
        time.sleep(2 + round_ % 5 * 0.37)
        server.process.kill()
        lost_at = time.time()
        server.process.wait()
        ended.set()
        for writer in writers:
            writer.join()
        shutil.rmtree(home)
        restore(place, home, key)
        gone = {name: at for name, at in told.items() if name not in names_in(home)}
        windows[strict].append(max((lost_at - at for at in gone.values()), default=0.0))
        told = {name: at for name, at in told.items() if name not in gone}
    said = ", ".join(f"{window:.2f}" for window in windows[""])
    print(f"{len(told)} acknowledged and back; lost at the end of each round (s): {said}")
    worst, count = max(windows[""]), len(windows[""])
    goal("G5", "<= 1 s", f"{worst:.2f} s, the worst of {count}", met=worst <= 1.0)
    found_strict = (
        f"{max(windows['1']):.2f} s, the worst of {count}; a save took {median(took['1']):.2f} s, else "
        f"{median(took['']):.2f} s"
    )
    goal("G5", "in strict mode 0 s", found_strict, met=max(windows["1"]) == 0)
    assert len(told) > 20 * count
    assert worst <= 1.0
    assert max(windows["1"]) == 0

    content = [path.read_bytes() for path in place.rglob("*") if path.is_file()]
    secret = key.read_bytes().strip()
    hits = sum(word in each for each in content for word in (b"CANARY", b"SQLite format", secret, b"LTX1"))
    goal(
        "G19", "canary grep over the backup target 0 hits", f"{hits} in {len(content)} objects", met=hits == 0
    )
    assert hits == 0
    assert len(content) > 10


def test_it_tries_a_place_and_compares_every_table_with_what_is_here(
    home: Path, tmp_path: Path, start_server: Callable[..., Serving]
) -> None:
    add_place(home, tmp_path / "shelf")
    (home / BEGUN).touch()
    start_server(home)
    wait_until_whole(home)

    well = serving.run(home, "drill", "--place", "shelf")
    next((tmp_path / "shelf").rglob("9/*.age")).write_bytes(b"spoilt")
    spoilt = serving.run(home, "drill", "--place", "shelf")

    assert well.returncode == 0, well.stdout + well.stderr
    assert "tables are equal" in well.stdout
    assert "ok  start: started, signed in" in well.stdout
    assert spoilt.returncode == 2
    assert "is damaged or was cut short" in spoilt.stdout
    assert not [path for path in home.iterdir() if path.name.startswith(".drill")]


def test_it_leaves_nothing_behind_when_a_restore_is_killed(fresh_home: Path, tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "shelf", tmp_path / "elsewhere"
    place.mkdir()
    with copied(fresh_home, str(place)) as one:
        one.write("first")
        one.wait()
    command = [*serving.RAPPORT, "restore", "--from", str(place), "--key", str(one.key)]
    environment = serving.environment(elsewhere / "home")
    for number in (signal.SIGTERM, signal.SIGKILL):
        killed = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while killed.poll() is None and not list(elsewhere.glob(".home.restoring-*")):
            time.sleep(0.005)
        killed.send_signal(number)
        killed.wait()
        if number == signal.SIGTERM:
            assert not list(elsewhere.glob(".home.restoring-*"))
    assert list(elsewhere.glob(".home.restoring-*"))
    restore(place, elsewhere / "home", one.key)

    assert [path.name for path in elsewhere.iterdir()] == ["home"]


@pytest.mark.goal
def test_it_serves_again_on_a_bare_machine_in_time(
    fresh_home: Path,
    tmp_path: Path,
    start_server: Callable[..., Serving],
    full: bool,
    goal: Callable[..., None],
) -> None:
    size = 10 * 2**30 if full else 20 * 2**20
    place, elsewhere = tmp_path / "shelf", tmp_path / "elsewhere"
    place.mkdir()
    with closing(sqlite3.connect(fresh_home / "db.sqlite3", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE ballast (a, b)")  # about as dense as what people write
        numbers = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i FROM n"
        )
        while (fresh_home / "db.sqlite3").stat().st_size < size:
            connection.execute(
                f"INSERT INTO ballast SELECT hex(randomblob(300)), printf('%600d', i) FROM ({numbers})"
            )
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with copied(fresh_home, str(place)) as one:
        one.wait(within=3_600)
    begun = time.monotonic()
    shutil.copy(fresh_home / "db.sqlite3", tmp_path / "plain")
    plain, begun = time.monotonic() - begun, time.monotonic()
    restore(place, elsewhere, one.key)
    start_server(elsewhere)
    took = time.monotonic() - begun

    gigabytes = (elsewhere / "db.sqlite3").stat().st_size / 2**30
    goal(
        "G6",
        "<= 120 s for 10 GB",
        f"{took:.0f} s for {gigabytes:.2f} GB; a plain copy takes {plain:.1f} s",
        met=took <= 120,
    )
    assert took <= 120 or full
