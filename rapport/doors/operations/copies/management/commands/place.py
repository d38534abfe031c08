"""`rapport place` calls this."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.doors.operations.copies.management.commands.backup import KEY_WORDS
from rapport.doors.operations.copies.models import Place
from rapport.doors.operations.copies.queries import places_kept
from rapport.doors.operations.copies.rules import Address
from rapport.doors.operations.copies.services import postgresql
from rapport.doors.operations.copies.services.places import (
    NewPlace,
    add_place,
    parsed,
    pause_place,
    remove_place,
    try_place,
)
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import COMMAND, Refused
from rapport.foundation.kernel.ledger.services import seal

DOING: dict[str, Any] = {"actor": SYSTEM, "source": COMMAND}


def ask_secret(address: Address) -> dict[str, str]:
    """What only the owner of a place knows: from the environment, else asked for at the terminal."""
    user, password = os.environ.get("RAPPORT_PLACE_USER", ""), os.environ.get("RAPPORT_PLACE_PASSWORD", "")
    if file := os.environ.get("RAPPORT_PLACE_KEY_FILE"):
        return {"private_key": Path(file).expanduser().read_text()}
    if address.kind == "folder":
        return {}
    if address.kind == "s3":
        user = user or _ask("Access key id: ")
    password = password or _ask("Secret access key: " if address.kind == "s3" else "Password: ")
    return {"user": user, "password": password}


def _ask(words: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError(
            "This place needs a password or key: set RAPPORT_PLACE_USER and RAPPORT_PLACE_PASSWORD, or for SFTP "
            "RAPPORT_PLACE_KEY_FILE."
        )
    return getpass.getpass(words)


def one_place(said: str) -> Place:
    """The place of this number, name or address. Raises CommandError."""
    for place in Place.objects.order_by("pk"):
        if said in {str(place.pk), place.name, place.address}:
            return place
    raise CommandError(f"There is no place {said!r}. rapport place list shows them.")


class Command(BaseCommand):
    help = "Say where copies are made while one works."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do with which place."""
        parser.add_argument("deed", choices=["add", "list", "try", "pause", "resume", "remove"])
        parser.add_argument("place", nargs="?", default="")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done. Raises CommandError with the reason when it was not."""
        try:
            if options["deed"] == "list":
                self._list()
            elif options["deed"] == "add":
                self._add(options["place"], options["name"] or options["place"])
            else:
                self._do(options["deed"], one_place(options["place"]))
        except Refused as reason:
            raise CommandError(str(reason)) from None
        seal()

    def _add(self, address: str, name: str) -> None:
        new = NewPlace(name[:80], address, ask_secret(parsed(address)))
        place, key = add_place(Path(settings.HOME), new, at=now(), **DOING)
        self.stdout.write(f"{place}: tried and added. While Rapport is served, a copy is made there.")
        database = postgresql.checking.database_findings(Path(settings.HOME)) if settings.DATABASE_URL else []
        for finding in database:
            if not finding.ok:
                self.stdout.write(f"PostgreSQL: {finding.detail}. What mends it: {finding.fix}")
        if key:
            self.stdout.write(KEY_WORDS.format(key=key))

    def _list(self) -> None:
        kept = places_kept(Path(settings.HOME), now())
        for one in kept:
            state = "paused" if one.place.is_paused else one.state.error or f"behind by {one.said}"
            here = " (on the same disk as the home)" if one.is_on_this_disk else ""
            self.stdout.write(f"{one.place.pk} {one.place}: {one.place.address}{here}: {state}")
        if not kept:
            self.stdout.write(
                "No place yet. If this disk broke, all would be lost: rapport place add /media/…"
            )

    def _do(self, deed: str, place: Place) -> None:
        if deed == "try":
            seconds = try_place(Path(settings.HOME), place)
            self.stdout.write(f"{place}: written, read back and deleted in {seconds:.2f} s.")
        elif deed == "remove":
            remove_place(place, at=now(), **DOING)
            self.stdout.write(f"{place}: no copy is made there any more. What is there stays.")
        else:
            pause_place(place, is_paused=deed == "pause", at=now(), **DOING)
            self.stdout.write(f"{place}: {'paused' if deed == 'pause' else 'goes on'}.")
