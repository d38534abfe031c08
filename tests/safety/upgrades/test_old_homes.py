"""A home that any released version left is brought up to today: each row is there, it starts, and is read."""

import json
import lzma
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests import serving

pytestmark = [pytest.mark.sqlite, pytest.mark.long]
HOMES = Path(__file__).resolve().parent / "homes"
VERSIONS = sorted(path.name.removesuffix(".sqlite3.xz") for path in HOMES.glob("*.sqlite3.xz"))


def test_it_keeps_a_home_of_each_release() -> None:
    assert "0.1.0" in VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_it_brings_an_old_home_up_to_date_with_every_row(version: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "db.sqlite3").write_bytes(lzma.decompress((HOMES / f"{version}.sqlite3.xz").read_bytes()))
    facts = json.loads((HOMES / f"{version}.json").read_text())

    # Signs in and reads in the same process that brings it up to date: one start instead of two.
    done = subprocess.run(
        [sys.executable, "-m", "django", "use_copy"],
        env=serving.environment(home, DJANGO_SETTINGS_MODULE="rapport.config.settings"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "started, signed in, read 10 records"
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        for table, rows in facts["rows"].items():
            found = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
            assert found >= rows, table
        people = connection.execute("SELECT id, name FROM people_party ORDER BY id LIMIT 3").fetchall()
    assert [list(each) for each in people] == facts["people"]
