"""A served home is upgraded while people work; whatever fails on the way, a version serves and no record is gone."""

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
