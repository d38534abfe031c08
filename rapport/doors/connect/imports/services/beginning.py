"""Takes a file in: stores it, finds out how it is written, and refuses what holds no contacts, leaving no trace."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from msgspec.structs import asdict

from rapport.doors.connect.imports.models import Import
from rapport.doors.connect.imports.rules.columns import TARGETS, Guess, guess, is_usable
from rapport.doors.connect.imports.rules.happening_columns import (
    guess_happenings,
    is_usable_history,
    tells_what_happened,
)
from rapport.doors.connect.imports.rules.happenings import TARGETS as HAPPENING_TARGETS
from rapport.doors.connect.imports.rules.recognition import Place
from rapport.doors.connect.imports.rules.tables import SAMPLE_BYTES, Unreadable, describe, read_rows
from rapport.doors.connect.imports.rules.vcards import BadCard, read_vcards
from rapport.doors.connect.imports.services.files import path_of, remove, sample_of, store
from rapport.doors.connect.imports.services.reading import dialect_of
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.rules import Refused
from rapport.foundation.kernel.records.services import NotAllowed
from rapport.foundation.ui.words import babel_locale

SAMPLES = 200


class ImportRefused(Refused):
    """The file as a whole cannot be brought in; the text says why and what to do."""


def begin_import(stream: BinaryIO, name: str, *, actor: Actor, at: datetime, holds: str = "") -> Import:
    """Store a file and find out how it is written and, unless `holds` says so, what it tells; its columns are guessed.

    Raises NotAllowed, ImportRefused."""
    if not actor.may_enter("import") or actor.key is None:
        raise NotAllowed(_("Your role may not bring in files. An administrator can change that."))
    stored, digest, size = store(stream)
    try:
        one = Import(
            user_id=actor.key, name=_safe_name(name), path=stored, digest=digest, size=size, created_at=at
        )
        _understand(one, holds)
        one.save(force_insert=True)
    except BaseException:
        remove(stored)
        raise
    return one


def _safe_name(name: str) -> str:
    return name.replace("\x00", "").encode("utf-8", "replace").decode()[-200:] or "?"


def _understand(one: Import, holds: str) -> None:
    """Tell what the file is by its content and fill in how it is written. Raises ImportRefused."""
    sample = sample_of(one.path, SAMPLE_BYTES)
    begins = sample.lstrip(b"\xef\xbb\xbf\r\n\t ")[:11].upper()
    if begins == b"BEGIN:VCARD" or one.name.lower().endswith((".vcf", ".vcard")):
        one.kind, one.state = Import.Kind.VCARD, Import.State.MATCHING
        _refuse_without_cards(one)
        return
    one.kind = Import.Kind.CSV
    try:
        dialect = describe(sample, language=get_language() or "en")
    except Unreadable as error:
        raise ImportRefused(str(error)) from error
    one.dialect = asdict(dialect)
    one.holds = holds or _what_it_holds(one)
    guesses = guesses_of(one)
    if reason := _unusable(one, guesses):
        raise ImportRefused(reason)
    one.mapping = [[item.target, item.label, item.group] for item in guesses]


def _what_it_holds(one: Import) -> str:
    samples = samples_of(one)
    told = guess_happenings(dialect_of(one).columns, samples, day_first=True)
    return Import.Holds.HISTORY if tells_what_happened(told, samples) else Import.Holds.PARTIES


def _unusable(one: Import, guesses: Sequence[Guess]) -> str:
    """Why nothing can be made of the rows with these places; empty when something can."""
    if one.holds == Import.Holds.HISTORY:
        if is_usable_history(guesses):
            return ""
        return _("Give one column to the day, and at least one to whom it was with.")
    if is_usable(guesses):
        return ""
    if not one.mapping:
        return _("No column of this file holds a name, an organisation, an e-mail address or a phone number.")
    return _("Give at least one column to a name, an organisation, an e-mail address or a phone number.")


def _refuse_without_cards(one: Import) -> None:
    reason = ""
    with path_of(one.path).open("rb") as file:
        for card in read_vcards(file):
            if not isinstance(card, BadCard):
                return
            reason = reason or card.reason
    raise ImportRefused(reason)


def samples_of(one: Import, count: int = SAMPLES) -> list[Sequence[str]]:
    """The values of the first rows of a table."""
    with path_of(one.path).open("rb") as file:
        return [row.values for row in islice(read_rows(file, dialect_of(one)), count)]


def guesses_of(one: Import) -> tuple[Guess, ...]:
    """Where each column seems to belong, in a table of what this one holds."""
    columns, samples = dialect_of(one).columns, samples_of(one)
    if one.holds == Import.Holds.HISTORY:
        return guess_happenings(columns, samples, day_first=_is_day_first())
    return guess(columns, samples)


def _is_day_first() -> bool:
    """Whether the reader writes the day before the month."""
    return "d" in str(babel_locale(get_language() or "en").date_formats["short"].pattern).partition("M")[0]


def read_as(one: Import, encoding: str, delimiter: str, holds: str = "") -> Import:
    """Read the table with another encoding or separator, or as holding something else; its columns are guessed anew.

    Raises ImportRefused."""
    try:
        sample = sample_of(one.path, SAMPLE_BYTES)
        found = describe(sample, language=get_language() or "en", encoding=encoding, delimiter=delimiter)
    except (Unreadable, LookupError) as error:
        raise ImportRefused(str(error)) from error
    one.dialect, one.holds = asdict(found), holds or one.holds
    one.mapping = [[item.target, item.label, item.group] for item in guesses_of(one)]
    one.state = Import.State.READ
    one.save(update_fields=["dialect", "holds", "mapping", "state"])
    return one


def map_columns(one: Import, places: Sequence[Place], *, adds_unknown: bool = True) -> Import:
    """Say where each column goes, and whether history adds whom nobody knows; then the rows can be matched.

    Raises ImportRefused."""
    if one.state not in {Import.State.READ, Import.State.MATCHING, Import.State.MATCHED}:
        raise ImportRefused(_("It has begun to be brought in; its columns stay as they are."))
    known = HAPPENING_TARGETS if one.holds == Import.Holds.HISTORY else TARGETS
    if len(places) != len(one.dialect["columns"]) or any(place.target not in known for place in places):
        raise ImportRefused(_("A column was given a place there is not."))
    guesses = [Guess("", place.target, place.label, "certain", place.group) for place in places]
    if reason := _unusable(one, guesses):
        raise ImportRefused(reason)
    one.mapping = json.loads(json.dumps([[place.target, place.label, place.group] for place in places]))
    one.adds_unknown = adds_unknown
    one.state, one.line, one.counts, one.held_until = Import.State.MATCHING, 0, {}, None
    one.rows.all().delete()
    one.save(update_fields=["mapping", "adds_unknown", "state", "line", "counts", "held_until"])
    return one


def discard(one: Import) -> None:
    """Forget a file that nothing was brought in from."""
    if one.long_act is not None:
        raise ImportRefused(_("It has begun to be brought in. Undo takes it back."))
    remove(one.path)
    one.delete()
