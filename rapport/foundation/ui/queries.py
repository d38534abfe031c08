"""What the machinery of lists and records shows: values in words, addresses of things, history in sentences."""

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.actors.queries import department_names, team_names, user_names
from rapport.foundation.kernel.fields.rules import HOUSE, FieldSpec, FieldType
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.models.values import link_named
from rapport.foundation.kernel.ledger.queries.history import Entry, FieldChange, Origin
from rapport.foundation.kernel.records.queries import all_fields
from rapport.foundation.kernel.records.rules import RecordType, record_types, type_of
from rapport.foundation.ui.words import full_date

SOURCES = {
    "screen": (gettext_lazy("Typed on screen"), "keyboard"),
    "command": (gettext_lazy("By command"), "terminal"),
    "import": (gettext_lazy("Import %(key)s"), "file-input"),
    "practice": (gettext_lazy("Practice company"), "flask-conical"),
}
HOUSE_NAMES: Mapping[str, Callable[[], Mapping[int, str]]] = {
    FieldType.USER: user_names,
    FieldType.TEAM: team_names,
    FieldType.DEPARTMENT: department_names,
}
_verbs: dict[str, str | Promise] = {}


def register_verbs(words: Mapping[str, str | Promise]) -> None:
    """Say in words what acts of these verbs do, such as "added a person"."""
    _verbs.update(words)


def words_of(verb: str) -> str:
    """An act's verb in the reader's words; the verb itself when no app said it."""
    return str(_verbs.get(verb, verb.replace(".", " ").replace("_", " ")))


def url_of(record: Versioned) -> str:
    """The page of a record; empty for one that has none of its own."""
    kind = type_of(record)
    return address("records:record", kind.key, record.pk) if kind and not kind.is_part else ""


# Stands in for a key while an address is cut in two; no table has this many rows.
_ANY_KEY = 987_654_321_987_654_321


def address(route: str, *args: str | int | RecordType) -> str:
    """The address of a route that takes one key, such as `address("records:cell", "people", 12, "owner")`.

    Django's `reverse` walks all routes each time: a page of fifty rows would spend more on it than on its query."""
    before, after = _around_key(route, *(None if isinstance(part, int) else str(part) for part in args))
    return f"{before}{next(part for part in args if isinstance(part, int))}{after}"


def link_to(what: Versioned | str) -> str:
    """The whole address of a record's page or of a route without a key, for what is read elsewhere, such as a mail.

    Empty where nobody said what Rapport's own address is (`RAPPORT_URL`), for no request may say it instead."""
    path = reverse(what) if isinstance(what, str) else url_of(what)
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}" if settings.PUBLIC_URL and path else ""


@functools.lru_cache(maxsize=10_000)
def _around_key(route: str, *args: str | None) -> tuple[str, str]:
    before, _key, after = reverse(route, args=[part or _ANY_KEY for part in args]).partition(str(_ANY_KEY))
    return before, after


class Shown(Struct, frozen=True):
    """A value as the page shows it: words, or a moment to be said in near words, or a link."""

    text: str = ""
    at: Any = None
    url: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.at)


def value_of(record: Any, field: FieldSpec) -> Any:
    """What a record holds in a field: for a colleague, team or department only the key, which needs no query."""
    if field.is_custom:
        return (record.custom or {}).get(field.key)
    return getattr(record, f"{field.name}_id" if field.type in HOUSE else field.name)


def shown_as(value: Any, field: FieldSpec) -> Shown:
    """A value of a field, ready for the page."""
    if value is None or value == "":
        return Shown()
    if field.type in {FieldType.DATE, FieldType.MOMENT} and not field.is_custom:
        return Shown(at=value)
    if field.type == FieldType.RECORD:
        return Shown(str(value), url=url_of(value))
    if field.type in HOUSE:
        return Shown(HOUSE_NAMES[field.type]().get(value, ""))
    return Shown(said(field, value))


def shown(record: Any, field: FieldSpec) -> Shown:
    """A record's value of a field, ready for the page."""
    return shown_as(value_of(record, field), field)


