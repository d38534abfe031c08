"""Chooses a SQLite that does not lose commits, and the settings under which it is durable."""

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

# 3.51.3 mends the WAL-reset bug that can corrupt a database under two connections
# (https://www.sqlite.org/releaselog/3_51_3.html).
SAFE = (3, 51, 3)
# Set by what serves a home that was prepared: a file that is missing then was taken away, and is not made anew.
MADE = "RAPPORT_MADE"  # in the environment of what the worker starts
must_exist = MADE in os.environ

PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; "
    "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864; "
    "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA secure_delete=ON;"
)


def choose() -> None:
    """Put the `pysqlite3` wheel in the place of a standard-library SQLite that is too old.

    Exits with what to do when there is none that is safe."""
    if sqlite3.sqlite_version_info >= SAFE:
        return
    try:
        import pysqlite3.dbapi2 as newer
    except ImportError:
        newer = None
    if newer is None or newer.sqlite_version_info < SAFE:
        raise SystemExit(
            f"Rapport needs SQLite 3.51.3 or newer (found {sqlite3.sqlite_version}): older ones can lose records. "
            "Install a Python with a newer SQLite, or the pysqlite3 wheel, or set RAPPORT_DATABASE_URL to PostgreSQL."
        )
    # The wheel lacks the limits that Django 6.1 asks about; these are SQLite's compiled-in defaults
    # (https://www.sqlite.org/limits.html).
    newer.SQLITE_LIMIT_VARIABLE_NUMBER = 9
    newer.SQLITE_LIMIT_COMPOUND_SELECT = 4
    newer.SQLITE_LIMIT_LENGTH = 0
    newer.SQLITE_LIMIT_COLUMN = 2
    newer.SQLITE_LIMIT_EXPR_DEPTH = 3
    newer.SQLITE_LIMIT_FUNCTION_ARG = 6
    newer.dbapi2 = newer
    sys.modules["sqlite3"] = newer
    sys.modules["sqlite3.dbapi2"] = newer


choose()


def connection_factory() -> type[Any]:
    """The connection class: Django's question for a limit is answered where the wheel does not."""
    import sqlite3 as chosen

    class Connection(chosen.Connection):  # type: ignore[misc,unused-ignore]
        """Knows which file it opened, and while serving makes no empty one in the place of a file that is gone."""

        def __init__(self, database: Any, *args: Any, **options: Any) -> None:
            if must_exist and not os.path.exists(database):
                raise chosen.OperationalError("the database file is not there")
            super().__init__(database, *args, **options)
            self.inode = os.stat(database).st_ino if os.path.exists(database) else None

        if not hasattr(chosen.Connection, "getlimit"):

            def getlimit(self, category: int) -> int:
                return {9: 32_766, 4: 500, 0: 1_000_000_000, 2: 2_000, 3: 1_000, 6: 1_000}[category]

    return Connection


def settings(path: Path) -> dict[str, Any]:
    """Django's settings for the database at `path`.

    IMMEDIATE because a transaction that reads before it writes otherwise fails at once under load;
    FULL because NORMAL loses acknowledged writes in a power cut."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": PRAGMAS,
            "factory": connection_factory(),
        },
    }
