"""Whether this home's PostgreSQL lets itself be copied, and what mends it where it does not."""

from pathlib import Path
from typing import Any

import psycopg
from django.utils.translation import gettext_noop
from msgspec.structs import replace
from psycopg import pq
from psycopg.conninfo import make_conninfo

from rapport.doors.operations.copies.queries import SECRETS
from rapport.doors.operations.copies.services.keys import CopyRefused
from rapport.doors.operations.copies.services.postgresql.programs import connect, program, reach
from rapport.foundation.kernel.checks.rules import Check

WAITS_WITHOUT_END = "SELECT current_setting('max_slot_wal_keep_size') = '-1'"
ROLE = "SELECT rolname, rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user"
UNUSED = "SELECT string_agg(slot_name, ', ') FROM pg_replication_slots WHERE slot_name ~ '^rapport_' AND NOT active"
COPYING, LIMIT, TRYING = (
    gettext_noop("copying of PostgreSQL"),
    gettext_noop("limit of PostgreSQL's log"),
    gettext_noop("PostgreSQL's programs"),
)


def database_findings(home: Path) -> list[Check]:
    """What `rapport doctor` and the page say of it; nothing while the database is away, which another check says.
    Before the first place nothing of it is alarming."""
    try:
        with connect(reach()) as connection:
            found = [_copying(connection), _limit(connection), _programs(connection)]
    except psycopg.OperationalError:
        return []
    return [replace(one, is_begun=(home / SECRETS).is_dir()) for one in found]


def _copying(connection: psycopg.Connection[Any]) -> Check:
    row = connection.execute(ROLE).fetchone()
    role, may = row or ("?", False)
    if not may:
        quoted = str(role).replace('"', '""')
        return Check(
            COPYING,
            ok=False,
            detail=f"the role {role} may not replicate",
            fix=f'ALTER ROLE "{quoted}" REPLICATION;',
        )
    stream = pq.PGconn.connect(make_conninfo(**reach(), replication="true", connect_timeout=10).encode())
    try:
        if stream.status == pq.ConnStatus.OK:
            return Check(COPYING, ok=True, detail=f"the role {role} may replicate", fix="")
        said = stream.get_error_message()
    finally:
        stream.finish()
    fix = f"Let it in: a line in pg_hba.conf such as: hostssl replication {role} ADDRESS scram-sha-256"
    return Check(COPYING, ok=False, detail=said, fix=fix)


def _limit(connection: psycopg.Connection[Any]) -> Check:
    row, unused = connection.execute(WAITS_WITHOUT_END).fetchone(), connection.execute(UNUSED).fetchone()
    waiting = f"; nobody reads {unused[0]}" if unused and unused[0] else ""
    fix = "ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'; SELECT pg_reload_conf();"
    if row and row[0]:
        return Check(
            LIMIT, ok=False, detail=f"a copying that stopped could fill the server's disk{waiting}", fix=fix
        )
    return Check(
        LIMIT, ok=True, detail=f"the server keeps its log for a copying only so long{waiting}", fix=fix
    )


def _programs(connection: psycopg.Connection[Any]) -> Check:
    major = connection.info.server_version // 10_000
    try:
        for name in ("pg_basebackup", "pg_dump", "postgres"):
            found = program(name, major)
    except CopyRefused as reason:
        what, _, fix = str(reason).partition(": ")
        return Check(TRYING, ok=False, detail=what, fix=fix)
    return Check(TRYING, ok=True, detail=f"PostgreSQL {major} in {found.parent}", fix="")
