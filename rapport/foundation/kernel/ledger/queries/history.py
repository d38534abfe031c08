"""What happened to a record, and where each of its values came from."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, Window
from django.db.models.functions import RowNumber
from msgspec import Struct

from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.models import Act, Change
from rapport.foundation.kernel.ledger.models.kinds import model_of, number_of
from rapport.foundation.kernel.ledger.rules import Plain


class FieldChange(Struct, frozen=True):
    """One field of one record in an act: its values before and after (None where there was nothing)."""

    model: type[Versioned]
    record: int
    op: str
    name: str
    before: Plain
    after: Plain


class Entry(Struct, frozen=True):
    """An act as history shows it, with what it did to the record asked about."""

    act: Act
    fields: tuple[FieldChange, ...]
    is_undone: bool


class Origin(Struct, frozen=True):
    """Where a value came from: the act that set it, and what stood there before."""

    act: Act
    before: Plain

    @property
    def at(self) -> datetime:
        """When it was set."""
        return self.act.at


def _fields(change: Change) -> list[FieldChange]:
    before, after = json.loads(change.before), json.loads(change.after)
    model = model_of(change.kind)
    names = sorted(before.keys() | after.keys())
    return [
        FieldChange(model, change.record, change.op, name, before.get(name), after.get(name))
        for name in names
    ]


def history(root: Versioned, *, before: int | None = None, limit: int = 50) -> list[Entry]:
    """The acts that touched a record or its parts, latest first; `before` is an act's id to page from."""
    changes = Change.objects.filter(root_kind=number_of(type(root)), root=root.pk)
    if before is not None:
        changes = changes.filter(act_id__lt=before)
    some = list(changes.order_by("-id")[: limit * 4])
    acts = _acts({change.act_id for change in some})
    entries: dict[int, list[FieldChange]] = {}
    for change in some:
        entries.setdefault(change.act_id, []).extend(_fields(change))
    return [
        Entry(acts[act], tuple(fields), hasattr(acts[act], "undone_by"))
        for act, fields in list(entries.items())[:limit]
        if act in acts
    ]


def _acts(keys: Iterable[int]) -> dict[int, Act]:
    rows = Act.objects.select_related("undone_by", "part_of", "part_of__undone_by").filter(pk__in=list(keys))
    return {act.pk: act for act in rows}


def origins(records: Iterable[Versioned]) -> dict[tuple[type[Versioned], int], dict[str, Origin]]:
    """For each record, where every field's value came from: the latest change of that field.

    Reads a page of the latest changes of each table at a time, and stops when all fields are found, so that a
    record with thousands of changes costs no more than others; what is left comes from its creation."""
    found: dict[tuple[type[Versioned], int], dict[str, tuple[int, Plain]]] = {}
    by_model: dict[type[Versioned], list[int]] = {}
    for record in records:
        by_model.setdefault(type(record), []).append(record.pk)
    for model, keys in by_model.items():
        changes = Change.objects.filter(kind=number_of(model), record__in=keys)
        latest = list(changes.order_by("-id")[: 40 + 4 * len(keys)])
        first = [] if len(latest) < 40 + 4 * len(keys) else list(changes.filter(op="c"))
        for change in [*latest, *first]:
            values = json.loads(change.before)
            names = found.setdefault((model, change.record), {})
            for name in json.loads(change.after):
                names.setdefault(name, (change.act_id, values.get(name)))
    acts = _acts({act for names in found.values() for act, _ in names.values()})
    return {
        key: {name: Origin(acts[act], before) for name, (act, before) in names.items() if act in acts}
        for key, names in found.items()
    }


class FewChange(Struct, frozen=True):
    """What an act did to one of the first or last rows it touched, and the whole that this row is a part of."""

    act: int
    root_model: type[Versioned]
    root: int
    fields: tuple[FieldChange, ...]


FEW = 5


def few_changes(acts: Iterable[int]) -> list[FewChange]:
    """The first and the last few changes of each act: enough to say what it was about, however many it made."""
    first = Window(RowNumber(), partition_by="act_id", order_by="id")
    last = Window(RowNumber(), partition_by="act_id", order_by="-id")
    rows = Change.objects.filter(act_id__in=list(acts)).annotate(first=first, last=last)
    rows = rows.filter(Q(first__lte=FEW) | Q(last__lte=FEW))
    return [
        FewChange(row.act_id, model_of(row.root_kind), row.root, tuple(_fields(row)))
        for row in rows.order_by("id")
    ]


def recent_acts(*, actor: int | None = None, before: int | None = None, limit: int = 50) -> list[Act]:
    """Acts, latest first, whole ones only (parts of a long act stand under it)."""
    acts = Act.objects.select_related("undone_by").filter(part_of=None)
    if actor is not None:
        acts = acts.filter(actor=actor, actor_kind="user")
    if before is not None:
        acts = acts.filter(pk__lt=before)
    return list(acts.order_by("-id")[:limit])


def deleted_by(act: int) -> list[tuple[type[Versioned], int, dict[str, Plain]]]:
    """The rows that an act deleted, each with the values it had."""
    rows = Change.objects.filter(act_id=act, op="d").order_by("id").values_list("kind", "record", "before")
    return [(model_of(kind), key, json.loads(before)) for kind, key, before in rows]


def touched_by(act: Act) -> dict[type[Versioned], set[int]]:
    """The wholes that an act, or the parts of a long act, touched."""
    ids = [act.pk, *Act.objects.filter(part_of=act).values_list("pk", flat=True)]
    found: dict[type[Versioned], set[int]] = {}
    for kind, root in Change.objects.filter(act_id__in=ids).values_list("root_kind", "root").distinct():
        found.setdefault(model_of(kind), set()).add(root)
    return found
