"""G2: the power goes in the midst of writes. What the disk had been told to keep is all that is left.

The home lies on a disk of its own, a file mounted through a loop device. All processes are killed and the file is
copied as it is: what the kernel still held in memory for that disk is not in it, as after a power cut. The same is done
to a writer that does not wait for its disk (synchronous=OFF); that it loses what it acknowledged shows that the method
can see a loss."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests import serving
from tests.client import found
from tests.safety.driver import Driver
from tests.serving import Serving

pytestmark = [pytest.mark.long, pytest.mark.sqlite]

CARELESS = """
import sqlite3, sys
base = sqlite3.connect(sys.argv[1], isolation_level=None)
base.execute("PRAGMA journal_mode=WAL")
base.execute("CREATE TABLE said (number INTEGER)")
base.execute("PRAGMA synchronous=OFF")
for number in range(1_000_000):
    base.execute("INSERT INTO said VALUES (?)", (number,))
    print(number, flush=True)
"""


class Disk:
    """A small ext4 of its own whose power can be cut."""

    def __init__(self, folder: Path) -> None:
        self.image, self.place = folder / "disk.img", folder / "disk"
        self.place.mkdir()
        with self.image.open("wb") as file:
            file.truncate(192 * 2**20)
        _run("mkfs.ext4", "-q", str(self.image))
        self.mount()

    def mount(self) -> None:
        """Raises CalledProcessError where one may not."""
        _run("mount", "-o", "loop", str(self.image), str(self.place))

    def cut(self) -> None:
        """Take the power away and bring it back: only what had reached the disk is there again."""
        left = self.image.with_name("left.img")
        _run("cp", "--sparse=always", str(self.image), str(left))
        self.unmount()
        left.replace(self.image)
        self.mount()

    def unmount(self) -> None:
        """Also while a process that was killed is still on its way out."""
        for _ in range(100):
            if subprocess.run(["umount", str(self.place)], check=False, capture_output=True).returncode == 0:
                return
            time.sleep(0.05)
        _run("umount", "-l", str(self.place))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    if os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
        pytest.skip("needs root and mkfs.ext4 for a disk whose power can be cut")
    try:
        one = Disk(tmp_path)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"needs the right to mount a disk: {error.stderr.decode().strip()}")
    yield one
    one.unmount()


def _end_all(server: Serving) -> None:
    """No process of the home is left that could still acknowledge anything."""
    pids = serving.family(server.process.pid)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.process.wait()
    until = time.monotonic() + 10
    while serving.alive(pids) and time.monotonic() < until:
        time.sleep(0.02)


def test_it_loses_nothing_acknowledged_when_the_power_goes(
    disk: Disk,
    prepared_home: Path,
    start_server: Callable[..., Serving],
    full: bool,
    goal: Callable[..., None],
) -> None:
    home = serving.copy(prepared_home, disk.place / "home")
    found(home)
    os.sync()  # the copying, which is ours; from here on the home looks after itself
    driver: Driver | None = None
    rounds, each = (50, 100) if full else (2, 20)
    for _ in range(rounds):
        server = start_server(home)
        driver = driver.at(server.url) if driver else Driver(server.url)
        driver.resend()
        with driver.writing(driver.new_person()):
            driver.wait_for(each)
            _end_all(server)
        disk.cut()
        with closing(sqlite3.connect(home / "db.sqlite3")) as base:
            assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            there = {words for (words,) in base.execute("SELECT words FROM timeline_interaction")}
        assert {said.words for said in driver.acknowledged.values()} <= there
    assert driver
    lost = [_careless(disk, number) for number in range(5 if full else 1)]
    found_ = f"0 of {len(driver.acknowledged):,} lost in {rounds} cuts; a careless writer lost {sum(lost):,}"
    goal("G2", "50 power cuts, 0 lost, 0 corrupt; the control loses", found_, met=sum(lost) > 0)
    assert sum(lost) > 0


def _careless(disk: Disk, number: int) -> int:
    """How much of what it acknowledged a writer that does not wait for its disk has lost."""
    base = disk.place / f"careless-{number}.sqlite3"
    with subprocess.Popen([sys.executable, "-c", CARELESS, str(base)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        acknowledged = [int(writer.stdout.readline()) for _ in range(500)]
        writer.kill()
    disk.cut()
    if not base.exists():
        return len(acknowledged)
    with closing(sqlite3.connect(base)) as left:
        try:
            there = {one for (one,) in left.execute("SELECT number FROM said")}
        except sqlite3.DatabaseError:
            there = set()
    return len(set(acknowledged) - there)
