"""The hand that writes inside an act: every write becomes a change with its before and after."""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import models

from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.models import Change
from rapport.foundation.kernel.ledger.models.kinds import number_of
from rapport.foundation.kernel.ledger.models.values import (
    blank,
    column_named,
    field_named,
    live_value,
    plain,
    put,
    snapshot,
)
from rapport.foundation.kernel.ledger.queries.since import clashes_since
from rapport.foundation.kernel.ledger.rules import Conflict, Plain, Source, canonical, same
from rapport.foundation.kernel.ledger.services import deletion, projections
from rapport.foundation.kernel.ledger.services.rows import insert_objects, insert_rows, next_keys, update_rows

_MOST_REMEMBERED = 5_000
_COLUMNS = (
    "act_id", "kind", "record", "root_kind", "root", "op", "version", "before", "after", "salt",
)  # fmt: skip


class WholeRow(NamedTuple):
    """What a change holds of a row that comes or goes: its key, its root's, its version, all its values as text."""

    key: int
    root: int
    version: int
    text: str


def whole_row(record: Versioned) -> WholeRow:
    """The row as it stands in memory."""
    return WholeRow(record.pk, root_of(record)[1], record.version, canonical(snapshot(record)))


@cache
def _root_field(model: type[Versioned]) -> Any:
    return model._meta.get_field(model.root) if model.root else None


def root_model_of(model: type[Versioned]) -> type[Versioned]:
    """The table of the wholes that rows of this table are parts of; the table itself where they are whole."""
    field = _root_field(model)
    return field.related_model if field else model


def root_of(record: Versioned) -> tuple[type[Versioned], int]:
    """The whole that a row is a part of: the party of a phone; the row itself when it is whole."""
    field = _root_field(type(record))
    return (field.related_model, getattr(record, field.attname)) if field else (type(record), record.pk)


