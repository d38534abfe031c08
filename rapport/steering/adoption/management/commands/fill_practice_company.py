"""`rapport demo` and bin/seed call this: fills a practice company, once, and says how to sign in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.services import seal
from rapport.steering.adoption.queries import sign_in
from rapport.steering.adoption.rules import Plan
from rapport.steering.adoption.services import fill

LOUD = 20_000


class Command(BaseCommand):
    """Puts the practice company in place."""

    help = "Fill a practice company: invented people and organisations, and colleagues to sign in as."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many parties, from which seed."""
        parser.add_argument(
            "--people", type=int, default=Plan().people, help="people and organisations, 1200"
        )
        parser.add_argument(
            "--seed", type=int, default=Plan().seed, help="the same seed gives the same company"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill, or say that it is there already; the last line says how to sign in."""
        plan = Plan(options["people"], options["seed"])
        if plan.people < 1:
            raise CommandError("--people is a whole number from 1.")
        filled = fill(plan, at=now(), tell=self._tell if plan.people > LOUD else lambda done: None)
        seal()
        size = f"{filled.people:,} people and organisations, all invented"
        self.stdout.write(
            f"The practice company is there already: {size}."
            if filled.was_there
            else f"The practice company is ready: {size}."
        )
        self.stdout.write(self._how())

    def _tell(self, done: int) -> None:
        self.stderr.write(f"{done:,} written")

    def _how(self) -> str:
        if (found := sign_in()) is None:
            return "Sign in as the user you made; the practice colleagues' password was changed."
        return f"Sign in with {found[0]} and the password {found[1]}"
