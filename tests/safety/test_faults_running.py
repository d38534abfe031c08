"""Faults of a real server in use: reading goes on, a write is refused with its reason, and it mends itself."""

import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests import serving
from tests.client import FormClient
from tests.serving import Serving

pytestmark = [pytest.mark.sqlite, pytest.mark.long]
SECONDS_TO_RECOVER = 5


def note(client: FormClient, person: int, words: str) -> requests.Response:
    return client.post(f"/parties/{person}/noting/", {"words": words})


def notes_in(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        return [row[0] for row in connection.execute("SELECT words FROM timeline_note ORDER BY id")]


def unsealed_in(home: Path) -> int:
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        return int(connection.execute("SELECT count(*) FROM ledger_unsealed").fetchone()[0])


def seconds_until(happens: Callable[[], bool], most: float) -> float:
    begun = time.monotonic()
    while not happens():
        assert time.monotonic() - begun < most
        time.sleep(0.1)
    return time.monotonic() - begun


def test_it_refuses_writes_while_the_database_is_away_and_goes_on_when_it_is_back(
    home: Path, start_server: Callable[..., Serving]
) -> None:
    server = start_server(home)
    client = FormClient(server.url).sign_in()
    person = client.add_person("Berg")
    assert note(client, person, "before").status_code == 303
    (home / "db.sqlite3").rename(home / "away")

    refused, read = note(client, person, "while away"), client.get("/people/")

    assert refused.status_code == 503
    assert "cannot be reached" in refused.text
    assert read.status_code in {200, 503}, "whoever has it open reads on"
    assert "NO  database: its file is not there" in serving.run(home, "doctor").stdout
    assert not (home / "db.sqlite3").exists(), "an empty one was made in its place"
    (home / "away").rename(home / "db.sqlite3")
    took = seconds_until(lambda: note(client, person, "after").status_code == 303, SECONDS_TO_RECOVER)
    print(f"wrote again after {took:.1f} s")
    server.stop()
    assert notes_in(home) == ["before", "after"]


def test_it_starts_a_dead_worker_again_and_says_so_meanwhile(
    home: Path, start_server: Callable[..., Serving]
) -> None:
    server = start_server(home)
    client = FormClient(server.url).sign_in()
    lock = home / "worker.lock"
    seconds_until(lambda: lock.exists() and lock.read_text().strip().isdigit(), 10)
    dead = int(lock.read_text())
    os.kill(dead, signal.SIGKILL)

    assert client.get("/people/").status_code == 200
    took = seconds_until(lambda: lock.read_text() not in {"", str(dead)}, SECONDS_TO_RECOVER + 5)
    # The new one is at work: what is written now is sealed by it.
    client.add_person("Berg")
    seconds_until(lambda: unsealed_in(home) == 0, SECONDS_TO_RECOVER + 5)

    print(f"a new worker after {took:.1f} s")


@pytest.mark.skipif(not shutil.which("fiu-run"), reason="needs fiu-run (Debian: fiu-utils)")
def test_it_says_no_false_yes_when_writing_to_the_disk_fails(
    home: Path,
    start_server: Callable[..., Serving],
    full: bool,
    goal: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """G3: one call of pwrite and fsync in a hundred fails, in every process of the server."""
    server = start_server(home)
    first = FormClient(server.url).sign_in()
    person = first.add_person("Berg")
    server.stop()
    preload = next(Path("/usr/lib").rglob("fiu_posix_preload.so"))
    calls = ("rw/pwrite", "rw/pwrite64", "sync/fsync", "sync/fdatasync")
    wrong = "\n".join(f"enable_random name=posix/io/{call},probability=0.01" for call in calls)
    also = preload.with_name("fiu_run_preload.so")
    for _attempt in range(
        20
    ):  # the disk may fail it as it starts, too; then it says so, and is started again
        try:
            failing = start_server(home, LD_PRELOAD=f"{also}:{preload}", FIU_ENABLE=wrong)
            break
        except AssertionError as refused:
            assert "Traceback" not in str(refused)
            assert "The records cannot be reached" in str(refused) or "The disk is full" in str(refused)
    else:
        pytest.fail("it was never served")
    first.url = failing.url
    codes: dict[int, int] = {}
    kept: list[str] = []
    until, number = time.monotonic() + (60 if full else 6), 0
    while time.monotonic() < until:
        number += 1
        answer = note(first, person, f"note {number}")
        codes[answer.status_code] = codes.get(answer.status_code, 0) + 1
        if answer.status_code == 303:
            kept.append(f"note {number}")
    failing.stop()

    there = set(notes_in(home))
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
    lost = [words for words in kept if words not in there]
    goal(
        "G3",
        "no false yes, all acknowledged there, never a plain 500",
        f"{codes}, {len(lost)} lost, {whole}",
        met=not lost and whole == "ok" and set(codes) <= {303, 503, 507},
    )
    assert lost == []
    assert whole == "ok"
    assert set(codes) <= {303, 503, 507}, codes


def test_it_tells_nobody_that_the_database_is_locked(
    home: Path, start_server: Callable[..., Serving], full: bool, goal: Callable[..., None]
) -> None:
    """G26: twenty writers at once, and a reader who holds on to what he saw; his log is small again once he is gone."""
    server = start_server(home)
    first = FormClient(server.url).sign_in()
    person = first.add_person("Berg")
    codes: list[int] = []
    until = time.monotonic() + (60 if full else 5)

    def write(number: int) -> None:
        client = FormClient(server.url)
        client.session.cookies.update(first.session.cookies)
        while time.monotonic() < until:
            codes.append(note(client, person, f"note of {number}").status_code)

    with closing(sqlite3.connect(home / "db.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM ledger_act").fetchone()
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(write, range(20)))
        largest = (home / "db.sqlite3-wal").stat().st_size
    note(first, person, "after the reader")
    seconds_until(lambda: (home / "db.sqlite3-wal").stat().st_size <= 64 * 2**20, 10)
    wrong = {code for code in codes if code != 303}
    found = f"{len(codes)} writes, {wrong or 'none'} refused, log {largest / 2**20:.0f} MiB at most"
    goal(
        "G26", "no 'database is locked' to users, WAL <= 64 MB 10 s after a long reader", found, met=not wrong
    )
    assert not wrong
