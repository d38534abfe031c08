"""Puts a version beside the others in the home: an environment of its own, from a bundle, or not at all."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rapport.doors.operations.upgrades.rules import FOLDER, Place
from rapport.doors.operations.upgrades.services.bundles import (
    UpgradeRefused,
    fetch,
    requirements_of,
    run_pip,
    unpack,
    version_of,
)

READY = ".ready"
START_SECONDS = 120
# The last would have each process of a version compile every module anew: only the first one is to.
FOREIGN = {"PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"}


def install(home: Path, version: str, bundle: Path | None) -> Place:
    """Install `version`, from its bundle or the index, unless it is here already. Raises UpgradeRefused.

    An environment cannot be moved, so it is made where it will be. Its mark is written last."""
    folder = home / FOLDER / version
    place = Place(version, str(python_of(folder)))
    if (folder / READY).exists():
        return place
    shutil.rmtree(folder, ignore_errors=True)
    (home / FOLDER).mkdir(exist_ok=True, mode=0o700)
    try:
        with tempfile.TemporaryDirectory(prefix=".bundle-", dir=home / FOLDER) as scratch:
            _fill(folder, _whole(version, bundle, Path(scratch)), Path(scratch))
        _prove(place)
        (folder / READY).touch()
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise UpgradeRefused(f"{version} could not be installed: {error.strerror or error}.") from None
        raise
    return place


def python_of(folder: Path) -> Path:
    """The Python of an environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def package_of(place: Place) -> Path:
    """Where the package of an installed version lies. Raises UpgradeRefused when it is not there."""
    root = Path(place.python).parent.parent
    found = next(iter(root.glob("[Ll]ib/**/site-packages/rapport")), None)
    if found is None:
        raise UpgradeRefused(f"There is no Rapport in {root}.")
    return found


def environment_of(place: Place, home: Path) -> dict[str, str]:
    """What a process of that version sees: its own code and no other's, and the home it is to use."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return kept | {
        "RAPPORT_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        "PYTHONSAFEPATH": "1",
    }


def _whole(version: str, bundle: Path | None, scratch: Path) -> Path:
    if bundle is None:
        fetch(version, scratch)
        bundle = scratch
    if version_of(bundle) != version:
        raise UpgradeRefused(f"{bundle.name} holds {version_of(bundle)}, not {version}.")
    return unpack(bundle, scratch)


def _fill(folder: Path, wheels: Path, scratch: Path) -> None:
    """By our own pip where there is one: to give the new environment its own takes longer than all else."""
    has_pip = importlib.util.find_spec("pip") is not None
    words = ["--without-pip"] if has_pip else []
    command = [sys.executable, "-m", "venv", *words, str(folder)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        said = (made.stderr or made.stdout).strip().splitlines() or ["it said nothing"]
        raise UpgradeRefused(f"No environment could be made for it: {said[-1]}")
    pinned = scratch / "requirements.txt"
    pinned.write_text(requirements_of(wheels))
    python = str(python_of(folder))
    by = (sys.executable, "--python", python) if has_pip else (python,)
    offline = ("--no-index", "--find-links", str(wheels), "--no-deps", "--require-hashes")
    # Compiled is what is used, by the trial on a copy that follows: a third of what there is, and of the time.
    run_pip(*by, "install", "--no-compile", *offline, "-r", str(pinned))


def _prove(place: Place) -> None:
    """That it begins to run here, with this Python and on this machine."""
    command = [place.python, "-m", "rapport.config.command", "--version"]
    done = subprocess.run(
        command,
        env=environment_of(place, Path(place.python).parent),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    if done.stdout.strip() != f"rapport {place.version}":
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise UpgradeRefused(f"{place.version} does not start on this machine: {said[-1]}")
