"""Looks a file over, and brings it in as one long act of many parts: flat in memory, resumed where it was killed."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import DataError, IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rapport.customers.people.models import Party
from rapport.doors.connect.imports.models import Import, ImportRow, Verdict
from rapport.doors.connect.imports.services.matching import Judged, Matcher
from rapport.doors.connect.imports.services.reading import Item, chunks
from rapport.doors.connect.imports.services.remembering import Chronicler, Rememberer
from rapport.doors.connect.imports.services.writing import Scribe
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.models import LongAct
from rapport.foundation.kernel.ledger.rules import Refused, Source
from rapport.foundation.kernel.ledger.services import act, finish_long, reached, start_long
from rapport.foundation.kernel.ledger.services.rows import insert_rows

_HOLD = timedelta(seconds=60)
COUNTED = {
    Verdict.NEW: "created",
    Verdict.CHANGED: "updated",
    Verdict.UNCHANGED: "unchanged",
    Verdict.DUPLICATE: "duplicates",
    Verdict.REJECTED: "rejected",
}
_COLUMNS = (
    *("imported_id", "line", "raw", "identity", "fingerprint", "verdict", "reason", "record"),
    *("candidate", "is_same"),
)

type Report = Callable[[Import, float], None]  # called with the share of the file that has been read


class Overtaken(Refused):
    """Somebody else goes on with this import, or took it back meanwhile."""


def empty_counts() -> dict[str, int]:
    """What is counted of rows; the last five add up to the first."""
    return {"rows": 0, **dict.fromkeys(COUNTED.values(), 0)}


def match(one: Import, *, actor: Actor, report: Report | None = None) -> Import:
    """Look all rows over, writing no record: afterwards each has a verdict. Raises Overtaken."""
    run = _Looking(one, actor)
    while run.step():
        if report:
            report(one, run.share)
    return one


def start(one: Import, *, actor: Actor, at: datetime, held_until: datetime | None = None) -> Import:
    """Begin to bring a file in; the worker goes on with it, from when it is no longer held.

    Raises Overtaken when it has begun before."""
    source = Source("import", str(one.pk))
    with transaction.atomic():
        begun = Import.objects.select_for_update().get(pk=one.pk)
        if begun.long_act is not None:
            raise Overtaken(_("This file has begun to be brought in before."))
        one.long_act = start_long("import.started", actor=actor, source=source, at=at)
        one.state, one.counts, one.line = Import.State.RUNNING, empty_counts(), 0
        one.mark, one.held_until = Party.objects.aggregate(last=Max("pk"))["last"] or 0, held_until
        one.save(update_fields=["long_act", "state", "counts", "line", "mark", "held_until"])
    return one


def bring_in(one: Import, *, actor: Actor, at: datetime, report: Report | None = None) -> Import:
    """Bring a file in to its end, from wherever it is. Raises Overtaken.

    Others get their turn at the database while the next chunk is read and judged, a third of the time."""
    if one.long_act is None:
        start(one, actor=actor, at=at, held_until=_from_now())
    run = Bringing(one, actor)
    while run.step(at):
        if report:
            report(one, run.share)
    return one


def matcher_of(one: Import, actor: Actor, *, put_right: bool = False) -> Matcher:
    """Who judges the rows of a file, by what they tell."""
    if one.holds == Import.Holds.HISTORY:
        return Rememberer(one, actor, put_right=put_right)
    return Matcher(one, actor, one.mark if one.long_act else None, put_right=put_right)


def scribe_of(one: Import, actor: Actor) -> Scribe:
    """Who writes the rows of a file, by what they tell."""
    return Chronicler(one, actor) if one.holds == Import.Holds.HISTORY else Scribe(one, actor)


class _Looking:
    """Goes through a file chunk by chunk and says what each row comes to."""

    def __init__(self, one: Import, actor: Actor) -> None:
        self.one = one
        self.matcher, self.scribe = matcher_of(one, actor), scribe_of(one, actor)
        self.chunks = chunks(one, one.line)
        self.at, self.stood = one.created_at, _standing(one)
        self.share = 0.0

    def step(self) -> int:
        """Look one chunk over; returns how many rows, 0 at the end. Raises Overtaken."""
        one, chunk = self.one, next(self.chunks, None)
        with transaction.atomic():
            self._hold()
            if chunk is None:
                one.state, one.counts = Import.State.MATCHED, empty_counts() | one.counts
            else:
                rows = self.matcher.judge(chunk)
                self.scribe.settle(rows, self.at)
                _keep(one, rows)
                one.counts, one.line = _counted(one.counts, rows), chunk[-1].line
                self.share += _share(one, chunk)
            one.held_until = _from_now() if chunk else None
            one.save(update_fields=["state", "counts", "line", "held_until"])
        self.stood = _standing(one)
        return len(chunk or ())

    def _hold(self) -> None:
        """Make sure, under its lock, that the file stands where we left it."""
        here = Import.objects.select_for_update().filter(pk=self.one.pk).first()
        if here is None or _standing(here) != self.stood:
            raise Overtaken(_("Somebody else goes on with this import, or forgot the file."))


class Bringing:
    """Goes through a file chunk by chunk and writes; each chunk is a part of the long act, and moves its checkpoint."""

    def __init__(self, one: Import, actor: Actor) -> None:
        self.one, self.actor, self.parent = one, actor, one.long_act or 0
        self.source = Source("import", str(one.pk))
        self.matcher, self.scribe = matcher_of(one, actor), scribe_of(one, actor)
        self.line = LongAct.objects.get(act_id=self.parent).checkpoint
        self.chunks: Iterator[list[Item]] = chunks(one, self.line)
        self.share = 0.0

    def step(self, at: datetime) -> int:
        """Write one chunk; returns how many rows, 0 at the end. Raises Overtaken."""
        chunk = next(self.chunks, None)
        if chunk is None:
            self._finish(at)
            return 0
        self.write(chunk, at)
        self.share += _share(self.one, chunk)
        return len(chunk)

    def write(self, chunk: Sequence[Item], at: datetime) -> None:
        """Write these rows as one part, or each as its own where the database refuses one of them."""
        try:
            self._write(chunk, at)
        except (DataError, IntegrityError):
            for item in chunk:
                self._write_alone(item, at)

    def _write_alone(self, item: Item, at: datetime) -> None:
        """A row that the database refuses must not stop the others."""
        try:
            self._write([item], at)
        except (DataError, IntegrityError):
            item.card, item.reason = None, _("The database cannot keep what this row says.")
            self._write([item], at)

    def _write(self, chunk: Sequence[Item], at: datetime) -> None:
        one, last = self.one, chunk[-1].line
        rows = self.matcher.judge(chunk)
        counts = one.counts
        try:
            with act(
                "import.part", actor=self.actor, source=self.source, at=at, part_of=self.parent
            ) as writer:
                self._hold()
                self.scribe.write(writer, rows, at)
                _keep(one, rows)
                one.counts = _counted(counts, rows)
                self._settle(last)
        except BaseException:
            one.counts = counts
            self.scribe.fields.load()
            raise
        self.line = last

    def _settle(self, last: int) -> None:
        """Say inside the part how far the import is."""
        reached(self.parent, last)
        self.one.held_until = _from_now()
        self.one.save(update_fields=["counts", "held_until"])

    def _hold(self) -> None:
        """Make sure, under its lock, that the long act stands where we left it."""
        long = LongAct.objects.select_for_update().get(act_id=self.parent)
        if long.state != "running" or long.checkpoint != self.line:
            raise Overtaken(_("Somebody else goes on with this import, or took it back."))

    def _finish(self, at: datetime) -> None:
        with transaction.atomic():
            self._hold()
            finish_long(self.parent, "import.finished", actor=self.actor, source=self.source, at=at)
            self.one.state = Import.State.FINISHED
            self.one.save(update_fields=["state"])


def _from_now() -> datetime:
    """Until when nobody else takes up what somebody works on; by the clock, since one act may take an hour."""
    return now() + _HOLD


def _standing(one: Import) -> tuple[object, ...]:
    """Where a file stands, and what its rows are taken for."""
    return one.state, one.line, one.mapping, one.adds_unknown


def _share(one: Import, chunk: Sequence[Item]) -> float:
    """Roughly how much of the file a chunk is."""
    return sum(item.weight for item in chunk) / max(one.size, 1)


def _counted(counts: dict[str, int], rows: Sequence[Judged]) -> dict[str, int]:
    found = Counter(COUNTED[Verdict(row.verdict)] for row in rows)
    total = empty_counts() | counts
    return {name: total[name] + (len(rows) if name == "rows" else found[name]) for name in total}


def _keep(one: Import, rows: Sequence[Judged]) -> None:
    """Write what came of the rows, in place of what was said when they were looked over."""
    earlier = ImportRow.objects.filter(imported=one, line__among={row.item.line for row in rows})
    earlier._raw_delete(earlier.db)
    insert_rows(
        ImportRow,
        _COLUMNS,
        [
            (
                one.pk,
                row.item.line,
                row.item.raw,
                row.identity,
                row.item.fingerprint,
                str(row.verdict),
                row.reason,
                row.first.record if row.first else row.record,
                row.candidate,
                row.candidate is not None and row.record == row.candidate,
            )
            for row in rows
        ],
    )


_working: dict[int, _Looking | Bringing] = {}


def continue_imports(at: datetime) -> int:
    """A chunk of the oldest import that waits to go on; the worker calls this again and again."""
    waiting = Import.objects.filter(state__in=[Import.State.MATCHING, Import.State.RUNNING]).order_by("pk")
    for one in waiting.exclude(held_until__gt=at).exclude(pk__in=_working) | waiting.filter(pk__in=_working):
        try:
            return _go_on(one, at)
        except Overtaken:
            _working.pop(one.pk, None)
            _stop_if_undone(one)
        except FileNotFoundError:
            _working.pop(one.pk, None)
            Import.objects.filter(pk=one.pk).update(state=Import.State.STOPPED)
        except BaseException:
            _working.pop(one.pk, None)
            raise
    return 0


def _go_on(one: Import, at: datetime) -> int:
    """One step of an import; its open file is kept for the next."""
    run = _working.get(one.pk)
    if run is None or _standing(run.one) != _standing(one):
        actor = actor_for(one.user)
        run = Bringing(one, actor) if one.state == Import.State.RUNNING else _Looking(one, actor)
        _working[one.pk] = run
    done = run.step(at) if isinstance(run, Bringing) else run.step()
    if not done:
        del _working[one.pk]
    return max(done, 1)


def _stop_if_undone(one: Import) -> None:
    """An import that was taken back while it ran is not gone on with."""
    if one.long_act and LongAct.objects.filter(act_id=one.long_act, state="undone").exists():
        Import.objects.filter(pk=one.pk, state=Import.State.RUNNING).update(state=Import.State.STOPPED)
