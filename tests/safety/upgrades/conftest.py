"""Homes that are about to be upgraded, releases to upgrade them to, and somebody who works meanwhile."""

import itertools
import json
import os
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from rapport.config import sqlite  # noqa: F401 - two SQLites in one process do not see each other's locks
from tests import serving
from tests.client import FormClient
from tests.once import once
from tests.safety.upgrades.releases import release, wheel_of_this_tree
from tests.serving import Serving

NEXT = "9.0.1"
# How much must have been acknowledged before it says something that nothing of it is lost.
ENOUGH = 20


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This tree as a wheel."""

    def build(place: Path) -> None:
        wheel_of_this_tree(place)

    return next(once(tmp_path_factory, "wheel", build).glob("rapport-*.whl"))


@pytest.fixture(scope="session")
def bundle(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The next release, as one file."""

    def pack(place: Path) -> None:
        release(wheel, NEXT, place)

    return next(once(tmp_path_factory, "releases", pack).glob("*.bundle.zip"))


@pytest.fixture(scope="session")
def begun_home(founded_home: Path, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an administrator that has rehearsed the next release, so that it is installed there."""

    def begin(place: Path) -> None:
        home = serving.copy(founded_home, place / "home")
        done = serving.run(home, "upgrade", "--rehearse", "--from", str(bundle))
        assert done.returncode == 0, done.stderr

    return once(tmp_path_factory, "begun", begin) / "home"


@pytest.fixture
def home(begun_home: Path, tmp_path: Path) -> Path:
    """The same, for one test."""
    return Path(shutil.copytree(begun_home, tmp_path / "home", symlinks=True))


def last_run(home: Path) -> dict[str, object]:
    """What the home says of its last run."""
    found: dict[str, object] = json.loads((home / "versions" / "run.json").read_text())
    return found


def notes_in(home: Path) -> set[str]:
    """All notes that the home holds."""
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        return {words for (words,) in connection.execute("SELECT words FROM timeline_note")}


def version_of(home: Path) -> str:
    """Which version does what is typed for this home."""
    return serving.run(home, "--version").stdout.split()[-1]


@dataclass
class Works:
    """One who reads so many times a second (`pace`; as was promised twenty), and one who writes; what was acknowledged
    is remembered."""

    server: Serving
    pace: int = 5
    client: FormClient = field(init=False)
    person: int = field(init=False)
    reads: list[tuple[float, bool]] = field(default_factory=list)
    writes: list[tuple[float, bool]] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.client = FormClient(self.server.url).sign_in()
        self.person = self.client.add_person("Berg")
        self.threads = [threading.Thread(target=each) for each in (self._read, self._write)]
        for each in self.threads:
            each.start()

    def _read(self) -> None:
        mine = requests.Session()  # one is not for two threads
        mine.cookies.update(self.client.session.cookies)
        while not self.ended.wait(1 / self.pace):
            begun = time.monotonic()
            try:
                answer = mine.get(f"{self.server.url}/people/", timeout=10)
                self.reads.append((begun, answer.status_code == 200))
            except requests.RequestException:
                self.reads.append((begun, False))

    def _write(self) -> None:
        while not self.ended.wait(1 / self.pace):
            begun, words = time.monotonic(), f"said {len(self.writes)} at {time.monotonic_ns()}"
            try:
                status = self.client.post(f"/parties/{self.person}/noting/", {"words": words}).status_code
            except requests.RequestException:
                status = 0
            if status == 303:
                self.acknowledged.append(words)
            elif status:
                self.refused.add(status)
            self.writes.append((begun, status == 303))

    def goes_on(self, server: Serving) -> None:
        """The server was started again, elsewhere."""
        self.server, self.client.url = server, server.url

    def stop(self) -> None:
        """Let them go home, once something was written again, and enough to be missed."""
        until = time.monotonic() + 30
        while not (self.writes[-1][1] and len(self.acknowledged) > ENOUGH) and time.monotonic() < until:
            if self.ended.wait(0.05):
                break
        self.ended.set()
        for each in self.threads:
            each.join()


def longest_without(answers: list[tuple[float, bool]]) -> float:
    """The longest time, in seconds, between two answers that were right."""
    well = [at for at, ok in answers if ok]
    return max((later - sooner for sooner, later in itertools.pairwise(well)), default=0.0)


def kill_when(home: Path, doing: str, whom: Callable[[], int]) -> threading.Thread:
    """End a process without warning, as soon as the home says that a run is at that step."""

    def watch() -> None:
        until = time.monotonic() + 600
        while time.monotonic() < until:
            try:
                run = last_run(home)
            except (OSError, ValueError):
                run = {}
            if run.get("doing") == doing and not run["ended_at"]:
                os.kill(whom(), signal.SIGKILL)
                return
            time.sleep(0.002)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread
