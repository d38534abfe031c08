"""What stands in the tables of a PostgreSQL, as digests by which it is known again."""

import hashlib
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from rapport.doors.operations.copies.services.keys import CopyRefused
from rapport.doors.operations.copies.services.postgresql.pieces import position
from rapport.doors.operations.copies.services.postgresql.programs import connect, reach
from rapport.doors.operations.copies.services.postgresql.wal import WalReplica

# Shorter than the second after which the server would end somebody's wait for us as a deadlock.
LOCK_MS, TRIES, REST_SECONDS = 400, 50, 0.3
TABLES = """
SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = 'public' ORDER BY c.relname
"""
KEY = """
SELECT a.attname, a.attcollation <> 0
FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
WHERE i.indrelid = %s AND i.indisprimary ORDER BY array_position(i.indkey, a.attnum)
"""


def digests_in(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """A SHA-256 of each table's rows in the order of their keys, as this connection sees them."""
    return {name: _digest(connection, oid, name) for oid, name in connection.execute(TABLES).fetchall()}


def _digest(connection: psycopg.Connection[Any], oid: int, table: str) -> str:
    digest, key = hashlib.sha256(), connection.execute(KEY, [oid]).fetchall()
    # Text in the same order everywhere, whatever the system's own order of words is.
    names = [(sql.Identifier(name), sql.SQL(' COLLATE "C"' if is_text else "")) for name, is_text in key]
    parts = [name + how for name, how in names]
    order = sql.SQL(", ").join(parts or [sql.Composed([sql.SQL("1")])])
    # As the server holds it: no setting of a session changes a byte.
    words = sql.SQL("COPY (SELECT * FROM {} ORDER BY {}) TO STDOUT (FORMAT binary)")
    with connection.cursor().copy(words.format(sql.Identifier(table), order)) as rows:
        for piece in rows:
            digest.update(piece)
    return digest.hexdigest()


def migrations_in(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """What was applied to it, as `app.name`."""
    rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return tuple(f"{app}.{name}" for app, name in rows)


def head_in(connection: psycopg.Connection[Any]) -> str:
    """The head of the ledger's chain in it, such as 1284-9f86d081884c7d65; empty while nothing is sealed."""
    last = "SELECT rev, left(encode(head, 'hex'), 16) FROM ledger_seal ORDER BY rev DESC LIMIT 1"
    row = connection.execute(last).fetchone()
    return f"{row[0]}-{row[1]}" if row else ""


def pin(home: Path) -> tuple[str, int, dict[str, str]]:
    """One position in the log of this home's line, and the digests of what a reader sees who sees just that.

    For a moment nobody may write. Raises CopyRefused when somebody writes all the time."""
    replica = WalReplica.of(home)
    if replica is None:
        raise CopyRefused("No copy is being made.")
    with connect(reach()) as reader:
        there = _still(reader)
        return replica.line, there, digests_in(reader)


def _still(reader: psycopg.Connection[Any]) -> int:
    """Begin a transaction of the reader's while nobody writes; answers the position in the log then."""
    with connect(reach()) as writer:
        writer.execute(f"SET lock_timeout = {LOCK_MS}")
        tables = sql.SQL(", ").join(sql.Identifier(name) for _, name in writer.execute(TABLES).fetchall())
        for _try in range(TRIES):
            try:
                with writer.transaction():
                    writer.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(tables))
                    reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    row = reader.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
                    return position(row[0]) if row else 0
            except psycopg.errors.LockNotAvailable:
                time.sleep(REST_SECONDS)
    raise CopyRefused("There was no moment in which nobody wrote. Try again.")
