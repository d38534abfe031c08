"""`rapport backup` calls this."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from rapport.doors.operations.copies.queries import FOLDER
from rapport.doors.operations.copies.rules import SUFFIX
from rapport.doors.operations.copies.services import CopyRefused, key_of, make_backup
from rapport.foundation.kernel.clock.rules import now

KEY_WORDS = (
    "\nYour recovery key, shown this once:\n\n    {key}\n\nWrite it down; keep it away from this machine. "
    "Without it nobody, not we either, can open a backup of this home."
)


def name_at(at: datetime) -> str:
    """What a backup is called unless its owner says."""
    return f"rapport-{at:%Y%m%dT%H%M%SZ}{SUFFIX}"


class Command(BaseCommand):
    help = "Write one encrypted file that holds the whole home."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("--to", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Say where the backup is, and once the key without which it is worth nothing."""
        home, at = Path(settings.HOME), now()
        to = options["to"] or home / FOLDER / name_at(at)
        try:
            if connection.vendor == "sqlite" and not (home / "db.sqlite3").exists():
                raise CopyRefused(f"There is nothing to keep in {home} yet.")
            key, is_new = key_of(home)
            manifest = make_backup(home, to, at=at)
        except CopyRefused as reason:
            raise CommandError(str(reason)) from None
        size = to.stat().st_size / 2**20
        self.stdout.write(f"{to}: {len(manifest.tables)} tables, {size:.1f} MiB, encrypted.")
        if is_new:
            self.stdout.write(KEY_WORDS.format(key=key))
