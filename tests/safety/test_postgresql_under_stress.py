"""PostgreSQL with its disk full, and with a row held by somebody else: said plainly, and nothing half-written."""

import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgresql, serving
from tests.client import FormClient, found
from tests.safety.conftest import fill
from tests.serving import Serving

pytestmark = [pytest.mark.long, pytest.mark.postgresql]
# Enough for an empty cluster (40 MB), its log of 64 MB, two databases of 12 MB, and some room to fill.
DISK = "220m"


@pytest.fixture
def small_home(
    small_disk: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Path, Path]]:
    """A home with an administrator, and the small disk that its PostgreSQL has of its own."""
    disk = small_disk(DISK)
    server = postgresql.start(disk)
    monkeypatch.setenv("RAPPORT_DATABASE_URL", server.url)
    try:
        home = tmp_path / "home"
        done = serving.run(home, "_prepare")
        assert done.returncode == 0, done.stderr
        found(home)
        yield home, disk
    finally:
        server.stop()


def test_it_says_that_the_disk_of_the_database_is_full_and_goes_on_when_it_is_not(
    small_home: tuple[Path, Path], start_server: Callable[..., Serving]
) -> None:
    """G4 on PostgreSQL: reads go on, a write says 507 and leaves nothing, and works again within 5 s of space."""
    home, disk = small_home
    server = start_server(home)
    client = FormClient(server.url).sign_in()
    person = client.add_person("Berg")
    filler = fill(disk)
    kept, answer = 0, client.get("/people/")
    for _number in range(400):
        # Words that do not compress: each needs room of its own.
        answer = client.post(f"/parties/{person}/noting/", {"words": f"before {secrets.token_hex(10_000)}"})
        if answer.status_code != 303:
            break
        kept += 1
    assert answer.status_code == 507
    assert "The disk is full" in answer.text
    assert client.get("/people/").status_code == 200
    assert notes(home) == kept

    filler.unlink()
    begin = time.monotonic()
    while client.post(f"/parties/{person}/noting/", {"words": "after"}).status_code != 303:
        assert time.monotonic() - begin < 5
        time.sleep(0.2)
    assert notes(home) == kept + 1
    server.stop()


def notes(home: Path) -> int:
    """How many notes the home's database holds."""
    with psycopg.connect(serving.environment(home)["RAPPORT_DATABASE_URL"]) as connection:
        counted = connection.execute("SELECT count(*) FROM timeline_note").fetchone()
    assert counted
    return int(counted[0])


def test_it_says_that_the_record_is_held_and_goes_on(
    home: Path, start_server: Callable[..., Serving]
) -> None:
    """A row held by another session for longer than ten seconds: 503, nothing written, and then it goes on."""
    client = FormClient(start_server(home).url).sign_in()
    person = client.add_person("Berg")
    value, version = client.seen(person, "job_title")
    assert value == ""
    change = {"job_title": "Baker", "version": version, "key": secrets.token_hex(8)}
    with psycopg.connect(serving.environment(home)["RAPPORT_DATABASE_URL"]) as other:
        other.execute("SELECT id FROM people_party WHERE id = %s FOR UPDATE", [person])
        answer = client.post(f"/people/{person}/fields/job_title/", change)
        assert answer.status_code == 503
        assert "The database is busy" in answer.text
        assert client.get(f"/people/{person}/").status_code == 200, "reading waits for nobody"
        assert client.seen(person, "job_title") == ("", version)
        other.rollback()
    assert client.post(f"/people/{person}/fields/job_title/", change).status_code == 303
    assert client.seen(person, "job_title")[0] == "Baker"
