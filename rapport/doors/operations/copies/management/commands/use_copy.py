"""Ours alone: what the drill runs in the scratch home it restored into."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rapport.doors.operations.copies.services import CopyRefused, use


class Command(BaseCommand):
    help = "Start, sign in and read some records of this home."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was read."""
        try:
            self.stdout.write(use())
        except CopyRefused as reason:
            raise CommandError(str(reason)) from None
