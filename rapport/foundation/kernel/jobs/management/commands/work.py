"""`rapport serve` starts this as its child."""

from typing import Any

from django.core.management.base import BaseCommand

from rapport.foundation.kernel.jobs.services import work


class Command(BaseCommand):
    """Seals acts and delivers them until it is ended."""

    help = "The worker of `rapport serve`."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop."""
        work()
