"""A version from a package index that the owner named, and what it is made of."""

import hashlib
import json
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests import serving
from tests.safety.upgrades.conftest import NEXT, version_of
from tests.safety.upgrades.releases import release

pytestmark = [pytest.mark.sqlite, pytest.mark.long]
WHEEL = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
ODD = "Metadata-Version: 2.4\nName: Stand_In\nVersion: 1.5\nLicense-Expression: MIT\n"


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, format: str, *args: object) -> None: ...


def stand_in(folder: Path) -> str:
    """Make a package of nothing; answers its digest."""
    wheel = folder / "stand_in-1.5-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("stand_in.py", "")
        packed.writestr("stand_in-1.5.dist-info/METADATA", ODD)
        packed.writestr(
            "stand_in-1.5.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        packed.writestr("stand_in-1.5.dist-info/RECORD", "")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


@pytest.fixture
def index(wheel: Path, tmp_path: Path) -> Iterator[str]:
    """An index with the next version, which needs one package."""
    shelf = tmp_path / "simple"
    for name in ("rapport", "stand-in"):
        (shelf / name).mkdir(parents=True)
    pinned = {"rapport/requirements.txt": f"stand-in==1.5 --hash=sha256:{stand_in(shelf / 'stand-in')}\n"}
    bundle = release(wheel, NEXT, tmp_path, changed=pinned)
    with zipfile.ZipFile(bundle) as packed:
        packed.extract(f"rapport-{NEXT}-py3-none-any.whl", shelf / "rapport")
    for folder in shelf.iterdir():
        links = "".join(f'<a href="{each.name}">{each.name}</a>' for each in folder.glob("*.whl"))
        (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple/"
    server.shutdown()
    server.server_close()


def upgrade(home: Path, index: str, *words: str) -> subprocess.CompletedProcess[str]:
    """`rapport upgrade` where an index is named."""
    return subprocess.run(
        [*serving.RAPPORT, "upgrade", *words],
        env=serving.environment(home, RAPPORT_INDEX=index),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_it_comes_from_the_index_that_is_named_with_a_bill_of_what_is_in_it(
    fresh_home: Path, index: str, tmp_path: Path, full: bool, goal: Callable[..., None]
) -> None:
    (fresh_home / "secret.key").write_text("s" * 64)
    found = upgrade(fresh_home, index, "--check", "--json")
    assert (found.returncode, json.loads(found.stdout)["to"]) == (0, NEXT), found.stderr
    assert serving.run(fresh_home, "upgrade", "--check").returncode == 1, "without a name nothing is asked"

    bundle = tmp_path / "by-hand.bundle.zip"
    made = upgrade(fresh_home, index, "--bundle", str(bundle))

    assert made.returncode == 0, made.stderr
    needed = hashlib.sha256(next((tmp_path / "simple" / "stand-in").glob("*.whl")).read_bytes()).hexdigest()
    bill = json.loads(bundle.with_name(f"{bundle.name}.cdx.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"] == {"type": "application", "name": "rapport", "version": NEXT}
    assert bill["components"] == [
        {
            "type": "library",
            "name": "Stand_In",
            "version": "1.5",
            "purl": "pkg:pypi/stand-in@1.5",
            "hashes": [{"alg": "SHA-256", "content": needed}],
            "licenses": [{"expression": "MIT"}],
        }
    ]
    if not full:
        return
    begun = time.monotonic()
    done = upgrade(fresh_home, index)
    took = time.monotonic() - begun
    assert done.returncode == 0, done.stderr
    assert version_of(fresh_home) == NEXT
    goal("G27", "one command, <= 60 s; a bill of materials", f"{took:.0f} s from an index", met=took <= 60)


def test_it_takes_nothing_from_an_index_that_is_not_what_the_version_was_tested_with(
    fresh_home: Path, index: str, tmp_path: Path
) -> None:
    wheel = tmp_path / "simple" / "stand-in" / "stand_in-1.5-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "a") as packed:
        packed.writestr("more.py", "import os")

    done = upgrade(fresh_home, index, "--bundle", str(tmp_path / "bad.bundle.zip"))

    assert done.returncode == 2
    assert "pip could not do it" in done.stderr
    assert "HASHES" in done.stderr
    assert not list(tmp_path.glob("bad.bundle.zip*"))
    shutil.rmtree(tmp_path / "simple")
