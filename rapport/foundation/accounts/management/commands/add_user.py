"""`rapport user add` calls this; the password comes from standard input."""

import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser

from rapport.foundation.accounts.services import NewUser, add_user, ship
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import COMMAND, Refused
from rapport.foundation.kernel.ledger.services import seal


class Command(BaseCommand):
    """Lets somebody sign in."""

    help = "Add a user; the password is read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        """The address, the role and the name."""
        parser.add_argument("email")
        parser.add_argument("--role", required=True)
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the user, or say on stderr why not and exit with 2."""
        ship(now())
        new = NewUser(options["email"], options["name"], sys.stdin.readline().rstrip("\n"), options["role"])
        try:
            user = add_user(new, actor=SYSTEM, source=COMMAND, at=now())
        except ValidationError as error:
            self.stderr.write(" ".join(error.messages))
            sys.exit(2)
        except Refused as error:
            self.stderr.write(str(error))
            sys.exit(2)
        seal()
        self.stdout.write(f"{user.name} may sign in with {user.email}.")
