"""What the home says of its versions, of the last run, and of what can be had."""

import os
import sys
from pathlib import Path

import rapport
from rapport.doors.operations.upgrades.rules import CURRENT, FOLDER, RUN, Current, Place, Run, is_newer

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
    return (
        place.python if is_newer(place.version, rapport.__version__) and Path(place.python).exists() else ""
    )


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
