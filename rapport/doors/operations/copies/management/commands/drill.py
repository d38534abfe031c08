"""`rapport drill` calls this, and the worker once a day."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.doors.operations.copies.management.commands.place import one_place
from rapport.doors.operations.copies.queries import backups_in
from rapport.doors.operations.copies.rules import Drill
from rapport.doors.operations.copies.services import drill, drill_place
from rapport.foundation.kernel.clock.rules import now


class Command(BaseCommand):
    help = "Try whether a backup can be restored."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which backup, and its key."""
        parser.add_argument("--file", type=Path)
        parser.add_argument("--place", default="")
        parser.add_argument("--key", type=Path)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what each check found. Raises CommandError when one failed."""
        if options["place"]:
            done = drill_place(one_place(options["place"]), Path(settings.HOME), at=now())
        else:
            done = self._backup(options["file"], options["key"])
        if options["json"]:
            self.stdout.write(json.dumps(json.loads(done.as_json())))
        for finding in () if options["json"] else done.findings:
            self.stdout.write(f"{'ok ' if finding.ok else 'NO '} {finding.name}: {finding.detail}")
        if not done.ok:
            raise CommandError(
                f"{done.backup} did not pass. {next(each.fix for each in done.findings if not each.ok)}"
            )

    def _backup(self, file: Path | None, key: Path | None) -> Drill:
        home = Path(settings.HOME)
        newest = next(iter(backups_in(home)), None)
        file = file or (newest.path if newest else None)
        if file is None or not file.is_file():
            raise CommandError("There is no backup to try. Make one: rapport backup")
        return drill(file, home, key=key or home / "backup.key", at=now())
