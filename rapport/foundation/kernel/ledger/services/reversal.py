"""The inverse of each operation on a run of records: set-based, and exact per row and field."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.models import Change
from rapport.foundation.kernel.ledger.models.kinds import model_of, number_of
from rapport.foundation.kernel.ledger.models.values import (
    blank,
    live_value,
    plain,
    recorded_fields,
    restored,
    snapshot,
)
from rapport.foundation.kernel.ledger.rules import Kept, Plain, same
from rapport.foundation.kernel.ledger.services.deletion import incoming
from rapport.foundation.kernel.ledger.services.writer import WholeRow, Writer


class Done(NamedTuple):
    """A change to take back, as values: an import has a hundred thousand of them."""

    id: int
    kind: int
    record: int
    root_kind: int
    root: int
    op: str
    version: int
    before: str
    after: str


def changes_of(act: int) -> list[Done]:
    """The changes of an act, the last first."""
    rows = Change.objects.filter(act_id=act).order_by("-id")
    return [Done(*row) for row in rows.values_list(*Done._fields)]


class Reversal:
    """Undoes runs of changes through a writer and collects what it had to keep."""

    def __init__(self, writer: Writer, changes: Sequence[Done]) -> None:
        self.writer = writer
        self.kept: list[Kept] = []
        self.made = {(change.kind, change.record) for change in changes if change.op == "c"}
        # Links that this act set on rows that were there before: they are taken back with it.
        self.linked = {
            (change.kind, change.record, name)
            for change in changes
            if change.op == "u"
            for name in json.loads(change.after)
        }
        self.staying = self._wholes_that_stay(changes)

    def _wholes_that_stay(self, changes: Sequence[Done]) -> set[tuple[int, int]]:
        """Records this act made that somebody has worked on since: they stay, with all their parts."""
        staying: set[tuple[int, int]] = set()
        made: dict[int, dict[int, Done]] = defaultdict(dict)
        for change in changes:
            if change.op == "c":
                made[change.kind][change.record] = change
        for kind, some in made.items():
            model = model_of(kind)
            there = self._versions(model, some)
            for key in self._edited(model, some.values(), there):
                staying.add((some[key].root_kind, some[key].root))
                self._keep(some[key], "", _("It was changed since."))
            for key in self._referred(model, there):
                change = some[key]
                if (change.root_kind, change.root) not in staying:
                    staying.add((change.root_kind, change.root))
                    self._keep(change, "", _("Later work refers to it."))
        return {root for root in staying if root in self.made}

    def _edited(
        self, model: type[Versioned], made: Iterable[Done], there: Mapping[int, int]
    ) -> dict[int, None]:
        """Those of the rows made that differ from what was made. A row of the same version was never written since;
        only the others are read."""
        moved = {one.record: one for one in made if there.get(one.record, one.version) != one.version}
        return {
            key: None
            for key, row in self._live(model, moved).items()
            if snapshot(row) != json.loads(moved[key].after)
        }

    def _referred(self, model: type[Versioned], keys: Iterable[int]) -> set[int]:
        """Which of these rows are referred to by rows that this act did not make."""
        found: set[int] = set()
        for child, field in incoming(model):
            number, made, linked = number_of(child), self.made, self.linked
            found.update(
                target
                for pk, target in _referring(child, field, keys)
                if (number, pk) not in made and (number, pk, field.attname) not in linked
            )
        return found

    def uncreate(self, model: type[Versioned], run: Sequence[Done]) -> None:
        """Remove rows that were created, unless they were changed since or anything refers to them."""
        run = [change for change in run if (change.root_kind, change.root) not in self.staying]
        there = self._versions(model, (change.record for change in run))
        run = [change for change in run if change.record in there]
        edited, referred = self._edited(model, run, there), self._still_referred(model, set(there))
        rows = []
        for change in run:
            if change.record in edited:
                self._keep(change, "", _("It was changed since."))
            elif change.record in referred:
                self._keep(change, "", _("Later work refers to it."))
            else:
                rows.append(WholeRow(change.record, change.root, there[change.record], change.after))
        self.writer.remove(model, rows)

    def _still_referred(self, model: type[Versioned], keys: set[int]) -> set[int]:
        return {
            target
            for child, field in incoming(model)
            for pk, target in _referring(child, field, keys)
            if child is not model or pk not in keys
        }

    def restore(self, model: type[Versioned], run: Sequence[Done]) -> None:
        """Bring back the values before, field by field, where the value after still stands."""
        live = self._live(model, (change.record for change in run))
        wanted: dict[int, tuple[Done, dict[str, Plain]]] = {}
        for change in run:
            row = live.get(change.record)
            if row is None:
                self._keep(change, "", _("It is no longer there."))
                continue
            if (change.root_kind, change.root) in self.staying:
                continue
            before, after = json.loads(change.before), json.loads(change.after)
            values = {
                name: before.get(name, blank(model, name))
                for name, value in after.items()
                if self._stands(change, row, name, value)
            }
            if values:
                wanted[change.record] = change, values
        fitting = self._fitting(model, wanted, live)
        self.writer.bulk_update(model, {key: wanted[key][1] for key in fitting})

    def _stands(self, change: Done, row: Versioned, name: str, value: Plain) -> bool:
        if same(live_value(row, name), value):
            return True
        self._keep(change, name, _("It was changed since."))
        return False

    def recreate(self, model: type[Versioned], run: Sequence[Done]) -> None:
        """Insert rows that were deleted, under their old keys; versions count on."""
        there = self._versions(model, (change.record for change in run))
        wanted: dict[int, tuple[Done, dict[str, Plain]]] = {}
        for change in run:
            if change.record in there:
                self._keep(change, "", _("It is there again already."))
            else:
                wanted[change.record] = change, json.loads(change.before)
        rows = [
            restored(model, key, wanted[key][0].version + 1, wanted[key][1])
            for key in self._fitting(model, wanted, {})
        ]
        # In one go: references are checked when the act is committed, so a row may come before its parent.
        self.writer.insert(rows)

    def _fitting(
        self,
        model: type[Versioned],
        wanted: Mapping[int, tuple[Done, dict[str, Plain]]],
        live: Mapping[int, Versioned],
    ) -> list[int]:
        """The rows whose values can stand: parents exist (those that come back with them too), unique values are
        free. Optional parents that are gone become null in the values, and this is reported."""
        fitting = dict(wanted)
        for key in taken(model, {key: values for key, (_change, values) in wanted.items()}, live):
            self._keep(fitting.pop(key)[0], "", _("Its unique value is taken by another."))
        links = [field for field in recorded_fields(model) if isinstance(field, models.ForeignKey)]
        there = {field: _there(field, fitting.values()) for field in links}
        # Again after each that cannot come back: it may be the parent of another of the same table.
        while refused := self._without_parent(model, fitting, there, is_new=not live):
            for key in refused:
                del fitting[key]
        return list(fitting)

    def _without_parent(
        self,
        model: type[Versioned],
        fitting: Mapping[int, tuple[Done, dict[str, Plain]]],
        there: "Mapping[models.ForeignKey[Any, Any], set[int]]",
        *,
        is_new: bool,
    ) -> list[int]:
        refused = []
        for field, known in there.items():
            comes = fitting if is_new and field.related_model is model else {}
            for key, (change, values) in fitting.items():
                target = values.get(field.attname)
                if target is None or target in known or target in comes:
                    continue
                if field.null:
                    values[field.attname] = None
                    self._keep(change, field.attname, _("What it pointed to is gone."))
                else:
                    refused.append(key)
                    self._keep(change, field.attname, _("What it belonged to is gone."))
        return list(dict.fromkeys(refused))

    def _versions(self, model: type[Versioned], keys: Iterable[int]) -> dict[int, int]:
        """The versions of those of these rows that are there, each under its lock."""
        rows = model._base_manager.select_for_update().filter(pk__among=set(keys))
        return dict(rows.values_list("pk", "version"))

    def _live(self, model: type[Versioned], keys: Iterable[int]) -> dict[int, Versioned]:
        if not (some := set(keys)):
            return {}
        return {row.pk: row for row in model._base_manager.select_for_update().filter(pk__among=some)}

    def _keep(self, change: Done, name: str, reason: str) -> None:
        later = Change.objects.filter(kind=change.kind, record=change.record, id__gt=change.id)
        label = model_of(change.kind)._meta.label_lower
        by_act = later.order_by("id").values_list("act_id", flat=True).first()
        self.kept.append(Kept(label, change.record, name, reason, by_act))


def _referring(child: type[Versioned], field: Any, keys: Iterable[int]) -> Any:
    """The rows that refer to these by a foreign key: their keys and whom they refer to."""
    rows = child._base_manager.filter(**{f"{field.attname}__among": set(keys)})
    return rows.values_list("pk", field.attname)


def _there(
    field: "models.ForeignKey[Any, Any]", wanted: Iterable[tuple[Done, Mapping[str, Plain]]]
) -> set[int]:
    """Which of the rows that the values point to by this field exist."""
    targets = {values.get(field.attname) for _change, values in wanted} - {None}
    if not targets:
        return set()
    return set(field.related_model._base_manager.filter(pk__among=targets).values_list("pk", flat=True))


def taken(
    model: type[Versioned], wanted: Mapping[int, Mapping[str, Plain]], live: Mapping[int, Versioned]
) -> set[int]:
    """The rows whose unique values another row holds, or an earlier one of these would get."""
    sets = [c.fields for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) and c.fields]
    sets += [(field.name,) for field in model._meta.concrete_fields if field.unique and not field.primary_key]
    found: set[int] = set()
    for names in sets:
        attnames = [str(model._meta.get_field(name).attname) for name in names]  # type: ignore[union-attr]
        given: dict[tuple[Plain, ...], int] = {}
        for key, values in wanted.items():
            if any(name in values for name in attnames):
                whole = tuple(
                    values.get(n, live_value(live[key], n) if key in live else blank(model, n))
                    for n in attnames
                )
                if None not in whole and given.setdefault(whole, key) != key:
                    found.add(key)
        found |= _holding(model, attnames, given)
    return found


def _holding(model: type[Versioned], attnames: list[str], given: Mapping[tuple[Plain, ...], int]) -> set[int]:
    """Of rows that would get these unique values, those for whom another row has them."""
    first = {values[0] for values in given}
    rows = (
        model._base_manager.filter(**{f"{attnames[0]}__among": first})
        if first
        else model._base_manager.none()
    )
    return {
        given[whole]
        for pk, *values in rows.values_list("pk", *attnames)
        if given.get(whole := tuple(map(plain, values)), pk) != pk
    }
