"""A consistent copy of the database, and the digests by which it is known again."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path


def take(database: Path, to: Path) -> dict[str, str]:
    """Copy the database to a new file `to` as it is in one transaction; answers its digests at that transaction.

    The digests are read from the live database, so that a copy which differs is found. Writers are not stopped."""
    with closing(reading(database)) as source, closing(sqlite3.connect(to)) as target:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the moment of the snapshot
        source.backup(target, pages=-1)
        return digests_in(source)


def reading(database: Path) -> sqlite3.Connection:
    """A reader that can write nothing, and begins no transaction by itself."""
    return sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)


def digests_of(database: Path) -> dict[str, str]:
    """A SHA-256 of each table's rows in the order of their keys."""
    with closing(reading(database)) as connection:
        return digests_in(connection)


def digests_in(connection: sqlite3.Connection) -> dict[str, str]:
    """The same, as an open reader sees them."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' "
        "AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    return {name: _digest(connection, name) for (name,) in tables}


def integrity_of(database: Path) -> str:
    """ "ok", or what SQLite finds wrong (https://www.sqlite.org/pragma.html#pragma_integrity_check)."""
    with closing(reading(database)) as connection:
        try:
            found = connection.execute("PRAGMA integrity_check(3)").fetchall()
        except sqlite3.DatabaseError as error:
            return str(error)
    return "; ".join(str(row[0]) for row in found)


def head_of(database: Path) -> str:
    """The head of the ledger's chain in it, such as 1284-9f86d081884c7d65; empty while nothing is sealed."""
    with closing(reading(database)) as connection:
        last = "SELECT rev, lower(substr(hex(head), 1, 16)) FROM ledger_seal ORDER BY rev DESC LIMIT 1"
        row = connection.execute(last).fetchone()
    return f"{row[0]}-{row[1]}" if row else ""


def migrations_of(database: Path) -> tuple[str, ...]:
    """What was applied to it, as `app.name`."""
    with closing(reading(database)) as connection:
        rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return tuple(f"{app}.{name}" for app, name in rows)


def _digest(connection: sqlite3.Connection, table: str) -> str:
    digest = hashlib.sha256()
    quoted = table.replace('"', '""')  # a backup may have been made by anybody
    for row in connection.execute(f'SELECT * FROM "{quoted}" NOT INDEXED'):  # noqa: S608
        digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
