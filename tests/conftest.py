"""What the tests above the apps share: a real server on a fresh home, and Debian's Chromium."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import goals, serving
from tests.client import found
from tests.once import once
from tests.serving import Serving

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# As root there is no sandbox to have; and nothing may leave the machine.
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page is open for a second or two: what is spared by a compiler that optimises is less than what it takes.
    "--js-flags=--no-turbofan",
)

# How long a page may take to come to what is expected of it: what Playwright grants an action, for a claim too.
PATIENCE_MS = 30_000


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright drives the system's Chromium, for it must download none."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    expect.set_options(timeout=PATIENCE_MS)
    if not found:
        pytest.skip("Chromium is missing (bin/setup browser says how to get it)")
    return browser_type_launch_args | {"executable_path": found, "args": list(CHROMIUM_OPTIONS)}


@pytest.fixture(scope="session")
def founded_home(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an administrator, made once and then copied."""

    def begin(place: Path) -> None:
        found(serving.copy(prepared_home, place / "home"))

    return once(tmp_path_factory, "founded", begin) / "home"


@pytest.fixture
def home(founded_home: Path, tmp_path: Path) -> Path:
    """A home of this test's own with an administrator."""
    return serving.copy(founded_home, tmp_path / "home")


@pytest.fixture
def fresh_home(prepared_home: Path, tmp_path: Path) -> Path:
    """A home of this test's own in which nobody has signed up yet."""
    return serving.copy(prepared_home, tmp_path / "home")


@pytest.fixture
def start_server() -> Iterator[Callable[..., Serving]]:
    """Serves the homes it is given, with the words and variables it is given; all end with the test."""
    begun: list[Serving] = []

    def start(home: Path, *words: str, **more: str) -> Serving:
        begun.append(serving.start(home, *words, **more))
        return begun[-1]

    yield start
    for each in begun:
        each.stop()


@pytest.fixture
def server(fresh_home: Path, start_server: Callable[..., Serving]) -> Serving:
    """The real `rapport serve` on a free port and a fresh home."""
    return start_server(fresh_home)


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether a goal is to be measured as it was promised (`bin/check --long`), or in seconds."""
    return bool(os.environ.get(goals.FULL))


@pytest.fixture
def goal() -> Callable[..., None]:
    """Keeps what was measured of a goal: goal("G5", "<= 1 s", "0.12 s", met=True)."""
    return goals.keep
