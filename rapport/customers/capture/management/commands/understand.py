"""`rapport understand` calls this: it says what one sentence means, and writes nothing."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from rapport.customers.capture.rules.grammar import languages
from rapport.customers.capture.rules.reading import Reading
from rapport.customers.capture.services import understand
from rapport.foundation.kernel.access.rules import SYSTEM


class Command(BaseCommand):
    help = "Say what one sentence means."

    def add_arguments(self, parser: CommandParser) -> None:
        """The sentence, its language, and when it is said."""
        parser.add_argument("sentence")
        parser.add_argument("--language", default="en")
        parser.add_argument("--at", default="")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the reading. Raises CommandError for an unknown language or moment."""
        language = options["language"].replace("_", "-").partition("-")[0].lower()
        if language not in languages():
            raise CommandError(
                f"There is no grammar of {options['language']!r}; there is {', '.join(languages())}."
            )
        sentence = options["sentence"].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        reading = understand(sentence, actor=SYSTEM, at=_moment(options["at"]), language=language)
        self.stdout.write(
            json.dumps(reading.as_dict(), ensure_ascii=False) if options["json"] else _in_words(reading)
        )


def _moment(text: str) -> datetime:
    if not text:
        return timezone.localtime()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no moment, such as 2026-11-19T14:30.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone.get_current_timezone_name()))


def _in_words(reading: Reading) -> str:
    told = reading.as_dict()
    names = ", ".join(one["said"] + (" (new)" if one["is_new"] else "") for one in told["who"])
    lines = [f"who: {names}", f"channel: {told['channel'] or ''} {told['direction'] or ''}".rstrip()]
    lines += [f"promise ({'ours' if one.is_ours else 'theirs'}): {one.words}" for one in reading.promises]
    lines += [f"due: {told['due']} ({told['grain']})"] if told["due"] else []
    lines += [f"{one.kind}: {one.value}" for one in reading.facts]
    lines += [
        f"in doubt, {one.part}: {one.words} {' / '.join(one.choices)}".rstrip() for one in reading.doubts
    ]
    return "\n".join([*lines, f"note: {reading.note}"])
