"""`rapport mend` calls this."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.doors.operations.copies.services import CopyRefused, compare_pages, mend_pages
from rapport.foundation.kernel.clock.rules import now


class Command(BaseCommand):
    help = "Compare each page of the database with the copy's, and mend what the disk changed."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether only to look."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say which pages were damaged, and of what. Raises CommandError when some still are."""
        home, kept = Path(settings.HOME), None
        try:
            done = compare_pages(home, at=now())
            for one in done.damaged:
                self.stdout.write(f"NO  page {one.number}, of {one.of}")
            if done.damaged and not options["check"]:
                done, kept = mend_pages(home, at=now())
        except CopyRefused as reason:
            raise CommandError(str(reason)) from None
        if kept:
            self.stdout.write(f"The database as it was is in {kept}.")
        if done.damaged:
            raise CommandError(
                f"{len(done.damaged)} pages are not as they were written. Mend them: rapport mend"
            )
        self.stdout.write(f"ok  all {done.count} pages are as they were written")
