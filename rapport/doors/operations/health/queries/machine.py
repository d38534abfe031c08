"""What `rapport doctor` asks of the machine, the home and the database."""

import functools
import os
import platform
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.checks import run_checks
from django.db import DatabaseError, connection
from django.utils.translation import gettext_noop as _

from rapport.doors.operations.health.queries.house import sizes_kept
from rapport.doors.operations.health.rules import (
    SOON_DAYS,
    address_check,
    clock_check,
    days_left,
    disk_check,
    file_system_check,
    mode_check,
)
from rapport.foundation.kernel.checks.rules import Check, file_system_of
from rapport.foundation.kernel.clock.queries import jumped
from rapport.foundation.kernel.ledger.models import Act

# What settings ask of SQLite, as it answers: WAL; FULL is 2; on is 1.
PRAGMAS = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
# How long it is said that the clock was set, and among how many acts one is looked for that is yet to come.
SAID_FOR, LATEST_ACTS = timedelta(hours=1), 100


def checks(at: datetime) -> list[Check]:
    """The machine, the home and the database, in the order in which they would be mended."""
    home = Path(settings.HOME)
    usage = shutil.disk_usage(home)
    found = [
        Check(
            _("python"),
            sys.version_info >= (3, 12),
            platform.python_version(),
            _("Rapport needs Python 3.12 or newer."),
        ),
        _home(home),
        mode_check(_("home"), _mode(home)),
        mode_check(_("secret key"), _mode(home / "secret.key")),
        disk_check(usage.free, usage.total),
        file_system_check(_file_system(home), uses_sqlite=connection.vendor == "sqlite"),
    ]
    database = _database()
    found.append(database)
    if database.ok:
        found += [*_durability(), _migrations()]
        found.append(_clock(at))
    found.append(_worker(home / "worker.lock"))
    found += [*_security(), _growth(home, usage.free)]
    found.append(address_check(os.environ.get("RAPPORT_HOST", "127.0.0.1"), settings.PUBLIC_URL))
    return found


def free_of(home: Path) -> tuple[int, int]:
    """Bytes free on the disk of the home, and all of them."""
    usage = shutil.disk_usage(home)
    return usage.free, usage.total


def versions_below() -> dict[str, str]:
    """What Rapport stands on, and that security patches are for."""
    return {"Python": platform.python_version(), connection.display_name: _version()}


def _home(home: Path) -> Check:
    return Check(
        _("home is writable"),
        os.access(home, os.W_OK | os.X_OK),
        str(home),
        _("Give its owner the right to write."),
    )


def _mode(path: Path) -> int | None:
    return path.stat().st_mode if path.exists() else None


def _file_system(home: Path) -> str:
    mounts = Path("/proc/mounts")
    return file_system_of(str(home), mounts.read_text()) if mounts.exists() else ""


def _database() -> Check:
    fix = _("Look at RAPPORT_DATABASE_URL, or at the file db.sqlite3 in the home.")
    try:
        if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
            return Check(_("database"), ok=False, detail="its file is not there", fix=fix)
        version = _version()
    except DatabaseError as error:
        return Check(_("database"), ok=False, detail=str(error).strip(), fix=fix)
    return Check(_("database"), ok=True, detail=f"{connection.display_name} {version} answers")


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return str(cursor.fetchone()[0])


def _durability() -> list[Check]:
    """Whether a commit is on the disk when it is acknowledged."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SHOW synchronous_commit")
            found = str(cursor.fetchone()[0])
            return [
                Check(
                    "synchronous_commit",
                    found != "off",
                    found,
                    _("Set synchronous_commit = on in PostgreSQL."),
                )
            ]
        values = {}
        for name in PRAGMAS:
            cursor.execute(f"PRAGMA {name}")
            values[name] = str(cursor.fetchone()[0]).lower()
    fix = _("Another program changed it: end that program, then start Rapport again.")
    return [Check(name, values[name] == wanted, values[name], fix) for name, wanted in PRAGMAS.items()]


def _migrations() -> Check:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = ", ".join(f"{migration.app_label} {migration.name}" for migration, _ in waiting[:3])
    detail = f"{len(waiting)} to apply: {names}" if waiting else "all applied"
    return Check(_("migrations"), not waiting, detail, _("Start Rapport once: rapport serve"))


def _clock(at: datetime) -> Check:
    newest = Act.objects.order_by("-seq").values_list("at", flat=True)[:LATEST_ACTS]
    ahead = max(newest, default=at) - at
    return clock_check(jumped(within=SAID_FOR), timedelta(seconds=round(ahead.total_seconds())))


def _security() -> list[Check]:
    """Django's own list of what a server that others reach must have (`check --deploy`); here alone none is asked."""
    if not settings.IS_HTTPS:
        return []
    found = _warnings()
    fix = _("A setting was changed from what Rapport ships: put it back.")
    return [Check(_("security settings"), not found, "; ".join(found) or "as they should be", fix)]


@functools.cache
def _warnings() -> tuple[str, ...]:
    return tuple(str(one.id) for one in run_checks(tags=["security"], include_deployment_checks=True))


def _growth(home: Path, free: int) -> Check:
    days = days_left(sizes_kept(home), free)
    detail = f"full in {days} days at this rate" if days is not None else "not growing, or not known yet"
    fix = _("Make room or take a larger disk before it is full.")
    return Check(_("growth"), days is None or days > SOON_DAYS, detail, fix)


def _worker(lock: Path) -> Check:
    """The worker holds a lock on this file for as long as it lives."""
    is_alive = lock.exists() and _is_held(lock)
    fix = _("Start Rapport: rapport serve. If it is served, its log says why the worker ended.")
    return Check(_("worker"), is_alive, "at work" if is_alive else "not running", fix)


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
