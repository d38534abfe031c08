"""Meetings as Today, the week and a meeting's own page show them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from msgspec import Struct

from rapport.customers.people.models import Party, reached_parties
from rapport.customers.timeline.models import Guest, Interaction, Meeting, MeetingQuerySet, MomentParty
from rapport.customers.timeline.rules.first import First
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.queries import active_users
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery

MOST = 200


class Appointment(Struct, frozen=True):
    """A meeting with those it is agreed with, as far as the reader may see them; `state` is how it stands."""

    meeting: Meeting
    parties: Sequence[Party]
    state: str

    @property
    def party(self) -> Party | None:
        """The first of them."""
        return next(iter(self.parties), None)

    @property
    def ends_at(self) -> datetime:
        """When it is over; a meeting of no stated length at its hour."""
        return self.meeting.at + timedelta(minutes=self.meeting.minutes or 0)


def state_of(meeting: Meeting, at: datetime) -> str:
    """`held` or `missed`; while nobody has said which, `planned`, and from its hour on `unsaid`."""
    closure = getattr(meeting, "closure", None)
    if closure is not None:
        return "held" if closure.interaction_id else "missed"
    return "unsaid" if meeting.at <= at else "planned"


def _appointments(
    rows: MeetingQuerySet, actor: Actor, at: datetime, *, limit: int = MOST
) -> First[Appointment]:
    """The first of these meetings by their hour, with their parties: two queries."""
    return _with_guests(list(_in_order(rows)[: limit + 1]), actor, at, limit)


def _in_order(rows: MeetingQuerySet) -> MeetingQuerySet:
    return rows.select_related("closure").order_by("at", "pk")


def _with_guests(found: Sequence[Meeting], actor: Actor, at: datetime, limit: int) -> First[Appointment]:
    guests: dict[int, list[Party]] = {one.pk: [] for one in found}
    for guest in _guests(list(guests), actor):
        guests[guest.meeting_id].append(guest.party)
    return First([Appointment(one, guests[one.pk], state_of(one, at)) for one in found], limit)


_guests = KeptQuery[Guest](
    lambda keys, actor: (
        Guest.objects.filter(
            reached_parties(actor, Verb.SEE, "party__"), is_organisation_of=False, meeting__among=keys
        )
        .select_related("party__organisation")
        .order_by("pk")
    )
)


def begin_of(day: date) -> datetime:
    """Midnight of a day in the reader's zone."""
    return timezone.make_aware(datetime.combine(day, time()))


def _mine(actor: Actor) -> MeetingQuerySet:
    return Meeting.objects.visible_to(actor).filter(owner_id=actor.key)


_unsaid = KeptQuery[Meeting](lambda actor, at, most: _in_order(_mine(actor).open().filter(at__lte=at))[:most])
_ahead = KeptQuery[Meeting](
    lambda actor, at, end, most: _in_order(_mine(actor).open().filter(at__gt=at, at__lt=end))[:most]
)


def meetings_unsaid(actor: Actor, at: datetime, *, limit: int = 10) -> First[Appointment]:
    """My meetings whose hour has come and of which nobody has said how they went, the oldest first."""
    return _with_guests(_unsaid(actor, at, most=limit + 1), actor, at, limit)


def meetings_ahead(actor: Actor, day: date, at: datetime, *, limit: int = 10) -> First[Appointment]:
    """My meetings that are still to come on this day."""
    tomorrow = begin_of(day + timedelta(days=1))
    return _with_guests(_ahead(actor, at, tomorrow, most=limit + 1), actor, at, limit)


def expected(actor: Actor, day: date, at: datetime, *, limit: int = 50) -> First[Appointment]:
    """Whom anybody here is to meet on this day, for whoever answers the door."""
    rows = Meeting.objects.visible_to(actor).open().filter(owner__in=active_users())
    today = rows.filter(at__gte=begin_of(day), at__lt=begin_of(day + timedelta(days=1)))
    return _appointments(today, actor, at, limit=limit)


def meetings_between(actor: Actor, first: date, last: date, at: datetime) -> First[Appointment]:
    """All my meetings of these days, whatever became of them."""
    rows = _mine(actor).filter(at__gte=begin_of(first), at__lt=begin_of(last + timedelta(days=1)))
    return _appointments(rows, actor, at)


def appointment(meeting: Meeting, actor: Actor, at: datetime) -> Appointment:
    """One meeting with its parties."""
    return _appointments(Meeting.objects.filter(pk=meeting.pk), actor, at)[0]


def last_words(party: Party) -> Interaction | None:
    """What was last said with a party that is not private to one of us."""
    last = (
        MomentParty.objects.filter(party=party.pk, moment__kind="interaction", moment__private_to=None)
        .order_by("-at", "-pk")
        .values("moment__record")[:1]
    )
    return Interaction.objects.filter(pk__in=last).first()
