"""What was acknowledged is there, whatever happens to the machine; what was refused left nothing."""

import os
import re
import secrets
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.client import FormClient
from tests.safety.conftest import fill
from tests.safety.driver import Driver, Said
from tests.serving import Serving

pytestmark = pytest.mark.long
AS_SHIPPED = {"RAPPORT_WORKERS": "2"}
# PostgreSQL's own log holds what was acknowledged there; what is ours is the same on both.
IS_SHORT = "RAPPORT_DATABASE_URL" in os.environ


def test_it_loses_no_acknowledged_act_to_a_kill(
    home: Path, start_server: Callable[..., Serving], full: bool, goal: Callable[..., None]
) -> None:
    """Killed in the midst of writes; an answer that was lost is asked for again with its key: exactly once."""
    rounds, each = (100, 200) if full else (2, 10)
    driver: Driver | None = None
    lost = 0
    for _ in range(rounds):
        server = start_server(home, **AS_SHIPPED)
        driver = driver.at(server.url) if driver else Driver(server.url)
        lost += driver.resend()
        with driver.writing(driver.new_person()):
            driver.wait_for(each)
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
    assert driver
    driver.at(start_server(home, **AS_SHIPPED).url)
    lost += driver.resend()
    driver.check()
    count = len(driver.acknowledged)
    found = f"0 lost of {count:,} in {rounds} kills, {lost} answers lost and asked for again, each once"
    goal("G1", "0 acknowledged lost: 100 kills, 20,000 acknowledged", found, met=count >= rounds * each)


def test_it_doubles_nothing_whose_answer_was_lost(
    home: Path, start_server: Callable[..., Serving], full: bool, goal: Callable[..., None]
) -> None:
    """Every answer is cut off once the server has given it; the form is sent again with its key."""
    count = 1_000 if full else 20
    url = start_server(home, **AS_SHIPPED).url
    driver = Driver(url, writers=1)
    person = driver.new_person()
    with cutting(int(url.rpartition(":")[2])) as port:
        driver.at(f"http://localhost:{port}")
        for number in range(count):
            with pytest.raises(requests.RequestException):
                driver.say(driver.clients[0], f"key-{number}", Said(person, f"said-{number}"))
    driver.at(url)
    assert driver.resend() == count
    driver.check()
    goal(
        "G12", "1,000 answers lost, none doubled, none missing", f"{count:,} lost, each there once", met=True
    )


@contextmanager
def cutting(port: int) -> Iterator[int]:
    """A door to this port that passes on what comes, waits for the answer, and hangs up; yields its own port."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                outside, _ = door.accept()
            except OSError:
                return
            with outside, socket.create_connection(("127.0.0.1", port)) as inside:
                begun = b""
                while b"\r\n\r\n" not in begun:
                    begun += outside.recv(65_536)
                head, _, body = begun.partition(b"\r\n\r\n")
                length = re.search(rb"content-length: (\d+)", head.lower())
                while length and len(body) < int(length[1]):
                    body += outside.recv(65_536)
                inside.sendall(head + b"\r\n\r\n" + body)
                assert inside.recv(65_536).startswith(b"HTTP/1.1 303")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield int(door.getsockname()[1])
    door.shutdown(socket.SHUT_RDWR)
    door.close()
    thread.join(timeout=5)


def test_it_loses_no_edit_of_twenty_clients(
    home: Path, start_server: Callable[..., Serving], full: bool, goal: Callable[..., None]
) -> None:
    """20 clients, 10 records; each adds one to a number it has seen, under a name of
    its own. A stale save is answered 409; at the end every number is the count of the saves acknowledged."""
    edits = 10_000 if full else 100 if IS_SHORT else 200
    server = start_server(home, **AS_SHIPPED)
    first = FormClient(server.url).sign_in()
    people = [first.add_person(f"Person {n}") for n in range(10)]
    done = dict.fromkeys(people, 0)
    lock, left = threading.Lock(), iter(range(edits))

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
    numbers = {person: int(first.seen(person, "language")[0].partition(" ")[0] or 0) for person in people}
    assert numbers == done
    assert sum(done.values()) + clashes == edits
    told = f"{sum(done.values()):,} saved, {clashes:,} told of a conflict, 0 lost"
    goal("G11", "0 lost of 10,000 edits by 20 clients", told, met=True)


@pytest.fixture
def small_home(home: Path, small_disk: Callable[[str], Path]) -> Path:
    """The home on a disk of 48 MB of its own."""
    return Path(shutil.copytree(home, small_disk("48m") / "home"))


@pytest.mark.sqlite
def test_it_says_that_the_disk_is_full_and_goes_on_when_it_is_not(
    small_home: Path, start_server: Callable[..., Serving], goal: Callable[..., None]
) -> None:
    """G4: reads go on, a write says 507 and leaves nothing, and works again within 5 s of space. It is refused from the
    last fiftieth of the disk on; what was begun by then may still come to its last byte."""
    server = start_server(small_home)
    client = FormClient(server.url).sign_in()
    person = client.add_person("Berg")
    fill(small_home.parent, leaving=0.04)
    assert client.post(f"/parties/{person}/noting/", {"words": "while there is room"}).status_code == 303
    fill(small_home.parent, leaving=0.015)
    refused = client.post(f"/parties/{person}/noting/", {"words": "hardly any room"})
    assert (refused.status_code, "The disk is full" in refused.text) == (507, True)
    assert shutil.disk_usage(small_home.parent).free > 100_000
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
    goal(
        "G4",
        "reads 200, writes 507 with the reason, written again <= 5 s after there is room",
        f"507 after {kept} notes more, again after {time.monotonic() - begin:.1f} s",
        met=True,
    )
    assert client.get(f"/people/{person}/").text.count('<p class="words"') == min(kept + 2, 30)


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
