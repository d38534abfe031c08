"""The inverse of each operation on a run of records: set-based, and exact per row and field."""

import json
from collections.abc import Mapping, Sequence

from django.db import models
from django.utils.translation import gettext as _

from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.models import Change
from rapport.foundation.kernel.ledger.models.kinds import model_of, number_of
from rapport.foundation.kernel.ledger.models.values import (
    blank,
    live_value,
    recorded_fields,
    restored,
    snapshot,
)
from rapport.foundation.kernel.ledger.rules import Kept, Plain, same
from rapport.foundation.kernel.ledger.services.deletion import incoming
from rapport.foundation.kernel.ledger.services.writer import Writer


class Reversal:
    """Undoes runs of changes through a writer and collects what it had to keep."""

    def __init__(self, writer: Writer, changes: Sequence[Change]) -> None:
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

    def _wholes_that_stay(self, changes: Sequence[Change]) -> set[tuple[int, int]]:
        """Records this act made that somebody has worked on since: they stay, with all their parts."""
        staying: set[tuple[int, int]] = set()
        made: dict[int, list[Change]] = {}
        for change in changes:
            if change.op == "c":
                made.setdefault(change.kind, []).append(change)
        for kind, some in made.items():
            live = self._live(model_of(kind), some)
            for change in some:
                row = live.get(change.record)
                if row is not None and self._edited(row, change):
                    staying.add((change.root_kind, change.root))
                    self._keep(change, "", _("It was changed since."))
            for key in self._referred(model_of(kind), list(live)):
                root = next((c.root_kind, c.root) for c in some if c.record == key)
                if root not in staying:
                    staying.add(root)
                    self._keep(next(c for c in some if c.record == key), "", _("Later work refers to it."))
        return {root for root in staying if root in self.made}

    def _edited(self, row: Versioned, change: Change) -> bool:
        return row.version != change.version and snapshot(row) != json.loads(change.after)

    def _referred(self, model: type[Versioned], keys: list[int]) -> set[int]:
        """Which of these rows are referred to by rows that this act did not make."""
        found: set[int] = set()
        for child, field in incoming(model):
            rows = child._base_manager.filter(**{f"{field.attname}__in": keys}).values_list(
                "pk", field.attname
            )
            number = number_of(child)
            found.update(
                target
                for pk, target in rows
                if (number, pk) not in self.made and (number, pk, field.attname) not in self.linked
            )
        return found

    def uncreate(self, model: type[Versioned], run: Sequence[Change]) -> None:
        """Remove rows that were created, unless they were changed since or anything refers to them."""
        run = [change for change in run if (change.root_kind, change.root) not in self.staying]
        live = self._live(model, run)
        referred = self._still_referred(model, list(live))
        rows = []
        for change in run:
            row = live.get(change.record)
            if row is None:
                continue
            if self._edited(row, change):
                self._keep(change, "", _("It was changed since."))
            elif change.record in referred:
                self._keep(change, "", _("Later work refers to it."))
            else:
                rows.append(row)
        self.writer.remove_rows(rows)

    def _still_referred(self, model: type[Versioned], keys: list[int]) -> set[int]:
        found: set[int] = set()
        for child, field in incoming(model):
            rows = child._base_manager.filter(**{f"{field.attname}__in": keys})
            rows = rows.exclude(pk__in=keys) if child is model else rows
            found.update(rows.values_list(field.attname, flat=True))
        return found

    def restore(self, model: type[Versioned], run: Sequence[Change]) -> None:
        """Bring back the values before, field by field, where the value after still stands."""
        live = self._live(model, run)
        wanted: dict[int, dict[str, Plain]] = {}
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
            if values and self._fits(change, model, values):
                wanted[change.record] = values
        self.writer.bulk_update(model, wanted)

    def _stands(self, change: Change, row: Versioned, name: str, value: Plain) -> bool:
        if same(live_value(row, name), value):
            return True
        self._keep(change, name, _("It was changed since."))
        return False

    def recreate(self, model: type[Versioned], run: Sequence[Change]) -> None:
        """Insert rows that were deleted, under their old keys; versions count on."""
        rows = []
        for change in run:
            values = json.loads(change.before)
            if model._base_manager.filter(pk=change.record).exists():
                self._keep(change, "", _("It is there again already."))
            elif self._fits(change, model, values):
                rows.append(restored(model, change.record, change.version + 1, values))
        for row in rows:
            # A later row of the run may be the parent of an earlier one: insert one by one, in order.
            row.save_base(raw=True, force_insert=True)
            self.writer.note(row, "c", {}, snapshot(row))

    def _fits(self, change: Change, model: type[Versioned], values: dict[str, Plain]) -> bool:
        """True when the values can stand: parents exist, unique values are free. Optional parents that are gone
        become null in `values`, and this is reported."""
        for field in recorded_fields(model):
            if isinstance(field, models.ForeignKey) and values.get(field.attname) is not None:
                if field.related_model._base_manager.filter(pk=values[field.attname]).exists():
                    continue
                if not field.null:
                    self._keep(change, field.attname, _("What it belonged to is gone."))
                    return False
                values[field.attname] = None
                self._keep(change, field.attname, _("What it pointed to is gone."))
        if taken(model, change.record, values):
            self._keep(change, "", _("Its unique value is taken by another."))
            return False
        return True

    def _live(self, model: type[Versioned], run: Sequence[Change]) -> dict[int, Versioned]:
        keys = [change.record for change in run]
        return {row.pk: row for row in model._base_manager.select_for_update().filter(pk__in=keys)}

    def _keep(self, change: Change, name: str, reason: str) -> None:
        later = Change.objects.filter(kind=change.kind, record=change.record, id__gt=change.pk)
        label = model_of(change.kind)._meta.label_lower
        by_act = later.order_by("id").values_list("act_id", flat=True).first()
        self.kept.append(Kept(label, change.record, name, reason, by_act))


def taken(model: type[Versioned], key: int, values: Mapping[str, Plain]) -> bool:
    """True when another row holds the unique values that this row would get."""
    sets = [c.fields for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) and c.fields]
    sets += [(field.name,) for field in model._meta.concrete_fields if field.unique and not field.primary_key]
    current = model._base_manager.filter(pk=key).first()
    for names in sets:
        attnames = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
        if not any(name in values for name in attnames):
            continue
        wanted = {n: values.get(n, live_value(current, n) if current else blank(model, n)) for n in attnames}
        if None not in wanted.values() and model._base_manager.exclude(pk=key).filter(**wanted).exists():
            return True
    return False
