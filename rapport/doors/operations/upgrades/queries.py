"""What the home says of its versions, of the last run, and of what can be had."""

import os
import sys
from pathlib import Path

from msgspec import Struct

import rapport
from rapport.doors.operations.upgrades.rules import (
    ASKED,
    BACK,
    CURRENT,
    FOLDER,
    LOCK,
    LOOK,
    REHEARSE,
    RUN,
    UPGRADE,
    Current,
    Place,
    Run,
    is_newer,
)
from rapport.foundation.ui.reading import is_held

PACKAGE = Path(rapport.__file__).resolve().parent
SUFFIX = ".bundle.zip"


def ourselves() -> Place:
    """The version that runs this."""
    return Place(rapport.__version__, sys.executable)


def current(home: Path) -> Current:
    """Which version serves the home: what it says, else the one that asks."""
    try:
        return Current.from_json((home / FOLDER / CURRENT).read_text())
    except (OSError, ValueError, KeyError, TypeError):
        return Current(ourselves())


def newer_python(home: Path) -> str:
    """The Python of the home's version if that is newer than we are, so that it must do what was asked; else ""."""
    place = current(home).place
    if not is_newer(place.version, rapport.__version__):
        return ""
    # The home may have been moved since, and the versions in it with it.
    here = home / FOLDER / place.version / Path(place.python).parent.name / Path(place.python).name
    return next((str(python) for python in (Path(place.python), here) if python.exists()), "")


def last_run(home: Path) -> Run | None:
    """What the last run came to, or how far the one under way is; nothing when there was none."""
    try:
        return Run.from_json((home / FOLDER / RUN).read_text())
    except (OSError, ValueError, KeyError, TypeError):
        return None


def kept_database(home: Path, version: str) -> Path:
    """Where the database is kept as `version` left it."""
    return home / FOLDER / f"{version}.sqlite3"


def bundles_in(home: Path) -> list[Path]:
    """The bundles that somebody laid into the home."""
    return sorted((home / FOLDER).glob(f"*{SUFFIX}"))


def changes(package: Path = PACKAGE) -> str:
    """The text of CHANGELOG.md that came with a version; in a checkout it stands beside the package."""
    for place in (package / "CHANGELOG.md", package.parent / "CHANGELOG.md"):
        if place.exists():
            return place.read_text(encoding="utf-8")
    return ""


def index() -> str:
    """The package index from which newer versions may be had: none, unless RAPPORT_INDEX names it."""
    return os.environ.get("RAPPORT_INDEX", "")


class State(Struct, frozen=True):
    """What the page shows: which version serves, the last run, and what is under way."""

    version: str
    current: Current
    run: Run | None
    is_asked: bool
    is_under_way: bool
    can_go_back: bool
    index: str
    bundles: int
    on_postgresql: bool

    @property
    def offered(self) -> str:
        """The newer version that was found and may be tried; "" when there is none."""
        run = self.run
        found = run.to if run and run.ended_at and run.what != BACK else ""
        return found if is_newer(found, self.version) else ""

    @property
    def is_ready(self) -> bool:
        """Whether it was tried on a copy, and passed."""
        return bool(self.run and self.run.ok and self.run.what == REHEARSE and self.offered)

    @property
    def is_done(self) -> bool:
        """Whether the last thing that happened was a change of the version."""
        return bool(self.run and self.run.ok and self.run.what in {UPGRADE, BACK})

    @property
    def is_latest(self) -> bool:
        """Whether somebody looked, and there was none newer."""
        return bool(self.run and self.run.ended_at and self.run.what == LOOK and not self.offered)

    @property
    def reason(self) -> str:
        """Why the last run came to nothing."""
        if self.run is None or self.is_under_way or self.run.ok or self.is_latest:
            return ""
        return self.run.reason or "It was broken off."


def state() -> State:
    """All of it at once, from files of the home alone."""
    from django.conf import settings

    home = Path(settings.HOME)
    # First: the word is taken away once the run stands in its place.
    is_asked = (home / FOLDER / ASKED).exists()
    run, found = last_run(home), current(home)
    return State(
        version=rapport.__version__,
        current=found,
        run=run,
        is_asked=is_asked,
        is_under_way=bool(run and not run.ended_at and is_held(home / FOLDER / LOCK)),
        can_go_back=bool(found.before and kept_database(home, found.before.version).exists()),
        index=index(),
        bundles=len(bundles_in(home)),
        on_postgresql=bool(settings.DATABASE_URL),
    )
