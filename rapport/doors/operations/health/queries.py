"""What `rapport doctor` asks of the machine, the home and the database."""

import os
import platform
import shutil
import sys
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from rapport.doors.operations.health.rules import (
    Check,
    address_check,
    disk_check,
    file_system_check,
    file_system_of,
    mode_check,
)

# What settings ask of SQLite, as it answers: WAL; FULL is 2; on is 1.
PRAGMAS = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}


def checks() -> list[Check]:
    """Everything, in the order in which it would be mended."""
    home = Path(settings.HOME)
    usage = shutil.disk_usage(home)
    found = [
        Check(
            "python",
            sys.version_info >= (3, 12),
            platform.python_version(),
            "Rapport needs Python 3.12 or newer.",
        ),
        _home(home),
        mode_check("home", _mode(home), 0o700),
        mode_check("secret key", _mode(home / "secret.key"), 0o600),
        disk_check(usage.free, usage.total),
        file_system_check(_file_system(home), uses_sqlite=connection.vendor == "sqlite"),
    ]
    database = _database()
    found.append(database)
    if database.ok:
        found += [*_durability(), _migrations()]
    found.append(_worker(home / "worker.lock"))
    found.append(address_check(os.environ.get("RAPPORT_HOST", "127.0.0.1"), settings.PUBLIC_URL))
    return found


def _home(home: Path) -> Check:
    return Check(
        "home is writable",
        os.access(home, os.W_OK | os.X_OK),
        str(home),
        "Give its owner the right to write.",
    )


def _mode(path: Path) -> int | None:
    return path.stat().st_mode if path.exists() else None


def _file_system(home: Path) -> str:
    mounts = Path("/proc/mounts")
    return file_system_of(str(home), mounts.read_text()) if mounts.exists() else ""


def _database() -> Check:
    fix = "Look at RAPPORT_DATABASE_URL, or at the file db.sqlite3 in the home."
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"
            )
            version = cursor.fetchone()[0]
    except DatabaseError as error:
        return Check("database", ok=False, detail=str(error).strip(), fix=fix)
    return Check("database", ok=True, detail=f"{connection.display_name} {version} answers")


def _durability() -> list[Check]:
    """Whether a commit is on the disk when it is acknowledged."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SHOW synchronous_commit")
            found = str(cursor.fetchone()[0])
            return [
                Check(
                    "synchronous_commit", found != "off", found, "Set synchronous_commit = on in PostgreSQL."
                )
            ]
        values = {}
        for name in PRAGMAS:
            cursor.execute(f"PRAGMA {name}")
            values[name] = str(cursor.fetchone()[0]).lower()
    fix = "Another program changed it: end that program, then start Rapport again."
    return [Check(name, values[name] == wanted, values[name], fix) for name, wanted in PRAGMAS.items()]


def _migrations() -> Check:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = ", ".join(f"{migration.app_label} {migration.name}" for migration, _ in waiting[:3])
    detail = f"{len(waiting)} to apply: {names}" if waiting else "all applied"
    return Check("migrations", not waiting, detail, "Start Rapport once: rapport serve")


def _worker(lock: Path) -> Check:
    """The worker holds a lock on this file for as long as it lives."""
    is_alive = lock.exists() and _is_held(lock)
    fix = "Start Rapport: rapport serve. If it is served, its log says why the worker ended."
    return Check("worker", is_alive, "at work" if is_alive else "not running", fix)


def _is_held(lock: Path) -> bool:
    if sys.platform == "win32":
        return True  # opening a locked file already fails there; its presence is all we can see
    import fcntl

    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
