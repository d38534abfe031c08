"""What an act did in a sentence that names what it was done to: "added e-mail anna@example.com"."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from msgspec import Struct
from msgspec.structs import replace

from rapport.foundation.kernel.access.rules import Actor, Reach
from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.fields.rules import FieldSpec, FieldType
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.models.values import live_value
from rapport.foundation.kernel.ledger.queries.history import Entry, FieldChange, few_changes
from rapport.foundation.kernel.ledger.rules import Plain
from rapport.foundation.kernel.records.queries import all_fields
from rapport.foundation.kernel.records.rules import RecordType, record_types
from rapport.foundation.ui.queries import EntryLine, said

# By what the verb says was done and what became of the row: taking back a deletion brings it again.
SENTENCES = {
    ("created", "c"): _("added %(what)s"),
    ("edited", "u"): _("corrected %(what)s"),
    ("deleted", "d"): _("deleted %(what)s"),
    ("undone", "c"): _("brought back %(what)s"),
    ("undone", "u"): _("took back a correction of %(what)s"),
    ("undone", "d"): _("took %(what)s away again"),
}


class _Row(Struct, frozen=True):
    """What an act did to one row, with as much of its values as is known."""

    model: type[Versioned]
    record: int
    op: str
    values: Mapping[str, Plain]


def tell_entries(entries: Sequence[Entry], lines: Sequence[EntryLine], actor: Actor) -> list[EntryLine]:
    """The lines of a record's history, each naming what it was done to where its record type says how."""
    rows = {entry.act.pk: _rows(entry.fields) for entry in entries}
    return _told([entry.act for entry in entries], lines, rows, actor)


def tell_acts(acts: Sequence[Act], lines: Sequence[EntryLine], actor: Actor) -> list[EntryLine]:
    """The same for acts on anything: what the reader may not see is not named."""
    rows: dict[int, list[_Row]] = {}
    own = {act.pk for act in acts if act.actor_kind == "user" and act.actor == actor.key}
    some = few_changes(act.pk for act in acts)
    seen = _seen_roots({(change.root_model, change.root) for change in some}, actor)
    for change in some:
        root = (change.root_model, change.root)
        if (
            root in seen
            or (change.act in own and not _is_there(*root))
            or _sees_all(change.root_model, actor)
        ):
            rows.setdefault(change.act, []).extend(_rows(change.fields))
    return _told(acts, lines, rows, actor)


def _seen_roots(
    roots: Iterable[tuple[type[Versioned], int]], actor: Actor
) -> set[tuple[type[Versioned], int]]:
    wanted: dict[type[Versioned], set[int]] = {}
    for model, key in roots:
        wanted.setdefault(model, set()).add(key)
    return {
        (one.model, key)
        for one in record_types()
        if one.model in wanted
        for key in one.visible_to(actor).filter(pk__in=wanted[one.model]).values_list("pk", flat=True)
    }


def _is_there(model: type[Versioned], key: int) -> bool:
    return bool(model._base_manager.filter(pk=key).exists())


def _sees_all(model: type[Versioned], actor: Actor) -> bool:
    kinds = [one for one in record_types() if one.model is model]
    return bool(kinds) and all(actor.reach(one.key) == Reach.ALL for one in kinds)


def _rows(fields: Iterable[FieldChange]) -> list[_Row]:
    found: dict[tuple[type[Versioned], int, str], dict[str, Plain]] = {}
    for one in fields:
        values = found.setdefault((one.model, one.record, one.op), {})
        values[one.name] = one.before if one.op == "d" else one.after
    return [_Row(*key, values) for key, values in found.items()]


def _told(
    acts: Sequence[Act], lines: Sequence[EntryLine], rows: Mapping[int, list[_Row]], actor: Actor
) -> list[EntryLine]:
    kinds = {one.noun: one for one in record_types() if one.one}
    live = _live([row for some in rows.values() for row in some if row.op == "u"])
    told = []
    for act, line in zip(acts, lines, strict=True):
        noun, _dot, verb = act.verb.partition(".")
        found = {
            str(sentence) % {"what": what}
            for row in (rows.get(act.pk, ()) if noun in kinds else ())
            if (sentence := SENTENCES.get((verb, row.op)))
            and (what := _what(kinds[noun], _completed(row, live), actor))
        }
        # The same done to many at once is said without names.
        words = found.pop() if len(found) == 1 else ""
        named = _labels(kinds[noun], actor) if words else set()
        changes = [one for one in line.changes if one.label not in named or (one.before and one.after)]
        told.append(replace(line, words=words, changes=changes) if words else line)
    return told


def _live(rows: Sequence[_Row]) -> dict[tuple[type[Versioned], int], Versioned]:
    wanted: dict[type[Versioned], set[int]] = {}
    for row in rows:
        wanted.setdefault(row.model, set()).add(row.record)
    return {
        (model, one.pk): one
        for model, keys in wanted.items()
        for one in model._base_manager.filter(pk__in=keys)
    }


def _completed(row: _Row, live: Mapping[tuple[type[Versioned], int], Versioned]) -> _Row:
    """A correction holds only what it changed; the rest is as it stands now."""
    one = live.get((row.model, row.record))
    if row.op != "u" or one is None:
        return row
    now = {field.attname: live_value(one, field.attname) for field in row.model._meta.concrete_fields}
    return replace(row, values=now | dict(row.values))


def _named(kind: RecordType) -> list[str]:
    return re.findall(r"%\((\w+)\)s", str(kind.one))


def _labels(kind: RecordType, actor: Actor) -> set[str]:
    return {str(field.label) for field in all_fields(kind, actor) if field.name in _named(kind)}


def _what(kind: RecordType, row: _Row, actor: Actor) -> str:
    """What was added or corrected, in words; nothing when it is of another kind, or a field of it is hidden."""
    if row.model is not kind.model or any(
        row.values.get(name) != value for name, value in kind.defaults.items()
    ):
        return ""
    fields = {field.name: field for field in all_fields(kind, actor)}
    names = _named(kind)
    if not fields.keys() >= set(names):
        return ""
    values = {name: _words(fields[name], row.values, actor) for name in names}
    return " ".join((str(kind.one) % values).split()) if any(values.values()) else ""


def _words(field: FieldSpec, values: Mapping[str, Plain], actor: Actor) -> str:
    if field.type == FieldType.RECORD:
        return _name_of(field, values.get(f"{field.name}_id"), actor)
    words = said(field, values.get(field.name))
    return words.lower() if field.type == FieldType.CHOICE else words


def _name_of(field: FieldSpec, key: Any, actor: Actor) -> str:
    targets = [one for one in record_types() if one.key == field.to]
    kinds = [one for one in record_types() if targets and one.model is targets[0].model]
    rows = (one.visible_to(actor).filter(pk=key).first() for one in kinds if key is not None)
    return next((str(row) for row in rows if row is not None), "")
