"""What somebody has before them: a week, a lane for each day; and whom to call today."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from msgspec import Struct

from rapport.customers.people.models import ContactPoint, Party
from rapport.customers.timeline.models import Interaction, MomentParty
from rapport.customers.timeline.queries.meetings import Appointment, meetings_between
from rapport.customers.timeline.queries.today import Owed, promises_between
from rapport.customers.timeline.rules.weeks import days_of_week
from rapport.foundation.kernel.access.rules import Actor


class Lane(Struct, frozen=True):
    """A day with what is promised for it and who is met. What is late stands in the lane of today."""

    day: date
    is_today: bool
    is_past: bool
    promises: Sequence[Owed]
    meetings: Sequence[Appointment]


def week_of(actor: Actor, day: date, at: datetime) -> list[Lane]:
    """The seven lanes of the week around a day: what I promised and have not kept, and all my meetings."""
    days, today = days_of_week(day), timezone.localdate(at)
    first = None if today in days else days[0]
    promises = promises_between(actor, first, days[-1], today)
    meetings = meetings_between(actor, days[0], days[-1], at)
    return [
        Lane(
            one,
            one == today,
            one < today,
            [owed for owed in promises if _lane_of(owed, today, days) == one],
            [met for met in meetings if timezone.localdate(met.meeting.at) == one],
        )
        for one in days
    ]


def _lane_of(owed: Owed, today: date, days: Sequence[date]) -> date:
    return max(owed.promise.due_date, today) if today in days else owed.promise.due_date


class Call(Struct, frozen=True):
    """Somebody to call: what for, on which numbers, and what was said last."""

    party: Party
    numbers: Sequence[ContactPoint]
    promises: Sequence[Owed]
    meetings: Sequence[Appointment]
    last: Interaction | None


def calls_of(actor: Actor, day: date, at: datetime) -> list[Call]:
    """Whom to call on a day: those met by phone, by the hour, then those to whom a promise is due or late."""
    promises = promises_between(actor, None, day, day)
    meetings = [
        one
        for one in meetings_between(actor, day, day, at)
        if one.party and one.meeting.channel == "phone" and one.state in {"planned", "unsaid"}
    ]
    met = [one.party for one in meetings if one.party]
    parties = {one.pk: one for one in [*met, *(owed.party for owed in promises)]}
    numbers = ContactPoint.objects.visible_to(actor).filter(party__in=parties, type=ContactPoint.Type.PHONE)
    by_party: dict[int, list[ContactPoint]] = {}
    for number in numbers.order_by("position", "pk"):
        by_party.setdefault(number.party_id, []).append(number)
    last = _last_words(parties)
    return [
        Call(
            party,
            by_party.get(key, []),
            [one for one in promises if one.party.pk == key],
            [one for one in meetings if one.party and one.party.pk == key],
            last.get(key),
        )
        for key, party in parties.items()
    ]


def _last_words(parties: Mapping[int, Any]) -> dict[int, Interaction]:
    """What was last said with each that is not private to one of us."""
    said = MomentParty.objects.filter(
        party=OuterRef("pk"), moment__kind="interaction", moment__private_to=None
    )
    last = Subquery(said.order_by("-at", "-pk").values("moment__record")[:1])
    keys = dict(Party.objects.filter(pk__in=parties).annotate(last=last).values_list("pk", "last"))
    found = Interaction.objects.in_bulk([key for key in keys.values() if key])
    return {party: found[key] for party, key in keys.items() if key in found}
