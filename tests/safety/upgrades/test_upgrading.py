"""A served home is upgraded while people work; whatever fails on the way, a version serves and no record is gone."""

import contextlib
import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

import rapport
from rapport.config import lock
from tests import serving
from tests.client import FormClient
from tests.safety.upgrades.conftest import (
    ENOUGH,
    NEXT,
    Works,
    kill_when,
    last_run,
    longest_without,
    notes_in,
    version_of,
)
from tests.serving import Serving

pytestmark = [pytest.mark.sqlite, pytest.mark.long]
NOW, PAGE = rapport.__version__, "/admin/care/upgrade/"


@pytest.fixture(params=[1, 10])
def gigabytes(request: pytest.FixtureRequest, full: bool) -> int:
    """How large the home is for which the figure is: in the short form it is as small as it began."""
    if not full and request.param > 1:
        pytest.skip("ten gigabytes: only with RAPPORT_LONG=1")
    return request.param if full else 0


@pytest.fixture
def works(home: Path, start_server: Callable[..., Serving], full: bool, gigabytes: int) -> Iterator[Works]:
    """Two people at work in a served home."""
    for begin in range(0, 1024 * gigabytes, 1024):
        with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
            rows = ((f"swollen-{number}", "x" * 2**20) for number in range(begin, begin + 1024))
            connection.executemany("INSERT INTO django_session VALUES (?, ?, '2099-01-01')", rows)
            connection.commit()
    both = Works(start_server(home), 20 if full else 5)
    yield both
    both.stop()


def has_colours(home: Path) -> bool:
    """Whether the next release's migration was applied."""
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        return bool(
            connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'upgrade_colour'").fetchone()
        )


def test_it_upgrades_while_people_work_and_survives_a_kill_on_the_way(
    home: Path,
    bundle: Path,
    works: Works,
    start_server: Callable[..., Serving],
    gigabytes: int,
    goal: Callable[..., None],
) -> None:
    """G9: killed while nothing may be written, then done; what was acknowledged is there."""
    killer = kill_when(home, "migrate again", lambda: works.server.process.pid)
    broken = serving.run(home, "upgrade", "--from", str(bundle), seconds=900)
    killer.join()
    assert broken.returncode == 2
    assert "broken off" in broken.stderr
    assert "use" not in _steps(home), "the rehearsal that passed counts for a day"
    works.goes_on(start_server(home))
    assert (version_of(home), has_colours(home)) == (NOW, False)
    works.reads.clear()
    works.writes.clear()

    shutil.copy2(bundle, home / "versions")
    admin = FormClient(works.server.url).sign_in()
    assert admin.write(f"{PAGE}switch/", to=NEXT) == PAGE
    told = _told_in_the_end(admin)
    works.stop()

    assert f"in the place of {NOW}" in told
    assert "A colour for each team." in told
    assert (version_of(home), has_colours(home)) == (NEXT, True)
    assert works.server.process.poll() is None, "the same process serves on"
    assert set(works.acknowledged) <= notes_in(home)
    assert len(works.acknowledged) > ENOUGH
    assert works.refused == {503}
    closed, away = longest_without(works.writes), longest_without(works.reads)
    most = 30 if gigabytes > 1 else 10
    goal(
        "G9",
        f"no write for <= {most} s at {gigabytes or 1} GB, 0 rows lost",
        f"{closed:.1f} s, no reading for {away:.1f} s",
        met=closed <= most,
    )
    _it_goes_back_and_says_what_would_be_lost(home, works)


def _steps(home: Path) -> list[str]:
    steps = last_run(home)["steps"]
    assert isinstance(steps, list)
    return [step["name"] for step in steps]


def _told_in_the_end(admin: FormClient) -> str:
    """What the page of upgrades says when it is over; between two servers there is none for a moment."""
    until, page = time.monotonic() + 600, ""
    while time.monotonic() < until:
        with contextlib.suppress(requests.RequestException):
            page = admin.get(PAGE).text
            if "Look how far it is" not in page and "in the place of" in page:
                return page
        time.sleep(0.1)
    raise AssertionError(page)


def _it_goes_back_and_says_what_would_be_lost(home: Path, works: Works) -> None:
    held = notes_in(home)
    works.client.write(f"/parties/{works.person}/noting/", words="since then")
    refused = serving.run(home, "upgrade", "--back")
    assert refused.returncode == 1
    assert "done since the upgrade, and would not be there" in refused.stderr
    assert version_of(home) == NEXT

    done = serving.run(home, "upgrade", "--back", "--even-so", seconds=900)

    assert done.returncode == 0, done.stderr
    assert (version_of(home), has_colours(home)) == (NOW, False)
    assert notes_in(home) < held
    proved = serving.run(home, "verify")
    assert proved.returncode == 0, f"what is gone on purpose is no tampering: {proved.stdout}"
    with closing(sqlite3.connect(home / "versions" / f"{NEXT}.sqlite3")) as aside:
        assert {words for (words,) in aside.execute("SELECT words FROM timeline_note")} == held | {
            "since then"
        }
    assert works.client.get("/people/").status_code == 200


def test_it_keeps_the_versions_when_a_backup_takes_the_place_of_the_home(
    fresh_home: Path, tmp_path: Path
) -> None:
    versions = fresh_home / "versions"
    versions.mkdir()
    place = {"version": NOW, "python": "python"}
    (versions / "current.json").write_text(
        json.dumps({"place": place, "before": place, "since": None, "mark": 0, "moving_to": ""})
    )
    (versions / "0.0.9.sqlite3").touch()
    assert serving.run(fresh_home, "backup", "--to", str(tmp_path / "monday.age")).returncode == 0

    done = serving.run(fresh_home, "restore", str(tmp_path / "monday.age"))

    assert done.returncode == 0, done.stderr
    (aside,) = tmp_path.glob("home.before-*")
    assert json.loads((versions / "current.json").read_text())["before"] is None
    assert (aside / "0.0.9.sqlite3").exists()
    assert not (versions / "0.0.9.sqlite3").exists()


def test_it_lets_no_command_write_while_an_upgrade_is_under_way(fresh_home: Path) -> None:
    with lock.hold(fresh_home / "closed.lock"):
        done = serving.run(
            fresh_home, "user", "add", "ana@example.com", "--role", "member", text="a long sentence\n"
        )

    assert done.returncode == 2
    assert "This home is being upgraded." in done.stderr


def test_it_leaves_a_home_alone_that_a_newer_version_left(fresh_home: Path) -> None:
    with closing(sqlite3.connect(fresh_home / "db.sqlite3")) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9000_later', '2030-01-01')"
        )
        connection.commit()

    for words in (["serve", "--port", "0"], ["user", "add", "ana@example.com", "--role", "member"]):
        done = serving.run(fresh_home, *words, text="a long sentence\n")

        assert done.returncode == 2
        assert "served by a newer Rapport (it has people.9000_later)" in done.stderr
