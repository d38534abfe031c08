"""Twenty and more ways in which an upgrade fails: each ends in a version that serves, with every record."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import rapport
from tests import serving
from tests.safety.upgrades.conftest import Works, kill_when, notes_in, version_of
from tests.safety.upgrades.releases import migration, release, relisted, spoilt
from tests.serving import Serving

pytestmark = [pytest.mark.sqlite, pytest.mark.long]
BROKEN = "raise RuntimeError('a fault of this release')\n"
STEPS = ("copy", "migrate", "use", "close", "copy again", "migrate again", "switch", "answer")


@dataclass
class House:
    """A served home in which people work, releases to upgrade it to, and a way to start it again."""

    home: Path
    works: Works
    wheel: Path
    bundle: Path
    scratch: Path
    start: Callable[..., Serving]

    def upgrade(self, bundle: Path) -> subprocess.CompletedProcess[str]:
        """Type the command."""
        return serving.run(self.home, "upgrade", "--from", str(bundle))

    def release(self, version: str, changed: dict[str, str]) -> Path:
        """A release with a fault."""
        return release(self.wheel, version, self.scratch, changed=changed)

    def carrier(self) -> int:
        """The process that carries the upgrade out."""
        return int((self.home / "versions" / "upgrade.lock").read_text())


def killed(whose: str, step: str, version: str) -> Callable[[House], str]:
    """The server, or the process that carries the upgrade out, is ended without warning at that step."""

    def fail(house: House) -> str:
        (house.home / "versions" / "run.json").unlink(
            missing_ok=True
        )  # no rehearsal counts: every step is taken
        whom = (lambda: house.works.server.process.pid) if whose == "server" else house.carrier
        killer = kill_when(house.home, step, whom)
        done = house.upgrade(house.release(version, {}))
        killer.join()
        return done.stderr

    return fail


def faulty(version: str, path: str, text: str) -> Callable[[House], str]:
    """A release in which one file is broken."""
    return lambda house: house.upgrade(house.release(version, {path: text})).stderr


PAGES = "rapport/config/pages.py"
ALIVE = """
from django.http import HttpResponse

def alive(request):
    return HttpResponse(status=500)

source = alive
"""
NO_TABLE = "ALTER TABLE no_such_table ADD COLUMN colour text"
FAILURES: dict[str, tuple[Callable[[House], str], str]] = {
    "a bundle cut short": (
        lambda house: house.upgrade(spoilt(house.release("9.0.9", {}), house.scratch / "short.zip")).stderr,
        "is no whole bundle of Rapport",
    ),
    "a version that does not answer well": (faulty("9.1.1", PAGES, ALIVE), "did not answer as it should"),
    "a migration that fails": (
        lambda house: house.upgrade(house.release("9.1.0", migration(NO_TABLE))).stderr,
        "no such table: no_such_table",
    ),
    "something else than a bundle": (
        lambda house: house.upgrade(house.wheel).stderr,
        "is no whole bundle of Rapport",
    ),
    "a bundle of another kind": (
        lambda house: house.upgrade(relisted(house.bundle, house.scratch / "kind.zip", format=9)).stderr,
        "it is of another kind",
    ),
    "an older version": (
        lambda house: house.upgrade(house.release("0.0.9", {})).stderr,
        "0.0.9 is not newer than",
    ),
    "a version that does not start": (faulty("9.1.2", "rapport/config/command.py", BROKEN), "does not start"),
    "a version whose pages fail": (
        faulty("9.1.3", "rapport/customers/timeline/urls.py", BROKEN),
        "a fault of this release",
    ),
    "a version whose web server fails": (faulty("9.1.4", "rapport/config/web.py", BROKEN), "did not answer"),
    "a migration that loses rows": (
        lambda house: house.upgrade(house.release("9.1.5", migration("DELETE FROM timeline_note"))).stderr,
        "would lose rows (timeline_note)",
    ),
    **{
        f"the server killed: {step}": (killed("server", step, f"9.2.{at}"), "")
        for at, step in enumerate(STEPS)
    },
    **{
        f"its carrier killed: {step}": (killed("carrier", step, f"9.3.{at}"), "")
        for at, step in enumerate(STEPS)
    },
}
SHORT = 2


@pytest.fixture
def house(
    home: Path, wheel: Path, bundle: Path, tmp_path: Path, start_server: Callable[..., Serving], full: bool
) -> Iterator[House]:
    """Two people at work in a served home."""
    works = Works(start_server(home), 20 if full else 5)
    yield House(home, works, wheel, bundle, tmp_path, start_server)
    works.stop()


def test_it_ends_in_a_working_version_whatever_fails(
    house: House, full: bool, goal: Callable[..., None]
) -> None:
    """G9: under somebody who reads, at length twenty times a second, and somebody who writes."""
    failures = dict(list(FAILURES.items())[: None if full else SHORT])
    ended = [_fails_well(house, name, *failure) for name, failure in failures.items()]

    house.works.stop()
    lost = set(house.works.acknowledged) - notes_in(house.home)
    goal(
        "G9",
        f"{len(failures)} of {len(failures)} failures end in a working version, 0 rows lost",
        f"{sum(ended)} of {len(failures)}, {len(lost)} of {len(house.works.acknowledged)} rows lost",
        met=all(ended) and not lost,
    )
    assert all(ended)
    assert not lost
    assert house.works.refused <= {503}


def _fails_well(house: House, name: str, fail: Callable[[House], str], reason: str) -> bool:
    before = version_of(house.home)
    said = fail(house)
    if house.works.server.process.poll() is not None:
        house.works.goes_on(house.start(house.home))
    version, written = version_of(house.home), len(house.works.acknowledged)
    until = time.monotonic() + 30
    while len(house.works.acknowledged) < written + 3 and time.monotonic() < until:
        time.sleep(0.05)
    well = (
        reason in said
        and (version == before or "killed" in name)
        and house.works.client.get("/people/").status_code == 200
        and len(house.works.acknowledged) >= written + 3
    )
    print(f"{'ok ' if well else 'NO '} {name}: {version} serves; {said.strip().splitlines()[-1:]}")
    return well


def test_it_asks_for_room_before_it_begins(
    home: Path, bundle: Path, small_disk: Callable[[str], Path]
) -> None:
    cramped = Path(shutil.copytree(home, small_disk("96m") / "home", symlinks=True))

    done = serving.run(cramped, "upgrade", "--from", str(bundle))

    assert done.returncode == 1
    assert "Make room first." in done.stderr
    assert version_of(cramped) == rapport.__version__
