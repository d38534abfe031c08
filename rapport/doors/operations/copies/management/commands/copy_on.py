"""Ours alone: what `rapport serve` starts beside the worker, where there is a place for copies."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from rapport.doors.operations.copies.services.copying import copy_until_stopped


class Command(BaseCommand):
    help = "Copy this home to its places as it changes, until told to stop."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Returns when it was told to stop."""
        copy_until_stopped(Path(settings.HOME))
