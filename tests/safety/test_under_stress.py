"""What was acknowledged is there, whatever happens to the machine; what was refused left nothing."""

import os
import secrets
import shutil
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.client import FormClient, found
from tests.safety.conftest import fill
from tests.serving import Serving

pytestmark = pytest.mark.long
SAID = {"channel": "phone", "direction": "ours", "at": "2026-11-19T10:00", "whose": "ours"}
# PostgreSQL's own log holds what was acknowledged there; what is ours is the same on both.
IS_SHORT = "RAPPORT_DATABASE_URL" in os.environ
KILLS = int(os.environ.get("RAPPORT_KILLS", "3" if IS_SHORT else "10"))
EDITS = int(os.environ.get("RAPPORT_EDITS", "200" if IS_SHORT else "400"))


@pytest.fixture
def home(fresh_home: Path) -> Path:
    """A home with an administrator."""
    found(fresh_home)
    return fresh_home


def test_it_loses_no_acknowledged_act_to_a_kill(home: Path, start_server: Callable[..., Serving]) -> None:
    """G1 in its short form: RAPPORT_KILLS rounds, each killed in the midst of writes through the forms."""
    acknowledged: dict[str, str] = {}
    unknown: dict[str, str] = {}
    clients = [FormClient("") for _ in range(4)]
    person = 0
    for round_ in range(KILLS):
        server = start_server(home)
        for each in clients:
            each.url = server.url
            if not round_:
                each.sign_in()
        client = clients[0]
        person = person or client.add_person("Mrs Berg")
        for key, words in list(unknown.items()):
            # An answer that was lost is asked for again with the same key: exactly once.
            answer = client.post(f"/parties/{person}/saying/", SAID | {"words": words, "key": key})
            assert answer.status_code == 303
            acknowledged[key] = unknown.pop(key)
        ended = threading.Event()
        writers = [
            threading.Thread(
                target=_write, args=(clients[n], person, acknowledged, unknown, ended, f"{round_}-{n}")
            )
            for n in range(1, 4)
        ]
        for writer in writers:
            writer.start()
        time.sleep(1.0 + round_ % 3 * 0.2)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        ended.set()
        for writer in writers:
            writer.join()
    server = start_server(home)
    client.url = server.url
    for key, words in unknown.items():
        assert (
            client.post(f"/parties/{person}/saying/", SAID | {"words": words, "key": key}).status_code == 303
        )
    told = _story(client, person)
    everything = sorted([*acknowledged.values(), *unknown.values()])
    print(f"{KILLS} kills, {len(acknowledged)} acknowledged, {len(unknown)} of unknown outcome at the last")
    assert len(acknowledged) > KILLS
    assert sorted(told) == everything


def _write(
    client: FormClient,
    person: int,
    acknowledged: dict[str, str],
    unknown: dict[str, str],
    ended: threading.Event,
    name: str,
) -> None:
    number = 0
    while not ended.is_set():
        number += 1
        key, words = secrets.token_hex(8), f"said-{name}-{number}"
        unknown[key] = words
        try:
            answer = client.post(f"/parties/{person}/saying/", SAID | {"words": words, "key": key})
        except requests.RequestException:
            return
        if answer.status_code == 303:
            acknowledged[key] = unknown.pop(key)


def _story(client: FormClient, person: int) -> list[str]:
    """Every line of words in a person's story, page by page."""
    import re

    words, path = [], f"/people/{person}/"
    while path:
        page = client.get(path).text
        words += re.findall(r'<p class="words"[^>]*>(said-[^<]+)</p>', page)
        older = re.search(r'href="\?before=([^"]+)"', page)
        path = f"/people/{person}/?before={older[1]}" if older else ""
    return words


def test_it_loses_no_edit_of_twenty_clients(home: Path, start_server: Callable[..., Serving]) -> None:
    """G11: 20 clients, 10 records, RAPPORT_EDITS edits; each adds one to a number it has seen, under a name of
    its own. A stale save is answered 409; at the end every number is the count of the saves acknowledged."""
    server = start_server(home)
    first = FormClient(server.url).sign_in()
    people = [first.add_person(f"Person {n}") for n in range(10)]
    done = dict.fromkeys(people, 0)
    lock, left = threading.Lock(), iter(range(EDITS))

    def edit(number: int) -> int:
        # One person at twenty windows: twenty sign-ins at once would look like guessing.
        client, clashes = FormClient(server.url), 0
        client.session.cookies.update(first.session.cookies)
        while True:
            with lock:
                if next(left, None) is None:
                    return clashes
            person = people[(number + clashes + done[people[0]]) % 10]
            value, version = client.seen(person, "language")
            # Two people who set the same value agree; so that a lost edit shows, no two values are the same.
            mine = f"{int(value.partition(' ')[0] or 0) + 1} {secrets.token_hex(4)}"
            sent = {"language": mine, "version": version, "key": secrets.token_hex(8)}
            answer = client.post(f"/people/{person}/fields/language/", sent)
            assert answer.status_code in {303, 409}, answer.status_code
            with lock:
                done[person] += answer.status_code == 303
            clashes += answer.status_code == 409

    with ThreadPoolExecutor(20) as pool:
        clashes = sum(pool.map(edit, range(20)))
    print(f"{EDITS} edits, {sum(done.values())} saved, {clashes} told of a conflict")
    numbers = {person: int(first.seen(person, "language")[0].partition(" ")[0] or 0) for person in people}
    assert numbers == done
    assert sum(done.values()) + clashes == EDITS


@pytest.fixture
def small_home(home: Path, small_disk: Callable[[str], Path]) -> Path:
    """The home on a disk of 48 MB of its own."""
    return Path(shutil.copytree(home, small_disk("48m") / "home"))


@pytest.mark.sqlite
def test_it_says_that_the_disk_is_full_and_goes_on_when_it_is_not(
    small_home: Path, start_server: Callable[..., Serving]
) -> None:
    """G4: reads go on, a write says 507 and leaves nothing, and works again within 5 s of space."""
    server = start_server(small_home)
    client = FormClient(server.url).sign_in()
    person = client.add_person("Berg")
    filler = fill(small_home.parent)
    codes = []
    for number in range(400):
        answer = client.post(f"/parties/{person}/noting/", {"words": f"note {number} " + "x" * 20_000})
        codes.append(answer.status_code)
        if answer.status_code != 303:
            break
    assert codes[-1] == 507, codes[-5:]
    assert "The disk is full" in answer.text
    assert client.get("/people/").status_code == 200
    kept = codes.count(303)

    filler.unlink()
    begin = time.monotonic()
    while client.post(f"/parties/{person}/noting/", {"words": "after"}).status_code != 303:
        assert time.monotonic() - begin < 5
        time.sleep(0.2)
    assert client.get(f"/people/{person}/").text.count('<p class="words"') == min(kept + 1, 30)


@pytest.mark.sqlite
def test_it_says_that_the_database_is_busy(home: Path, start_server: Callable[..., Serving]) -> None:
    """A lock held by somebody else for longer than ten seconds: 503, nothing written, and then it goes on."""
    from rapport.config import sqlite

    server = start_server(home)
    client = FormClient(server.url).sign_in()
    person = client.add_person("Berg")
    import sqlite3

    assert sqlite.SAFE
    other = sqlite3.connect(home / "db.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = client.post(f"/parties/{person}/noting/", {"words": "while locked"})
        assert answer.status_code == 503
        assert client.get("/people/").status_code == 200
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert "while locked" not in client.get(f"/people/{person}/").text
    assert client.post(f"/parties/{person}/noting/", {"words": "after"}).status_code == 303
