"""Ours alone: what the copying starts to listen to PostgreSQL's log."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rapport.doors.operations.copies.services.postgresql.receiving import LineLost, receive
from rapport.doors.operations.copies.services.postgresql.wal import WalReplica


class Command(BaseCommand):
    help = "Keep what PostgreSQL writes, until told to stop."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends only when the line cannot go on."""
        replica = WalReplica.of(Path(settings.HOME))
        if replica is None:
            raise CommandError("There is no line to go on with.")
        try:
            receive(replica)
        except LineLost as reason:
            raise CommandError(f"The line cannot go on: {reason}") from None
