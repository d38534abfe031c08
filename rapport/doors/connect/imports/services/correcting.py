"""Brings in rejected rows that somebody has put right: as one more part of the same long act, so that its Undo takes
them along."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from rapport.doors.connect.imports.models import Import, ImportRow, Verdict, as_shown
from rapport.doors.connect.imports.services.bringing import Bringing, Overtaken, matcher_of
from rapport.doors.connect.imports.services.reading import Item, item_of
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.models import LongAct
from rapport.foundation.kernel.records.services import NotAllowed


def may_put_right(one: Import, actor: Actor) -> bool:
    """True for a table that this actor has brought in, whose rows are still known, and that was not taken back."""
    is_whole = one.kind == Import.Kind.CSV and one.state == Import.State.FINISHED and not one.is_cleared
    if one.long_act is None or not is_whole or one.user_id != actor.key or not actor.may_enter("import"):
        return False
    return LongAct.objects.filter(act_id=one.long_act, state="finished").exists()


def put_right(
    one: Import, given: Mapping[int, Mapping[int, str]], *, actor: Actor, at: datetime
) -> tuple[int, int]:
    """Bring rejected rows in with these values, by line and column; what is not given stays as it was.

    Returns how many were brought in and how many are still rejected, now for the reason that the new values give.
    Rows in which nothing differs are left alone. Raises NotAllowed, Overtaken."""
    if not may_put_right(one, actor):
        raise NotAllowed(_("These rows can be put right by who brought the file in, until it is taken back."))
    items = _differing(one, given)
    if not items:
        return 0, 0
    run = _PuttingRight(one, actor)
    run.write(items, at)
    left = one.rows.filter(line__in=[item.line for item in items], verdict=Verdict.REJECTED).count()
    return len(items) - left, left


def _differing(one: Import, given: Mapping[int, Mapping[int, str]]) -> list[Item]:
    found = []
    for row in one.rows.filter(verdict=Verdict.REJECTED, line__in=list(given)).order_by("line"):
        before: list[str] = json.loads(row.raw)
        # A browser breaks lines in its own way; that alone is no correction.
        changed = {
            place: text
            for place, text in given[row.line].items()
            if place < len(before) and text.split() != as_shown(before[place]).split()
        }
        if changed:
            after = [changed.get(place, value) for place, value in enumerate(before)]
            found.append(item_of(one, row.line, after))
    return found


class _PuttingRight(Bringing):
    """Writes rows again that were counted as rejected; the long act is finished and stays so."""

    def __init__(self, one: Import, actor: Actor) -> None:
        super().__init__(one, actor)
        self.matcher = matcher_of(one, actor, put_right=True)

    def _write(self, chunk: list[Item], at: datetime) -> None:  # type: ignore[override]
        self.counts = counts = self.one.counts
        self.lines = {item.line for item in chunk}
        taken = {name: counts[name] - len(chunk) for name in ("rows", "rejected")}
        self.one.counts = {**counts, **taken}
        try:
            super()._write(chunk, at)
        except BaseException:
            self.one.counts = counts
            raise

    def _hold(self) -> None:
        """Make sure, under its lock, that the import still stands, and these rows are still left out."""
        long = LongAct.objects.select_for_update().get(act_id=self.parent)
        left = ImportRow.objects.filter(
            imported=self.one, line__among=self.lines, verdict=Verdict.REJECTED
        ).count()
        if long.state != "finished" or left != len(self.lines):
            raise Overtaken(_("Somebody else put these rows right, or took the import back."))

    def _settle(self, last: int) -> None:
        """Add what came of these rows to the counts as they are now: another window may have put rows right too."""
        now = Import.objects.get(pk=self.one.pk).counts
        self.one.counts = {name: now[name] + self.one.counts[name] - self.counts[name] for name in now}
        self.one.save(update_fields=["counts"])
