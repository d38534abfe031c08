"""Brings a PostgreSQL back: its data folder from a whole copy and the log since, or its records from a dump."""

import re
import subprocess
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from rapport.doors.operations.copies.rules import DATABASE, DUMP, Manifest
from rapport.doors.operations.copies.services.keys import CopyRefused
from rapport.doors.operations.copies.services.postgresql import pieces
from rapport.doors.operations.copies.services.postgresql.programs import (
    SOURCE,
    Server,
    connect,
    owner,
    program,
    reach,
    run,
    server_major,
    serving,
)
from rapport.doors.operations.copies.services.postgresql.tables import digests_in, head_in, migrations_in
from rapport.doors.operations.copies.services.sealing import DAMAGED

CLUSTER = "postgresql"
# The log lies where the server looks last, after it was told that nothing else has it. Who only reads needs more rooms.
RECOVERY = ("restore_command=exit 1", "hot_standby=off", "recovery_target_action=promote")
NOT_REACHED = "before configured recovery target was reached"
# In what a whole copy lacks where the system keeps settings elsewhere.
PLAIN = {
    "postgresql.conf": "listen_addresses = 'localhost'\n",
    "pg_hba.conf": "local all all scram-sha-256\nhost all all localhost scram-sha-256\n",
    "pg_ident.conf": "",
}


def put_together(
    fetched: Path, into: Path, at: datetime | None, change: int
) -> tuple[tuple[str, ...], list[str]]:
    """Make the data folder `into`/postgresql as it was `at`, or before the `change` in the log, or as late as the
    pieces go; answers its migrations, and the names of its attached files. Raises CopyRefused with the reason."""
    data = into / CLUSTER
    data.mkdir(mode=0o700)
    (base,) = (fetched / pieces.FOLDER / pieces.WHOLE_KIND).iterdir()
    _unpack(base, data)
    major = int((data / "PG_VERSION").read_text())
    run([program("pg_verifybackup", major), "-n", "-q", data], {})
    pieces.lay(sorted((fetched / pieces.FOLDER / pieces.KIND).glob("*")), data / "pg_wal")
    (fetched / SOURCE).rename(data / SOURCE)
    for name, text in PLAIN.items():
        if not (data / name).exists():
            (data / name).write_text(text)
    options = []
    if change:
        options = [f"recovery_target_lsn={pieces.said(change)}", "recovery_target_inclusive=off"]
    elif at:
        options = [f"recovery_target_time={at.isoformat()}"]
    return _recover(data, options)


def _unpack(base: Path, data: Path) -> None:
    with base.open("rb") as file:
        pieces.head_of(file, base.name)
        try:
            with tarfile.open(fileobj=file, mode="r|gz") as tar:
                tar.extractall(data, filter="data")
        except (tarfile.TarError, EOFError, zlib.error):
            raise CopyRefused(DAMAGED.format(base.name)) from None


def _recover(data: Path, target: list[str]) -> tuple[tuple[str, ...], list[str]]:
    (data / "recovery.signal").touch()
    try:
        with serving(data, *RECOVERY, *target) as server, connect(server.reached) as connection:
            return migrations_in(connection), _stored(connection)
    except CopyRefused as reason:
        if NOT_REACHED not in str(reason):
            raise
    return _recover(data, [])  # nothing was written between the last change and then


def _stored(connection: psycopg.Connection[Any]) -> list[str]:
    """The names under which the records know their files: the column `stored`, in whichever table has one."""
    having = "SELECT table_name FROM information_schema.columns WHERE column_name = 'stored'"
    names: list[str] = []
    for (table,) in connection.execute(having).fetchall():
        words = sql.SQL("SELECT stored FROM {}").format(sql.Identifier(str(table)))
        names += [str(name) for (name,) in connection.execute(words)]
    return names


