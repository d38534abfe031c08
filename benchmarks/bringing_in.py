"""Measured with `rapport import` on an empty home: rows a second, and the memory of the process at its highest."""

import csv
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import homes
from benchmarks.rows import Row

MOST = 20_000
TARGET, TARGET_MB = 10_000, 500


def rows(size: int) -> Iterator[Row]:
    """Import a file of new people; the floor is executemany into tables with the same columns and indexes."""
    count = min(size, MOST)
    with tempfile.TemporaryDirectory(dir=homes.PLACE) as folder:
        file, home = Path(folder) / "people.csv", Path(folder) / "home"
        people = _people(count)
        _write(file, people)
        taken, megabytes, reason = _bring_in(file, home)
        if taken is None:
            yield Row("import", note=f"not measured: {reason}")
            return
        floor = _floor(home / "db.sqlite3", Path(folder) / "floor.sqlite3", people)
        name = f"import of {count:,} rows"
        yield Row(
            name, rate_per_s=round(count / taken, 1), target=TARGET, floor=floor, note="floor: executemany"
        )
        yield Row("import, peak memory, MB", value=megabytes, target=TARGET_MB)


def _people(count: int) -> list[tuple[str, str, str, str]]:
    from rapport.steering.adoption.rules import Plan, block, blocks_of

    plan = Plan(people=count, seed=11)
    made = (one for number in range(blocks_of(plan)) for one in block(plan, number))
    found = []
    for number, one in enumerate(made):
        email = one.emails[0] if one.emails else f"nobody.{number}@mail.example"
        found.append((one.name, email, one.phones[0][0] if one.phones else "", one.job_title))
    return found


def _write(file: Path, people: list[tuple[str, str, str, str]]) -> None:
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("Name", "E-mail", "Phone", "Job title"))
        writer.writerows(people)


def _bring_in(file: Path, home: Path) -> tuple[float | None, float, str]:
    """Seconds (None when it could not be done), megabytes at the highest, and why not."""
    environment = dict(os.environ) | {"RAPPORT_HOME": str(home)}
    environment.pop("RAPPORT_DATABASE_URL", None)
    rapport = [sys.executable, "-m", "rapport.config.command"]
    add = [*rapport, "user", "add", "ana@bench.example", "--role", "administrator"]
    subprocess.run(
        add, env=environment, input="a long enough sentence\n", text=True, check=True, capture_output=True
    )
    with (home / "out").open("w+") as out, (home / "errors").open("w+") as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [*rapport, "import", str(file), "--yes", "--json"], env=environment, stdout=out, stderr=errors
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        taken = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        said = (home / "errors").read_text().strip().splitlines()
        return None, 0, said[-1] if said else "it failed"
    return taken, round(usage.ru_maxrss / 1024, 1), ""


def _floor(home: Path, place: Path, people: list[tuple[str, str, str, str]]) -> float:
    """Rows a second of bare inserts: a party and its two contact points each, in one transaction."""
    from rapport.config import sqlite

    sqlite.choose()
    import sqlite3

    source, target = sqlite3.connect(home), sqlite3.connect(place)
    tables = ("people_party", "people_contactpoint")
    for table in tables:
        for (sql,) in source.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC",
            (table,),
        ).fetchall():
            target.execute(
                re.sub(r" REFERENCES \"\w+\" \(\"\w+\"\)( DEFERRABLE INITIALLY DEFERRED)?", "", sql)
            )
    kept = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    begin = time.perf_counter()
    for table, some in kept.items():
        target.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(some[0]))})", some)
    target.commit()
    return round(len(people) / (time.perf_counter() - begin), 1)