class Writer:
    """Creates, updates and deletes records for one act. Made by `act`, never directly."""

    def __init__(self, number: int, verb: str, actor: Actor, source: Source, at: datetime) -> None:
        self.id = number
        self.verb = verb
        self.actor = actor
        self.source = source
        self.at = at
        self.touched = projections.Touched(number, at)
        self._rows: list[tuple[Any, ...]] = []
        self.written = 0
        self.reported: list[str] = []

    def create[R: Versioned](self, record: R) -> R:
        """Insert a new row."""
        record.version = 1
        record.full_clean_text()
        record.save(force_insert=True)
        self.note(record, "c", {}, snapshot(record))
        return record

    def update[R: Versioned](self, record: R, *, seen: int | None = None, **values: Any) -> R:
        """Set fields of a row, read again under its lock; returns it as it now stands.

        `seen` is the version the user looked at. Raises Conflict when one of these fields was changed since;
        changes in other fields merge. Writes nothing when nothing differs."""
        model = type(record)
        live = model._base_manager.select_for_update().get(pk=record.pk)
        wanted = _plain_values(model, live, values)
        if seen is not None and seen < live.version:
            clashes = clashes_since(live, seen, wanted)
            if clashes:
                raise Conflict(live, clashes)
        return self._write(live, wanted)

    def _write[R: Versioned](self, live: R, wanted: Mapping[str, Plain]) -> R:
        before = {name: live_value(live, name) for name in wanted}
        after = {name: value for name, value in wanted.items() if not same(value, before[name])}
        if not after:
            return live
        columns = put(live, after)
        live.full_clean_text(columns)
        live.version += 1
        live.save(update_fields=[*columns, "version"])
        self.note(live, "u", {name: before[name] for name in after}, after)
        return live

    def delete(self, record: Versioned) -> None:
        """Remove a row and what hangs on it, each recorded. Raises Refused where a row that must stay refers to it."""
        deletion.delete(self, record)

    def bulk_create[R: Versioned](self, records: Sequence[R]) -> Sequence[R]:
        """Insert many new rows of one table. Their text must have been checked."""
        if not records:
            return records
        if records[0].pk is None:
            for record, key in zip(records, next_keys(type(records[0]), len(records)), strict=True):
                record.pk = key
        for record in records:
            record.version = 1
        self.insert(records)
        return records

    def insert(self, records: Sequence[Versioned]) -> None:
        """Insert rows of one table that have their keys and versions."""
        if records:
            insert_objects(records)
            self._note_whole(type(records[0]), "c", list(map(whole_row, records)))

    def bulk_update[R: Versioned](self, model: type[R], wanted: Mapping[int, Mapping[str, Plain]]) -> int:
        """Set plain values on many rows by key; returns how many differ. Missing rows are passed over."""
        live = {row.pk: row for row in model._base_manager.select_for_update().filter(pk__among=list(wanted))}
        groups: dict[tuple[str, ...], list[R]] = {}
        for key, row in live.items():
            before = {name: live_value(row, name) for name in wanted[key]}
            after = {name: value for name, value in wanted[key].items() if not same(value, before[name])}
            if after:
                columns = tuple(put(row, after))
                row.version += 1
                groups.setdefault(columns, []).append(row)
                self.note(row, "u", {name: before[name] for name in after}, after)
        for columns, rows in groups.items():
            update_rows(model, columns, rows)
        return sum(map(len, groups.values()))

    def remove_rows(self, rows: Sequence[Versioned]) -> None:
        """Delete rows of one table that nothing refers to any more."""
        if rows:
            self.remove(type(rows[0]), list(map(whole_row, rows)))

    def remove(self, model: type[Versioned], rows: Sequence[WholeRow]) -> None:
        """The same for rows that are known by what they hold."""
        if rows:
            self._note_whole(model, "d", [row._replace(version=row.version + 1) for row in rows])
            _raw_delete(model, [row.key for row in rows])

    def _note_whole(self, model: type[Versioned], op: str, rows: Sequence[WholeRow]) -> None:
        """Remember that rows of one table came or went, many at once."""
        root_model = root_model_of(model)
        keys = {row.key for row in rows}
        self.touched.rows.setdefault(model, set()).update(keys)
        self.touched.roots.setdefault(root_model, set()).update(row.root for row in rows)
        if op == "c":
            self.touched.created.setdefault(model, set()).update(keys)
        else:
            self.touched.gone.setdefault(model, {}).update((row.key, row.text) for row in rows)
        kind, root_kind, act = number_of(model), number_of(root_model), self.id
        salts = os.urandom(16 * len(rows))
        for place, (key, root, version, text) in enumerate(rows):
            texts = ("{}", text) if op == "c" else (text, "{}")
            salt = salts[16 * place : 16 * place + 16]
            self._rows.append((act, kind, key, root_kind, root, op, version, *texts, salt))
        self.written += len(rows)
        if len(self._rows) >= _MOST_REMEMBERED:
            self.flush()

    def note(
        self, record: Versioned, op: str, before: Mapping[str, Plain], after: Mapping[str, Plain]
    ) -> None:
        """Remember a change; it is written with the others."""
        model = type(record)
        root_model, root = root_of(record)
        self.touched.rows.setdefault(model, set()).add(record.pk)
        self.touched.roots.setdefault(root_model, set()).add(root)
        if op == "c":
            self.touched.created.setdefault(model, set()).add(record.pk)
        if op == "d":
            self.touched.gone.setdefault(model, {})[record.pk] = canonical(before)
        numbers = number_of(model), record.pk, number_of(root_model), root
        # Half of all writes have an empty side: it is not worth an encoder.
        texts = canonical(before) if before else "{}", canonical(after) if after else "{}"
        self._rows.append((self.id, *numbers, op, record.version, *texts, os.urandom(16)))
        self.written += 1
        if len(self._rows) >= _MOST_REMEMBERED:
            self.flush()

    def flush(self) -> None:
        """Write the changes remembered so far."""
        insert_rows(Change, _COLUMNS, self._rows)
        self._rows = []


def _plain_values(model: type[Versioned], live: Versioned, values: Mapping[str, Any]) -> dict[str, Plain]:
    """Named values as the ledger compares them: expressions resolved, foreign keys by their attribute name."""
    wanted: dict[str, Plain] = {}
    for name, given in values.items():
        if name == "custom":
            wanted |= {f"custom.{key}": plain(part) for key, part in given.items()}
            continue
        attname = column_named(model, name).attname
        value = _resolved(live, name, given)
        key = value.pk if isinstance(value, models.Model) else value
        wanted[attname] = plain(field_named(model, attname).to_python(key) if key is not None else None)
        if wanted[attname] is None and blank(model, attname) == "":
            wanted[attname] = ""
    return wanted


def _resolved(live: Versioned, name: str, value: Any) -> Any:
    """An F() expression computed by the database on the locked row, so that `after` is what it says."""
    if not hasattr(value, "resolve_expression"):
        return value
    return (
        type(live)
        ._base_manager.filter(pk=live.pk)
        .annotate(_wanted=value)
        .values_list("_wanted", flat=True)
        .get()
    )


def _raw_delete(model: type[Versioned], keys: Iterable[int]) -> None:
    """Delete by key without Django's collector, which would follow relations unseen."""
    rows = model._base_manager.filter(pk__among=list(keys))
    rows._raw_delete(rows.db)
