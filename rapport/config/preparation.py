"""Brings a home up to date before it is served: tables, static files, and the code of its first run."""

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import rapport

if TYPE_CHECKING:
    from django.db.migrations.loader import MigrationLoader


class TooNew(Exception):
    """Why we would not understand this home, in words for whoever typed the command."""


def prepare() -> str | None:
    """Migrate and collect the static files; answer the first-run code of an empty home, else nothing. Raises TooNew."""
    from django.conf import settings

    migrate()
    _ship_what_is_new()
    _collect_static(Path(settings.HOME))
    return _first_run_code()


def _refuse_newer(loader: "MigrationLoader") -> None:
    """Raises TooNew for a database that a newer version brought up to date."""
    unknown = sorted(
        key
        for key in loader.applied_migrations
        if key not in loader.disk_migrations and key[0] in loader.migrated_apps
    )
    if unknown:
        raise TooNew(
            f"This home was served by a newer Rapport (it has {'.'.join(unknown[0])}). This is "
            f"{rapport.__version__}: install that version, or restore a backup of before."
        )


def _ship_what_is_new() -> None:
    """Give the roles of a home that was begun their rights to record types it has not met: a plugin's, an upgrade's."""
    from rapport.foundation.accounts.services import ship
    from rapport.foundation.kernel.actors.models import Role
    from rapport.foundation.kernel.clock.rules import now

    if Role.objects.exists():
        ship(now())


def migrate() -> None:
    """Give the database the tables that we expect. Raises TooNew."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    _refuse_newer(executor.loader)
    # Django's command draws every model of every app even if there is nothing to do.
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def _collect_static(home: Path) -> None:
    """Hash and compress the static files into the home, if this version's were not yet.

    The stamp is written last, when all else is on the disk: a run that was killed, or that the power cut short, is done
    again. It leaves a list that cannot be read, which must go first."""
    from django.core.management import call_command

    stamp, wanted = home / "static" / f"{rapport.__version__}.stamp", _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    stamp.parent.mkdir(exist_ok=True)
    (stamp.parent / "staticfiles.json").unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    _keep(stamp.parent)
    stamp.write_text(wanted)


def _keep(folder: Path) -> None:
    """See that everything below is on the disk."""
    if os.name == "nt":
        return  # which opens no folder, and writes out what it closes
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _fingerprint() -> str:
    """Changes with the version and with any static file's name, size or time."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(rapport.__version__.encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}:{status.st_size}:{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _first_run_code() -> str | None:
    from rapport.foundation.accounts.services import first_run_code

    return first_run_code()
