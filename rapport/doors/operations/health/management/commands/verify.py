"""`rapport verify` calls this."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.doors.operations.health.services import prove_all
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.services.verifying import Head, compare, head_now


def head_from(words: str) -> Head:
    """A head as it was written down, such as 1284-9f86d081884c7d65. Raises ValueError."""
    rev, dash, digits = words.strip().lower().partition("-")
    if not dash or len(digits) < 16:
        raise ValueError(words)
    return Head(int(rev), bytes.fromhex(digits))


class Command(BaseCommand):
    help = "Verify that the ledger says what it said when it was sealed."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """A head that somebody noted."""
        parser.add_argument("--head")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was found and where. Raises CommandError when anything was."""
        try:
            noted = [head_from(options["head"])] if options["head"] else []
        except ValueError:
            raise CommandError(
                f"{options['head']} is no head. One looks like 1284-9f86d081884c7d65."
            ) from None
        proof = prove_all(Path(settings.HOME), now())
        found = [*compare(noted), *proof.found]
        for one in found:
            where = f"number {one.rev}" if one.rev else f"act {one.act}"
            self.stdout.write(f"NO  {one.kind} at {where}: {one.words}")
        if found:
            raise CommandError(
                "The ledger was changed past Rapport. Restore a copy from before, and ask who could."
            )
        self.stdout.write(
            f"ok  all {proof.reached.rev} acts are as they were sealed; the head is {head_now()}"
        )
