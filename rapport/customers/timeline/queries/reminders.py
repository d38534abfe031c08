"""What a user is reminded of: what they asked for, and meetings and promises whose hour has come, by themselves."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Meeting, Promise, Reminder, ReminderWish
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from rapport.foundation.kernel.records.rules import RecordType, record_type, record_types

# What is later than this many days stands on Today as late: no reminder is worth more by then.
DAYS, MOST = 7, 200


class Remembered(Struct, frozen=True):
    """A reminder as its user sees it. `key` is that of its row and None for one that comes by itself, which is told by
    the record it is `about`; `hour` is that of the meeting or the promise."""

    key: int | None
    kind: RecordType
    record: Any
    at: datetime
    words: str
    hour: datetime | None = None

    @property
    def of(self) -> str:
        """The first part of its address."""
        return "reminders" if self.key else self.kind.key

    @property
    def number(self) -> int:
        """The second part of its address."""
        return int(self.key or self.record.pk)

    @property
    def what(self) -> str:
        """What to think of."""
        return self.words or str(self.record)

    @property
    def party(self) -> Party | None:
        """Whom it is about, where the record says."""
        return self.record if isinstance(self.record, Party) else getattr(self.record, "party", None)


def reminders_due(actor: Actor, at: datetime) -> list[Remembered]:
    """What the actor is to think of now, the oldest first."""
    since = at - timedelta(days=DAYS + 1)
    mine = _rows(actor, at, since)
    asked = _asked([row for row in mine if row.done_at is None and row.at <= at], actor)
    return sorted([*asked, *_by_themselves(actor, at, mine)], key=lambda one: (one.at, one.number))


_rows = KeptQuery[Reminder](
    lambda actor, at, since: (
        Reminder.objects.visible_to(actor)
        .filter(Q(done_at=None, at__lte=at) | Q(instead_of__gte=since))
        .order_by("at", "pk")[: 2 * MOST]
    )
)


def reminders_later(actor: Actor, at: datetime) -> list[Remembered]:
    """What the actor asked to be reminded of some day, the next first."""
    return _asked(
        Reminder.objects.visible_to(actor).open().filter(at__gt=at).order_by("at", "pk")[:MOST], actor
    )


def by_itself(of: str, key: int, actor: Actor, at: datetime) -> Remembered | None:
    """The reminder of this record that has come by itself and that nobody has snoozed or done."""
    answers = Reminder.objects.visible_to(actor).filter(of=of, record=key)
    found = _by_themselves(actor, at, answers)
    return next((one for one in found if one.kind.key == of and one.number == key), None)


def reminder_of(key: int, actor: Actor) -> Remembered | None:
    """A reminder that the actor asked for and is not done with, whenever it is due."""
    return next(iter(_asked(Reminder.objects.visible_to(actor).open().filter(pk=key), actor)), None)


def wish_of(actor: Actor) -> ReminderWish:
    """When the actor wants to be reminded unasked; as shipped where they never said."""
    return ReminderWish.objects.filter(user=actor.key).first() or ReminderWish()


def _asked(rows: Iterable[Reminder], actor: Actor) -> list[Remembered]:
    """Without those whose record is gone, is hidden, or has come to its end."""
    some = list(rows)
    known = {kind.key for kind in record_types()}
    there = {
        (of, record.pk): record
        for of in sorted({row.of for row in some} & known)
        for record in _open(record_type(of), actor, [row.record for row in some if row.of == of])
    }
    return [
        Remembered(row.pk, record_type(row.of), there[row.of, row.record], row.at, row.words)
        for row in some
        if (row.of, row.record) in there
    ]


def _open(kind: RecordType, actor: Actor, keys: Sequence[int]) -> Iterable[Any]:
    rows: Any = kind.visible_to(actor).filter(pk__in=keys)
    if kind.model in {Promise, Meeting}:
        rows = rows.open()
    return rows.select_related("party__organisation") if kind.model is Promise else rows  # type: ignore[no-any-return]


def _by_themselves(actor: Actor, at: datetime, answers: Iterable[Reminder]) -> list[Remembered]:
    """Those whose hour no row answers."""
    wish = wish_of(actor)
    answered = {(row.of, row.record, row.instead_of) for row in answers}
    found = [*_meetings(actor, at, wish.before_meeting), *_promises(actor, at, wish.before_promise)]
    return [one for one in found if (one.kind.key, one.record.pk, one.hour) not in answered]


def _meetings(actor: Actor, at: datetime, before: int | None) -> list[Remembered]:
    if before is None:
        return []
    ahead = timedelta(minutes=before)
    rows = _begun(actor, at - timedelta(days=DAYS), at + ahead)
    words = _("Meeting: %(what)s")
    kind = record_type("meetings")
    return [Remembered(None, kind, row, row.at - ahead, words % {"what": row}, row.at) for row in rows]


def _promises(actor: Actor, at: datetime, before: int | None) -> list[Remembered]:
    """The hour of a promise is one of its keeper's zone."""
    if before is None:
        return []
    ahead = timedelta(minutes=before)
    last = timezone.localdate(at + ahead)
    found = [
        (row, hour)
        for row in _timed(actor, last - timedelta(days=DAYS), last)
        if row.due_time and (hour := _hour(row)) <= at + ahead
    ]
    kind = record_type("promises")
    return [Remembered(None, kind, row, hour - ahead, "", hour) for row, hour in found]


_begun = KeptQuery[Meeting](
    lambda actor, first, last: (
        Meeting.objects.visible_to(actor)
        .open()
        .filter(owner_id=actor.key, at__gte=first, at__lte=last)
        .order_by("-at", "-pk")[:MOST]
    )
)
_timed = KeptQuery[Promise](
    lambda actor, first, last: (
        Promise.objects.visible_to(actor)
        .open()
        .filter(owner_id=actor.key, due_time__isnull=False, due_date__gte=first, due_date__lte=last)
        .select_related("party__organisation")
        .order_by("-due_date", "-pk")[:MOST]
    )
)


def _hour(promise: Promise) -> datetime:
    return timezone.make_aware(datetime.combine(promise.due_date, promise.due_time))  # type: ignore[arg-type]
