"""A bundle: one version with all it needs, as wheels and a list of their digests. All that is installed comes from one.

It is a zip, or a folder that was made of one: `bundle.json` and the wheels beside it."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from msgspec import Struct

from rapport.doors.operations.upgrades.queries import bundles_in, index
from rapport.doors.operations.upgrades.rules import number
from rapport.doors.operations.upgrades.services.bill import bill_of
from rapport.foundation.kernel.ledger.rules import Refused

LIST, FORMAT = "bundle.json", 1
PINNED = "rapport/requirements.txt"
PIP_SECONDS = 900


class UpgradeRefused(Refused):
    """Why it stays as it is."""


class Listed(Struct, frozen=True):
    """What a bundle says of itself: the version, and its wheels with the SHA-256 of each."""

    version: str
    files: dict[str, str]


def version_of(bundle: Path) -> str:
    """The version in a bundle. Raises UpgradeRefused when it is none."""
    return _list_of(bundle).version


def newest(home: Path, source: str, *, scratch: Path) -> tuple[str, Path | None]:
    """The newest version that can be had, and its bundle if it lies here; "" when there is none.

    `source` is a bundle; else the bundles in the home are looked at, and the index if one is named."""
    if source:
        path = Path(source).expanduser().resolve()
        return version_of(path), path
    here = [(version_of(bundle), bundle) for bundle in bundles_in(home)]
    best = max(here, key=lambda each: number(each[0]), default=("", None))
    there = _newest_in_index(scratch) if index() else ""
    return (there, None) if number(there) > number(best[0]) else best


def fetch(version: str, to: Path) -> None:
    """Download a version and all it needs into the folder `to`, and make a bundle of it. Raises UpgradeRefused.

    The wheel of Rapport brings the list of what it was tested with; anything else is refused by its digest."""
    if not index():
        raise UpgradeRefused(
            f"There is no bundle of {version or 'a newer version'} here, and no package index is named. "
            "Give one with --from BUNDLE, or set RAPPORT_INDEX to the address of the index."
        )
    _pip("download", "--no-deps", "--dest", str(to), f"rapport=={version}" if version else "rapport")
    add_requirements(to)


def add_requirements(folder: Path) -> None:
    """Put what the wheel of Rapport in `folder` needs beside it, and list all of it."""
    wheel = next(iter(folder.glob("rapport-*.whl")), None)
    if wheel is None:
        raise UpgradeRefused(f"There is no wheel of Rapport in {folder}.")
    with zipfile.ZipFile(wheel) as packed:
        pinned = folder / "requirements.txt"
        pinned.write_bytes(packed.read(PINNED))
    _pip("download", "--require-hashes", "--only-binary=:all:", "--dest", str(folder), "-r", str(pinned))
    pinned.unlink()
    list_wheels(folder)


def list_wheels(folder: Path) -> None:
    """Write the list that makes a folder of wheels a bundle."""
    wheels = sorted(folder.glob("*.whl"))
    version = next(_named(wheel.name)[1] for wheel in wheels if _named(wheel.name)[0] == "rapport")
    files = {wheel.name: _digest(wheel) for wheel in wheels}
    (folder / LIST).write_text(json.dumps({"format": FORMAT, "version": version, "files": files}, indent=1))


def bill(folder: Path) -> str:
    """The bill of materials of a bundle's folder."""
    listed = _list_of(folder)
    return bill_of(listed.version, {folder / name: digest for name, digest in listed.files.items()})


def pack(folder: Path, to: Path) -> None:
    """Make one file of a bundle's folder. Wheels are compressed already."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_STORED) as packed:
        for path in (folder / LIST, *sorted(folder.glob("*.whl"))):
            packed.write(path, path.name)


def unpack(bundle: Path, to: Path) -> Path:
    """The folder of a bundle, each wheel proved to be the one that is listed. Raises UpgradeRefused."""
    files = _list_of(bundle).files
    folder = bundle
    try:
        if not bundle.is_dir():
            folder = to
            with zipfile.ZipFile(bundle) as packed:
                for name in (LIST, *files):
                    with packed.open(name) as source, (to / name).open("wb") as target:
                        shutil.copyfileobj(source, target)
        wrong = next((name for name, digest in files.items() if _digest(folder / name) != digest), None)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise _damaged(bundle, str(error)) from None
    if wrong:
        raise _damaged(bundle, f"{wrong} is not what its list says")
    return folder


def requirements_of(bundle: Path) -> str:
    """What pip is asked to install: each wheel by version and digest."""
    lines = []
    for name, digest in _list_of(bundle).files.items():
        package, version = _named(name)
        lines.append(f"{package}=={version} --hash=sha256:{digest}")
    return "\n".join(lines) + "\n"


def _list_of(bundle: Path) -> Listed:
    try:
        if bundle.is_dir():
            read = json.loads((bundle / LIST).read_text())
        else:
            with zipfile.ZipFile(bundle) as packed:
                read = json.loads(packed.read(LIST))
        found = Listed(str(read["version"]), dict(read["files"]))
        is_ours = read["format"] == FORMAT and found.version and all(map(_is_safe, found.files))
    except FileNotFoundError:
        raise UpgradeRefused(f"There is no bundle {bundle}.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise _damaged(bundle, str(error)) from None
    if not is_ours:
        raise _damaged(bundle, "it is of another kind")
    return found


def _damaged(bundle: Path, why: str) -> UpgradeRefused:
    return UpgradeRefused(f"{bundle.name} is no whole bundle of Rapport ({why}). Get it again.")


def _is_safe(name: str) -> bool:
    return name.endswith(".whl") and name.count("-") >= 4 and not set(name) & set("/\\\0\n ")


def _named(wheel: str) -> tuple[str, str]:
    package, version = wheel.split("-")[:2]
    return package, version


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _newest_in_index(scratch: Path) -> str:
    report = scratch / "found.json"
    _pip("install", "--dry-run", "--no-deps", "--ignore-installed", "--report", str(report), "rapport")
    return str(json.loads(report.read_text())["install"][0]["metadata"]["version"])


def _pip(what: str, *words: str) -> None:
    """From the index that is named; else, for what is pinned by its digest, from wherever pip is used to look."""
    run_pip(sys.executable, what, *(("--index-url", index()) if index() else ()), *words)


def run_pip(python: str, *words: str) -> None:
    """Run pip, and tell its last words when it fails. Raises UpgradeRefused."""
    command = [python, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check", *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PIP_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UpgradeRefused(f"pip was not done within {PIP_SECONDS} s.") from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "ERROR" in line] or done.stderr.splitlines()
        raise UpgradeRefused(f"pip could not do it: {' '.join(said[:2]).strip() or 'it said nothing'}")
