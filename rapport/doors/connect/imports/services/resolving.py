"""Turns words of a file into what they name here: organisations, colleagues, stages, the firm's own fields."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from anyascii import anyascii
from django.core.exceptions import ValidationError

from rapport.customers.people.models import RECORD_TYPE, Party, Stage
from rapport.doors.connect.imports.models import Import, ImportRow
from rapport.doors.connect.imports.services.reading import name_key
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.fields.models import CustomField
from rapport.foundation.kernel.fields.rules import FieldSpec, FieldType
from rapport.foundation.kernel.ledger.models.values import column_named
from rapport.foundation.kernel.ledger.rules import Source
from rapport.foundation.kernel.records.queries import all_fields
from rapport.foundation.kernel.records.rules import record_type as record_type_of
from rapport.foundation.kernel.records.services import add_custom_field

MOST_FIELDS = 200


class Colleagues:
    """Who of us is meant by an e-mail address or a name."""

    def __init__(self, actor: Actor) -> None:
        self.department: dict[int | None, int | None] = {}
        self._known: dict[str, int] = {}
        for user in User.objects.order_by("-is_active", "pk"):
            self.department[user.pk] = user.department_id
            for word in (user.email, user.name):
                self._known.setdefault(" ".join(word.casefold().split()), user.pk)

    def called(self, words: str) -> int | None:
        """The key of the colleague of this name or address; None for nobody we know."""
        return self._known.get(" ".join(words.casefold().split())) if words else None


class Fields:
    """The firm's own fields for what has no home: found by their label, else made inside the act of the chunk."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], str] = {}
        self._taken: set[tuple[str, str]] = set()
        self.load()

    def load(self) -> None:
        """Read what fields there are; what an act that failed had made is forgotten."""
        self._keys, self._taken = {}, set()
        for field in CustomField.objects.order_by("-position", "-pk"):
            self._taken.add((field.record_type, field.key))
            if field.type == "text":
                self._keys[field.record_type, field.label.casefold()] = field.key

    def key(self, record_type: str, label: str) -> str | None:
        """The key of the text field of this label; None where there is none."""
        return self._keys.get((record_type, label[:200].casefold()))

    def make(self, wanted: Iterable[tuple[str, str]], *, actor: Actor, source: Source, at: datetime) -> None:
        """Make the fields that lack, inside the open act."""
        for record_type, label in wanted:
            if self.key(record_type, label) or len(self._keys) >= MOST_FIELDS:
                continue
            key = self._free_key(record_type, label)
            add_custom_field(record_type, key, label[:200], actor=actor, source=source, at=at)
            self._taken.add((record_type, key))
            self._keys[record_type, label[:200].casefold()] = key

    def _free_key(self, record_type: str, label: str) -> str:
        words = re.sub(r"[^a-z0-9]+", "_", anyascii(label).lower()).strip("_")[:36].strip("_")
        stem = words if words[:1].isalpha() else f"f_{words}".strip("_")
        key, number = stem, 1
        while (record_type, key) in self._taken:
            number += 1
            key = f"{stem[:36]}_{number}"
        return key


# What a cell of a table can say by itself; links to colleagues and records have their own columns.
_TAKES = frozenset(
    {
        *(FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.LINK),
        *(FieldType.CHOICE, FieldType.WHOLE, FieldType.YES_NO),
    }
)


class Declared:
    """Declared fields by the words a column may call them: their label, their name, and what they import as.

    A field that a manifest adds is brought in from then on, as it is listed and searched."""

    def __init__(self, actor: Actor) -> None:
        self._fields: dict[tuple[str, str], FieldSpec] = {}
        for key in RECORD_TYPE.values():
            for one in all_fields(record_type_of(key), actor):
                if one.type in _TAKES and one.editable and not one.is_custom:
                    for word in (str(one.label), one.name, *one.imports_as):
                        self._fields.setdefault((key, word.casefold()), one)

    def value(self, kind: str, label: str, text: str) -> tuple[str, Any] | None:
        """The field of this column with what the cell says of it; None for no such field, and for no value of it."""
        field = self._fields.get((kind, label.casefold()))
        if field is None:
            return None
        if field.type == FieldType.CHOICE:
            words = {str(word).casefold(): value for value, word in field.options()}
            known = words | {value.casefold(): value for value, _word in field.options()}
            return (field.name, known[text.casefold()]) if text.casefold() in known else None
        try:
            return field.name, column_named(Party, field.name).to_python(text)
        except ValidationError:
            return None


class Organisations:
    """Organisations by name, among those the importer may see."""

    def __init__(self, one: Import, actor: Actor) -> None:
        self.one, self.actor = one, actor
        self.known: dict[str, int] = {}
        self.mentioned: dict[str, int] = {}

    def look_up(self, names: Iterable[str], mark: int | None) -> None:
        """Find these names; `mentioned` are those that this import made because somebody works there."""
        wanted = {name_key(name): name for name in names if name}
        self.known, self.mentioned = {}, {}
        if not wanted:
            return
        rows = Party.objects.visible_to(self.actor).filter(
            kind="organisation", sort_key__among={key.partition("=")[0] for key in wanted}
        )
        for pk, name in rows.order_by("-pk").values_list("pk", "name"):
            if (key := name_key(name)) in wanted:
                self.known[key] = pk
        young = [pk for pk in self.known.values() if mark is not None and pk > mark]
        if young:
            own = ImportRow.objects.filter(imported=self.one, record__among=young).values_list(
                "record", flat=True
            )
            rest = set(young) - set(own)
            self.mentioned = {key: pk for key, pk in self.known.items() if pk in rest}

    def called(self, name: str) -> int | None:
        """The key of the organisation of this name; None where there is none."""
        return self.known.get(name_key(name)) if name else None


def stages() -> Mapping[str, str]:
    """The stages by their keys and their words, in the reader's language too."""
    words: dict[str, str] = {}
    for value, label in Stage.choices:
        words |= {value: value, value.replace("_", " "): value, str(label).casefold(): value}
    return words


def only_team(actor: Actor) -> int | None:
    """The importer's team, where there is exactly one."""
    return next(iter(actor.team_ids)) if len(actor.team_ids) == 1 else None