def take_dump(to: Path) -> tuple[dict[str, str], tuple[str, ...], str]:
    """Write the records to a file as they are in one transaction; answers its digests, migrations and head."""
    with connect(reach()) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        command = program("pg_dump", connection.info.server_version // 10_000)
        options = ["-F", "custom", "-Z", "1", "--no-owner", "--no-privileges"]
        run([command, *options, f"--snapshot={row[0] if row else ''}", "-f", to], reach())
        return digests_in(connection), migrations_in(connection), head_in(connection)


def put_records(home: Path, manifest: Manifest) -> Manifest:
    """Put the records of a backup that was unpacked into `home` where they are to be, which must be empty. Raises
    CopyRefused when RAPPORT_DATABASE_URL does not fit the backup."""
    if settings.DATABASE_URL and (home / DATABASE).exists():
        raise CopyRefused("RAPPORT_DATABASE_URL is set, and these records were in SQLite. Unset it.")
    if not (home / DUMP).exists():
        return manifest
    if not settings.DATABASE_URL:
        raise CopyRefused(
            "These records were in PostgreSQL. Say in RAPPORT_DATABASE_URL into which empty database they are to go."
        )
    try:
        with connect(reach()) as connection:
            if digests_in(connection):
                raise CopyRefused(
                    "The database in RAPPORT_DATABASE_URL is not empty, and nothing is put over records. Make another "
                    "(CREATE DATABASE rapport_again) and name that."
                )
        _load(home / DUMP, server_major(), reach())
    except psycopg.OperationalError as reason:
        raise CopyRefused(f"The database in RAPPORT_DATABASE_URL cannot be reached: {reason}") from None
    (home / DUMP).unlink()
    return manifest


def next_steps(home: Path) -> list[str]:
    """What is left to do to serve a home that was brought back."""
    data = home / CLUSTER
    if not data.is_dir():
        also = "RAPPORT_DATABASE_URL=… " if settings.DATABASE_URL else ""
        return [f"Serve it: RAPPORT_HOME={home} {also}rapport serve"]
    user, name = (data / SOURCE).read_text().splitlines()
    pg_ctl = program("pg_ctl", int((data / "PG_VERSION").read_text()))
    url = f"postgresql://{user}:PASSWORD@localhost/{name}"
    return [
        f"Its records are in {data}, a data folder of PostgreSQL that was recovered and stopped.",
        f"Start it as the user {data.owner()}: {pg_ctl} -D {data} -l {data}/server.log start",
        f"Serve it: RAPPORT_HOME={home} RAPPORT_DATABASE_URL={url} rapport serve",
    ]


@contextmanager
def server_of(home: Path) -> Iterator[Server | None]:
    """A server for a home that was brought back to be looked at; nothing where SQLite is enough."""
    if (home / DUMP).exists():
        _made_of(home / DUMP, home / CLUSTER)
        (home / DUMP).unlink()
    if not (home / CLUSTER).is_dir():
        yield None
        return
    with serving(home / CLUSTER) as server:
        yield server


@contextmanager
def to_be_used(home: Path) -> Iterator[dict[str, str]]:
    """The variables under which such a home is served."""
    with server_of(home) as server:
        yield server.environment if server else {}


def _load(dump: Path, major: int, reached: dict[str, Any], *more: str) -> None:
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--no-password", *more]
    run([program("pg_restore", major), *options, "-d", str(reached["dbname"]), dump], reached)


def _made_of(dump: Path, data: Path) -> None:
    """Make a data folder that holds the records of a dump, in a database with the locale of the one they were in."""
    major = _major_of(dump)
    data.mkdir(mode=0o700)
    command: list[str | Path] = [program("initdb", major), "-U", "rapport", "-A", "trust", "--no-sync"]
    user = owner(data)
    run(
        [*command, "--no-locale", "-E", "UTF8", "-D", data],
        {},
        user=user,
        stdout=subprocess.DEVNULL,
        cwd=data,
    )
    contents = subprocess.run(
        [program("pg_restore", major), "--list", dump], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"^;\s+dbname: (.+)$", contents, re.MULTILINE)
    (data / SOURCE).write_text("rapport\ntemplate1\n")
    with serving(data, "fsync=off") as server:
        _load(dump, major, server.reached, "--create", "--clean", "--if-exists")
    (data / SOURCE).write_text(f"rapport\n{found[1] if found else 'postgres'}\n")


def _major_of(dump: Path) -> int:
    """The version of PostgreSQL that a dump was made from."""
    with dump.open("rb") as file:
        found = re.search(rb"(\d+)\.\d+", file.read(400))
    return int(found[1]) if found else 0


def digests_of(server: Server) -> dict[str, str]:
    """The digests of the tables of a server of ours."""
    with connect(server.reached) as connection:
        return digests_in(connection)
