"""An import that is killed goes on where it was; what it brings in is the file, and one Undo takes all of it back."""

import csv
import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests import serving
from tests.serving import RAPPORT

# What is killed is the same code on both; so is what it wrote.
pytestmark = [pytest.mark.long, pytest.mark.sqlite]
FIRST, LAST = (
    ("Anna", "Bjørn", "Ilze", "Marisol", "Nurul", "கவின்"),
    ("Berg", "Ozoliņš", "Reyes", "Żak", "Ismail"),
)
# Prints, as JSON, the names, numbers and addresses of all people, and a digest of every record table; given a number,
# it first takes that import back, as its Undo does.
LOOK = """
import django, json, sys; django.setup()
from hashlib import sha256
from rapport.doors.connect.imports.models import Import
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import Source
from rapport.foundation.kernel.records.services import undo_act
from rapport.customers.people.models import ContactPoint, Party
from tests.cast import all_records
if len(sys.argv) > 1:
    act, dace = Import.objects.get(pk=int(sys.argv[1])).long_act, actor_for(User.objects.get())
    undo_act(act, actor=dace, source=Source("command", "test"), at=now())
told = {label: sha256(repr(sorted(rows.items())).encode()).hexdigest() for label, rows in all_records().items()}
points = sorted(ContactPoint.objects.values_list("party__name", "value"))
names = sorted(Party.objects.people().values_list("name", flat=True))
print(json.dumps({"tables": told, "names": names, "points": points}))
"""


def _write(file: Path, rows: int) -> tuple[list[str], list[list[str]]]:
    """A file of so many people; answers their names, and name and e-mail or phone of each, sorted."""
    draw, names, points = random.Random(14), list[str](), list[list[str]]()
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["Name", "E-mail", "Phone", "Company", "City"])
        for number in range(rows):
            name = f"{draw.choice(FIRST)} {draw.choice(LAST)} {number}"
            email, phone = (
                f"p{number}@firm.example",
                f"+45 20 {number // 10000:02} {number // 100 % 100:02} {number % 100:02}",
            )
            writer.writerow([name, email, phone, f"Firm {number % 997}", draw.choice(("Riga", "København"))])
            names.append(name)
            points += [[name, email], [name, phone]]
    return sorted(names), sorted(points)


def _look(home: Path, *taken_back: str) -> dict[str, object]:
    env = serving.environment(home) | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", LOOK, *taken_back], env=env, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def _kill_in_the_midst(home: Path, words: list[str], seconds: float) -> bool:
    """Begin or go on, and kill it so long after it has put the file down; False where it was through before."""
    process = subprocess.Popen([*RAPPORT, *words], env=serving.environment(home), stdout=subprocess.DEVNULL)
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        while not connection.execute("SELECT count(*) FROM imports_import").fetchone()[0]:
            assert process.poll() is None
            time.sleep(0.01)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def test_it_brings_in_the_file_whatever_is_killed_and_takes_it_back(
    home: Path,
    tmp_path: Path,
    full: bool,
    goal: Callable[..., None],
) -> None:
    rows, kills = (100_000, 10) if full else (1_200, 1)
    names, points = _write(tmp_path / "people.csv", rows)
    words = ["import", str(tmp_path / "people.csv"), "--yes", "--json"]
    before, killed, draw = _look(home), 0, random.Random()
    for _ in range(kills):
        killed += _kill_in_the_midst(home, words, draw.uniform(*((2.5, 12) if full else (0, 0.3))))
    assert killed == kills
    begin = time.monotonic()
    counts = json.loads(serving.run(home, *words, seconds=1800).stdout.splitlines()[-1])
    after = _look(home)
    assert (counts["rows"], counts["created"], counts["rejected"]) == (rows, rows, 0)
    assert (after["names"], after["points"]) == (names, points)
    again = json.loads(serving.run(home, *words, seconds=1800).stdout.splitlines()[-1])
    assert (again["unchanged"], again["created"], again["updated"]) == (rows, 0, 0)
    assert not full or _look(home)["tables"] == after["tables"]
    assert _look(home, "1")["tables"] == before["tables"]
    told = (
        f"{rows:,} rows, killed {killed} times, result = input, again adds 0, undone: every table as it was"
    )
    goal(
        "G14",
        "100,000 rows, 10 kills",
        f"{told}, {time.monotonic() - begin:.0f} s after the last kill",
        met=True,
    )