def said(field: FieldSpec, value: Any) -> str:
    """A value in words."""
    if value is None or value == "":
        return ""
    if field.say:
        return field.say(value)
    if field.type == FieldType.CHOICE:
        return str(field.label_of(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


class ChangeLine(Struct, frozen=True):
    """One field in a history entry."""

    label: str
    before: str
    after: str


class EntryLine(Struct, frozen=True):
    """One act in a history, as `history_entry.html` takes it."""

    id: int
    who: str
    key: int | None
    words: str
    at: datetime
    source: str
    changes: Sequence[ChangeLine]
    is_undone: bool


# Columns that say nothing to a reader.
SILENT = {
    "kind",
    "position",
    "normal",
    "party_id",
    "created_at",
    "interaction_id",
    "promise_id",
    "at",
    "made_at",
}


def entry_lines(entries: Sequence[Entry], actor: Actor, kind: RecordType) -> list[EntryLine]:
    """History of a record of this type in the reader's words; hidden fields and others' private notes are left out."""
    acts = [entry.act for entry in entries]
    people = _actors(acts)
    links = _linked_names(entries, actor)
    unseen = _unseen(entries, actor)
    return [
        EntryLine(
            entry.act.pk,
            people.get(entry.act.actor) or "Rapport",
            entry.act.actor,
            words_of(entry.act.verb),
            entry.act.at,
            source_words(entry.act),
            [
                line
                for change in entry.fields
                if (change.model, change.record) not in unseen and (line := _line(change, actor, links, kind))
            ],
            entry.is_undone,
        )
        for entry in entries
    ]


def act_lines(acts: Sequence[Act]) -> list[EntryLine]:
    """Acts in the reader's words, without what they changed."""
    people = _actors(acts)
    return [
        EntryLine(
            act.pk,
            people.get(act.actor) or "Rapport",
            act.actor,
            words_of(act.verb),
            act.at,
            source_words(act),
            (),
            hasattr(act, "undone_by"),
        )
        for act in acts
    ]


def _actors(acts: Sequence[Act]) -> Mapping[int | None, str]:
    names = user_names()
    return {act.actor: names.get(act.actor or 0, "") for act in acts}


def source_words(act: Act) -> str:
    """Through which door an act came, in words."""
    words, _icon = SOURCES.get(act.source_kind, (act.source_kind, "circle"))
    return str(words) % {"key": act.source} if "%(key)s" in str(words) else str(words)


def _fields_of(model: type[Versioned], actor: Actor, root: RecordType) -> dict[str, FieldSpec]:
    """The fields that the actor may see; of types that share a table, those of the very type the history is of."""
    found: dict[str, FieldSpec] = {}
    for kind in record_types():
        if kind.model is model and (kind is root or root.model is not model):
            for field in all_fields(kind, actor):
                found.setdefault(field.name, field)
    return found


def _linked_names(entries: Sequence[Entry], actor: Actor) -> dict[tuple[str, int], str]:
    """Names of the records and users that changed links point to, as far as the actor may see them."""
    wanted: dict[type[Model], set[int]] = {}
    for entry in entries:
        for change in entry.fields:
            if (field := link_named(change.model, change.name)) is not None:
                keys = {key for key in (change.before, change.after) if isinstance(key, int)}
                wanted.setdefault(field.related_model, set()).update(keys)
    names: dict[tuple[str, int], str] = {}
    for model, keys in wanted.items():
        rows: Any = model._base_manager.filter(pk__in=keys)
        kinds = [kind for kind in record_types() if kind.model is model]
        if kinds:
            rows = [row for kind in kinds for row in kind.visible_to(actor).filter(pk__in=keys)]
        names |= {(model.__name__, row.pk): str(row) for row in rows}
    return names


def _unseen(entries: Sequence[Entry], actor: Actor) -> set[tuple[type[Versioned], int]]:
    """Records in a history that the actor may not see, such as a colleague's private note; of one that is gone only
    who wrote it may still see what it said."""
    found: dict[type[Versioned], set[int]] = {}
    own: set[tuple[type[Versioned], int]] = set()
    for entry in entries:
        for change in entry.fields:
            if any(field.name == "is_private" for field in change.model._meta.concrete_fields):
                found.setdefault(change.model, set()).add(change.record)
                if entry.act.actor == actor.key:
                    own.add((change.model, change.record))
    unseen = {(model, key) for model, keys in found.items() for key in keys}
    for model, keys in found.items():
        there = set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        for kind in record_types():
            if kind.model is model:
                seen = kind.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True)
                unseen -= {(model, key) for key in seen}
        unseen -= {one for one in own if one[0] is model and one[1] not in there}
    return unseen


def _line(
    change: FieldChange, actor: Actor, links: Mapping[tuple[str, int], str], root: RecordType
) -> ChangeLine | None:
    if change.name in SILENT:
        return None
    fields = _fields_of(change.model, actor, root)
    link = link_named(change.model, change.name)
    name = link.name if link is not None else change.name
    field = fields.get(name)
    if field is None:
        # Not a field of a record type: hidden from this role, or none of the reader's business.
        return None

    def words(value: Any) -> str:
        if link is not None and isinstance(value, int):
            return links.get((link.related_model.__name__, value), "")
        return said(field, value)

    return ChangeLine(str(field.label), words(change.before), words(change.after))


class SourceLine(Struct, frozen=True):
    """Where a value came from, in one line."""

    icon: str
    text: str


def source_lines(origin: Origin | None, who: Mapping[int | None, str]) -> list[SourceLine]:
    """Who set a value, how and when."""
    if origin is None:
        return []
    act = origin.act
    icon = SOURCES.get(act.source_kind, ("", "circle"))[1]
    day = full_date(localtime(act.at), get_language() or "en")
    return [
        SourceLine(icon, f"{source_words(act)}, {day}"),
        SourceLine("user-round", who.get(act.actor) or "Rapport"),
    ]


def actors_of(origins: Sequence[Origin]) -> Mapping[int | None, str]:
    """The names of who set these values."""
    return _actors([origin.act for origin in origins])


def listed(record_type: RecordType, fields: Sequence[FieldSpec]) -> list[FieldSpec]:
    """The columns of a list; custom fields stand there when the type shows few others."""
    return [field for field in fields if field.in_list]
