"""Makes releases of Rapport to upgrade to: wheels of this tree with another version, and faults of every kind.

They are small bundles: what Rapport needs is not in them but found where the tests found it, so that an
installation takes seconds."""

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from pathlib import Path

from rapport.doors.operations.upgrades.services.bundles import list_wheels, pack

ROOT = Path(__file__).resolve().parents[3]
NEWS = "- A colour for each team.\n- Lists remember how far you had read, on every machine\n  that you use.\n"
COLOUR = "rapport/customers/people/migrations/9000_colour.py"
# A table of its own and a column on a large one: what a migration of a new version does.
MIGRATION = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("people", "{last}")]
    operations = [
        migrations.RunSQL("{statement}"),
        migrations.RunSQL("ALTER TABLE people_party ADD COLUMN colour text NOT NULL DEFAULT 'grey'"),
    ]
"""
COLOURS = "CREATE TABLE upgrade_colour (id integer PRIMARY KEY, name text NOT NULL)"


def migration(statement: str) -> dict[str, str]:
    """A release whose migration is this statement."""
    return {COLOUR: MIGRATION.format(last=_last(), statement=statement)}


def _last() -> str:
    return max(path.stem for path in (ROOT / "rapport/customers/people/migrations").glob("0*.py"))


def wheel_of_this_tree(folder: Path) -> Path:
    """A wheel of what is here now."""
    copy = folder / "tree"
    copy.mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy2(ROOT / name, copy / name)
    for name in ("rapport", "requirements"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(copy)], check=True)
    return next(folder.glob("rapport-*.whl"))


def release(wheel: Path, version: str, to: Path, *, changed: Mapping[str, str] | None = None) -> Path:
    """A bundle of `wheel` under another version, with files of the package that are `changed` (path to text)."""
    folder = to / f"release-{version}"
    folder.mkdir(parents=True)
    files = {
        "rapport/__init__.py": f'"""Rapport."""\n\n__version__ = "{version}"\n',
        "rapport/CHANGELOG.md": f"# Changes\n\n## {version}\n\n### Improvements\n{NEWS}",
        # Where the wheels of all else are: beside our own tests.
        "zz_elsewhere.pth": sysconfig.get_paths()["purelib"] + "\n",
    }
    files |= migration(COLOURS) | dict(changed or {})
    _repack(wheel, folder / f"rapport-{version}-py3-none-any.whl", version, files)
    list_wheels(folder)
    bundle = to / f"rapport-{version}.bundle.zip"
    pack(folder, bundle)
    shutil.rmtree(folder)
    return bundle


def _repack(wheel: Path, to: Path, version: str, files: Mapping[str, str]) -> None:
    old = wheel.name.split("-")[1]
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as target:
        names = [name for name in source.namelist() if not name.endswith("/RECORD")]
        renamed = {
            name: name.replace(f"rapport-{old}.dist-info", f"rapport-{version}.dist-info") for name in names
        }
        for name in names:
            if renamed[name] in files:
                continue
            content = source.read(name)
            if name.endswith(".dist-info/METADATA"):
                content = content.replace(f"Version: {old}".encode(), f"Version: {version}".encode())
            target.writestr(renamed[name], content)
        for name, text in files.items():
            target.writestr(name, text)
        record = "".join(f"{name},,\n" for name in [*renamed.values(), *files])
        target.writestr(f"rapport-{version}.dist-info/RECORD", record)


def spoilt(bundle: Path, to: Path) -> Path:
    """The same bundle, its wheel a byte short of what the list says."""
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[:-1] if name.endswith(".whl") else content)
    return to


def relisted(bundle: Path, to: Path, **said: object) -> Path:
    """The same bundle, its list saying something else."""
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "bundle.json":
                content = json.dumps(json.loads(content) | said).encode()
            target.writestr(name, content)
    return to
