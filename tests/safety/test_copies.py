"""A backup of a real home: made, restored on a bare machine, opened to be read, tried; and what is refused."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests import serving
from tests.client import EMAIL, PASSWORD
from tests.once import once
from tests.serving import Serving

pytestmark = pytest.mark.sqlite
PEOPLE = "Name,E-mail\n" + "".join(f"Person {number},p{number}@example.com\n" for number in range(12))


@pytest.fixture(scope="session")
def peopled_home(founded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an administrator, twelve people and one attached file."""

    def fill(place: Path) -> None:
        home = serving.copy(founded_home, place / "home")
        (place / "people.csv").write_text(PEOPLE)
        brought = serving.run(home, "import", str(place / "people.csv"), "--yes")
        assert brought.returncode == 0, brought.stderr
        (home / "files" / "letters").mkdir(parents=True)
        (home / "files" / "letters" / "letter").write_bytes(b"Dear Mrs Berg")

    return once(tmp_path_factory, "peopled", fill) / "home"


@pytest.fixture
def home(peopled_home: Path, tmp_path: Path) -> Path:
    """The same, for one test."""
    return serving.copy(peopled_home, tmp_path / "home")


def rows_of(home: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        return connection.execute("SELECT id, name FROM people_party ORDER BY id").fetchall()


def head_of(home: Path) -> str:
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        rev, head = connection.execute(
            "SELECT rev, head FROM ledger_seal ORDER BY rev DESC LIMIT 1"
        ).fetchone()
    return f"{rev}-{head[:8].hex()}"


def backup_of(home: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A backup, and the file into which its owner wrote the recovery key."""
    done = serving.run(home, "backup", "--to", str(tmp_path / "monday.age"))
    assert done.returncode == 0, done.stderr
    key = next(line.strip() for line in done.stdout.splitlines() if "AGE-SECRET-KEY-1" in line)
    (tmp_path / "recovery.key").write_text(key)
    return tmp_path / "monday.age", tmp_path / "recovery.key"


def test_it_restores_a_lost_home_on_a_bare_machine_by_one_command(home: Path, tmp_path: Path) -> None:
    before, secret = rows_of(home), (home / "secret.key").read_text()
    file, key = backup_of(home, tmp_path)
    bare = tmp_path / "elsewhere" / "home"

    done = serving.run(bare, "restore", str(file), "--key", str(key))

    assert done.returncode == 0, done.stderr
    assert rows_of(bare) == before
    assert len(before) == 12
    assert (bare / "secret.key").read_text() == secret
    assert (bare / "files" / "letters" / "letter").read_bytes() == b"Dear Mrs Berg"
    assert (bare / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in bare.parent.iterdir()] == ["home"]


def test_it_shows_the_recovery_key_once_and_keeps_no_word_readable(home: Path, tmp_path: Path) -> None:
    file, key = backup_of(home, tmp_path)
    again = serving.run(home, "backup")

    assert again.returncode == 0
    assert "AGE-SECRET-KEY" not in again.stdout
    assert (home / "backup.key").stat().st_mode & 0o777 == 0o600
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"Person" not in file.read_bytes()
    assert key.read_text().encode() not in file.read_bytes()


def test_it_moves_what_was_there_aside(home: Path, tmp_path: Path) -> None:
    file, _ = backup_of(home, tmp_path)
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        connection.execute("UPDATE people_party SET name = 'Overwritten'")
        connection.commit()

    done = serving.run(home, "restore", str(file))

    assert done.returncode == 0, done.stderr
    (aside,) = home.parent.glob("home.before-*")
    assert {name for _, name in rows_of(aside)} == {"Overwritten"}
    assert {name for _, name in rows_of(home)} == {f"Person {number}" for number in range(12)}


def test_it_refuses_to_restore_over_a_home_that_is_served(
    home: Path, tmp_path: Path, start_server: Callable[..., Serving]
) -> None:
    file, _ = backup_of(home, tmp_path)
    start_server(home)

    done = serving.run(home, "restore", str(file))

    assert done.returncode == 2
    assert "is being served" in done.stderr
    assert not list(home.parent.glob("home.before-*"))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["restore", "nowhere.age"], "There is no file nowhere.age."),
        (["restore", "{file}", "--key", "nowhere.key"], "Say where its recovery key is: --key FILE"),
        (["restore", "{file}", "--key", "{file}"], "There is no key in"),
        (["open", "{file}", "--key", "nowhere.key"], "Say where its recovery key is: --key FILE"),
        (["backup", "--to", "{file}"], "exists already"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_it_refuses_with_a_reason_and_leaves_nothing_behind(
    words: list[str], reason: str, fresh_home: Path, tmp_path: Path
) -> None:
    serving.run(fresh_home, "_prepare")
    file, _ = backup_of(fresh_home, tmp_path)
    before = sorted(tmp_path.iterdir())

    done = serving.run(fresh_home, *(word.format(file=file) for word in words))

    assert done.returncode == 2
    assert reason in done.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_it_opens_a_backup_to_be_read_and_takes_nothing(
    home: Path, tmp_path: Path, start_server: Callable[..., Serving], goal: Callable[..., None]
) -> None:
    """G28."""
    file, key = backup_of(home, tmp_path)
    before = rows_of(home)
    begun = time.monotonic()
    served = start_server(home, "open", str(file), "--key", str(key), "--port", "0")
    took = time.monotonic() - begun
    goal("G28", "open a backup <= 60 s", f"{took:.0f} s", met=took <= 60)
    browser = requests.Session()
    browser.get(f"{served.url}/accounts/login/", timeout=10)
    token = {"csrfmiddlewaretoken": browser.cookies["rapport-csrf"]}
    browser.post(
        f"{served.url}/accounts/login/",
        data=token | {"login": EMAIL, "password": PASSWORD},
        timeout=10,
    )
    token = {"csrfmiddlewaretoken": browser.cookies["rapport-csrf"]}

    read = browser.get(f"{served.url}/people/", timeout=10)
    written = browser.post(f"{served.url}/people/new/", data=token | {"name": "Nobody"}, timeout=10)

    assert read.status_code == 200
    assert "Person 3" in read.text
    assert written.status_code == 503
    assert "to be read: nothing can be changed in it" in written.text
    assert rows_of(home) == before


def test_it_tries_a_restore_and_keeps_what_was_found(home: Path, tmp_path: Path) -> None:
    backup_of(home, tmp_path)
    done = serving.run(home, "drill", "--file", str(tmp_path / "monday.age"))

    assert done.returncode == 0, done.stderr
    assert "ok  integrity: ok" in done.stdout
    assert f"the ledger’s head is {head_of(home)}" in done.stdout
    assert "ok  start: started, signed in, read 10 records" in done.stdout
    assert '"ok": true}' in (home / "drill.json").read_text()
    assert not [path for path in home.iterdir() if path.name.startswith(".")]


def test_it_makes_a_whole_backup_while_somebody_writes(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "db.sqlite3", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE people_party SET name = 'Half done'")
        file, key = backup_of(home, tmp_path)
        writer.execute("ROLLBACK")

    bare = tmp_path / "bare"
    assert serving.run(bare, "restore", str(file), "--key", str(key)).returncode == 0
    assert {name for _, name in rows_of(bare)} == {f"Person {number}" for number in range(12)}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a small disk")
def test_it_says_that_the_disk_is_full_and_leaves_it_as_it_was(
    home: Path, tmp_path: Path, small_disk: Callable[[str], Path]
) -> None:
    (home / "files" / "letters" / "photograph").write_bytes(os.urandom(300_000))
    file, key = backup_of(home, tmp_path)
    disk = small_disk("128k")

    restored = serving.run(home, "restore", str(file), "--key", str(key), "--into", str(disk / "home"))
    written = serving.run(home, "backup", "--to", str(disk / "backup.age"))

    assert (restored.returncode, written.returncode) == (2, 2)
    assert "No space left" in restored.stderr
    assert "No space left" in written.stderr
    assert list(disk.iterdir()) == []
