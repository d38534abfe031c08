"""Ours alone: what the worker starts once a day, and when somebody asks for a backup."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rapport.doors.operations.copies.services import CopyRefused, look_at_pages, make_and_try, try_a_place
from rapport.foundation.kernel.clock.rules import now


class Command(BaseCommand):
    help = "Make a backup and try it; try a place."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Nothing is said when all is well. Raises CommandError otherwise, for the log."""
        try:
            look_at_pages(Path(settings.HOME), at=now())
            done = [make_and_try(Path(settings.HOME), at=now()), try_a_place(Path(settings.HOME), at=now())]
        except CopyRefused as reason:
            raise CommandError(str(reason)) from None
        for one in filter(None, done):
            for finding in one.findings:
                if not finding.ok:
                    raise CommandError(f"{one.backup}: {finding.name}: {finding.detail}")
