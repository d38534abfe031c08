"""What somebody owes and is owed, ready for Today."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Promise, PromiseClosure, PromiseQuerySet
from rapport.customers.timeline.queries.story import name_of
from rapport.customers.timeline.rules.first import First
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery

LONGEST = 160
LATELY = 50


class Owed(Struct, frozen=True):
    """A promise as a row of Today: `tone` is late or soon, `left_by` the colleague who left it."""

    promise: Promise
    words: str
    kept: str
    tone: str
    party: Party
    left_by: str

    @property
    def is_at_an_hour_today(self) -> bool:
        """True where the row shows an hour instead of a day."""
        return self.tone == "soon"


def owed_rows(rows: Iterable[Promise], today: date) -> list[Owed]:
    """Promises as rows of Today."""
    return [_row(promise, today) for promise in rows]


def _row(promise: Promise, today: date) -> Owed:
    words = promise.words if len(promise.words) <= LONGEST else f"{promise.words[: LONGEST - 1]}…"
    soon = promise.due_time is not None and promise.due_date == today
    return Owed(
        promise,
        words,
        _("Kept: %(what)s") % {"what": words},
        "late" if promise.due_date < today else "soon" if soon else "",
        promise.party,
        name_of(promise.handed_by_id) if promise.handed_by_id else "",
    )


def _mine(actor: Actor, *, ours: bool = True) -> PromiseQuerySet:
    rows = Promise.objects.visible_to(actor).open().filter(owner_id=actor.key, is_ours=ours)
    return rows.select_related("party__organisation").order_by("due_date", "due_time", "pk")


_due = KeptQuery[Promise](lambda actor, day, most: _mine(actor).due_by(day).filter(handed_by=None)[:most])
_left = KeptQuery[Promise](lambda actor, most: _mine(actor).filter(handed_by__isnull=False)[:most])
_coming = KeptQuery[Promise](
    lambda actor, day, most: _mine(actor).filter(due_date__gt=day, handed_by=None)[:most]
)
_awaited = KeptQuery[Promise](lambda actor, day, most: _mine(actor, ours=False).due_by(day)[:most])


def promises_due(actor: Actor, today: date, *, limit: int = 30) -> First[Owed]:
    """My open promises due today or before, the oldest first; those a colleague left and I have not taken apart."""
    return First(owed_rows(_due(actor, today, most=limit + 1), today), limit)


def left_for(actor: Actor, today: date, *, limit: int = 10) -> First[Owed]:
    """Promises that colleagues left for me and that I have not taken yet, whenever they are due."""
    return First(owed_rows(_left(actor, most=limit + 1), today), limit)


def promises_coming(actor: Actor, today: date, *, limit: int = 10) -> list[Owed]:
    """My open promises due later."""
    return owed_rows(_coming(actor, today, most=limit), today)


def promises_between(
    actor: Actor, first: date | None, last: date, today: date, *, limit: int = 200
) -> list[Owed]:
    """My open promises due from the first day (None: ever) to the last, also those I have not taken yet."""
    rows = _mine(actor).due_by(last)
    return owed_rows((rows.filter(due_date__gte=first) if first else rows)[:limit], today)


def awaited(actor: Actor, today: date, *, limit: int = 10) -> First[Owed]:
    """What was promised to me and is due."""
    return First(owed_rows(_awaited(actor, today, most=limit + 1), today), limit)


def kept_lately(actor: Actor) -> tuple[int, int]:
    """How many of my last promises to customers I kept, and how many those were (at most `LATELY`)."""
    kept = _closed(actor.key)
    return sum(kept), len(kept)


_closed = KeptQuery[bool](
    lambda user: (
        PromiseClosure.objects.filter(by=user, promise__is_ours=True)
        .order_by("-at")
        .values_list("is_kept", flat=True)[:LATELY]
    )
)
