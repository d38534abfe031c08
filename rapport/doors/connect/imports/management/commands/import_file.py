"""`rapport import` calls this: a file is brought in from the command line, and goes on where it was killed."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from rapport.doors.connect.imports import services
from rapport.doors.connect.imports.models import Import
from rapport.doors.connect.imports.queries import counts_of, first_administrator, unfinished, user_called
from rapport.doors.connect.imports.services.beginning import guesses_of
from rapport.doors.connect.imports.services.files import digest_of
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import Refused
from rapport.foundation.kernel.ledger.services import seal

_WIDTH = 30
KINDS = {"people": Import.Holds.PARTIES, "history": Import.Holds.HISTORY}


class Command(BaseCommand):
    help = "Bring in an address book (CSV or vCard) or what happened (CSV)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and whether to ask."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--user", default="")
        parser.add_argument("--kind", choices=list(KINDS), default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the file in, or say on stderr why not and exit with 2."""
        user = user_called(options["user"]) if options["user"] else first_administrator()
        if user is None:
            self._refuse(
                "There is no such user." if options["user"] else "Nobody can sign in yet: add a user first."
            )
        try:
            with translation.override(user.language):
                holds = KINDS.get(options["kind"], "")
                one = self._bring_in(options["file"], user, holds, asks=not options["yes"])
        except Refused as refusal:
            self._refuse(str(refusal))
        except OSError as error:
            self._refuse(f"{options['file']}: {error.strerror}")
        finally:
            seal()
        counts = counts_of(one)
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(_in_words(counts))

    def _bring_in(self, path: Path, user: User, holds: str, *, asks: bool) -> Import:
        actor = actor_for(user)
        one = unfinished(digest_of(path), user)
        if one is None:
            with path.open("rb") as file:
                one = services.begin_import(file, path.name, actor=actor, at=now(), holds=holds)
            if asks:
                self._ask(one, actor)
        bar = _Bar()
        services.bring_in(one, actor=actor, at=now(), report=bar.show)
        bar.end()
        return one

    def _ask(self, one: Import, actor: Actor) -> None:
        """Say what would happen and wait for a yes. Raises ImportRefused without one."""
        if one.kind == Import.Kind.CSV:
            for item in guesses_of(one):
                self.stdout.write(f"{item.column} -> {item.target} {item.label} ({item.certainty})")
        services.match(one, actor=actor)
        self.stdout.write(_in_words(counts_of(one)))
        if not sys.stdin.isatty():
            services.discard(one)
            raise services.ImportRefused("Nobody is there to ask. Say --yes to take the columns as guessed.")
        if input("Bring it in? [y/n] ").strip().lower() not in {"y", "yes"}:
            services.discard(one)
            raise services.ImportRefused("Nothing was brought in.")

    def _refuse(self, reason: str) -> NoReturn:
        self.stderr.write(reason)
        sys.exit(2)


def _in_words(counts: Any) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items())


class _Bar:
    """A bar on stderr, where somebody watches: how many rows so far; a file says only at its end how many it has."""

    def __init__(self) -> None:
        self.watched = sys.stderr.isatty()

    def show(self, one: Import, share: float) -> None:
        """Draw the bar by the share of the file that has been read."""
        if self.watched:
            done = "#" * round(min(share, 1.0) * _WIDTH)
            print(f"\r[{done:<{_WIDTH}}] {one.counts['rows']} rows", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self.watched:
            print(file=sys.stderr)
