"""A served home is upgraded while people work; whatever fails on the way, a version serves and no record is gone."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import rapport
from tests import serving
from tests.safety.upgrades.conftest import NEXT, Works, kill_when, longest_without, notes_in, version_of
from tests.serving import Serving

pytestmark = [pytest.mark.sqlite, pytest.mark.long]
NOW = rapport.__version__


@pytest.fixture
def works(home: Path, start_server: Callable[..., Serving]) -> Iterator[Works]:
    """Two people at work in a served home."""
    both = Works(start_server(home))
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
    goal: Callable[..., None],
) -> None:
    """G9 in its short form: killed while nothing may be written, then done; what was acknowledged is there."""
    killer = kill_when(home, "migrate again", lambda: works.server.process.pid)
    broken = serving.run(home, "upgrade", "--from", str(bundle))
    killer.join()
    assert broken.returncode == 2
    assert "broken off" in broken.stderr
    works.goes_on(start_server(home))
    assert (version_of(home), has_colours(home)) == (NOW, False)
    works.reads.clear()
    works.writes.clear()

    done = serving.run(home, "upgrade", "--from", str(bundle))
    works.stop()

    assert done.returncode == 0, done.stderr
    assert f"{NEXT} serves this home." in done.stdout
    assert "- A colour for each team." in done.stdout
    assert (version_of(home), has_colours(home)) == (NEXT, True)
    assert works.server.process.poll() is None, "the same process serves on"
    assert set(works.acknowledged) <= notes_in(home)
    assert len(works.acknowledged) > 20
    assert works.refused == {503}
    closed, away = longest_without(works.writes), longest_without(works.reads)
    goal(
        "G9",
        "no write for <= 10 s, 0 rows lost",
        f"{closed:.1f} s, no reading for {away:.1f} s",
        met=closed <= 10,
    )


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


def test_it_does_not_serve_a_home_that_a_newer_version_left(fresh_home: Path) -> None:
    with closing(sqlite3.connect(fresh_home / "db.sqlite3")) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9000_later', '2030-01-01')"
        )
        connection.commit()

    done = serving.run(fresh_home, "serve", "--port", "0")

    assert done.returncode == 2
    assert "served by a newer Rapport (it has people.9000_later)" in done.stderr
