"""What single departments begin their day with beside what everybody does: what the department owes, what was promised
to the firm, who may be written to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.customers.people.models import Consent, Party, PostalAddress, Stage, is_quiet
from rapport.customers.timeline.models import Promise, PromiseQuerySet
from rapport.customers.timeline.queries.firm import COUNTED_TO, Figure
from rapport.customers.timeline.queries.story import name_of
from rapport.customers.timeline.queries.today import Owed, owed_rows
from rapport.customers.timeline.rules.first import First
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.actors.queries import active_users

# What nobody did anything about for so long is a matter of its own, and not one of this day.
LONGEST_LATE = timedelta(days=90)
CONSENT_DAYS, LATEST_CONSENTS = 30, 200


class Watched(Struct, frozen=True):
    """A promise that somebody else looks after: who of us, and the town of whom it is with."""

    owed: Owed
    who: str
    town: str


def owed_by_department(actor: Actor, day: date, *, limit: int = 15) -> First[Watched]:
    """What colleagues of the actor's department have promised and is due, those without an owner here left out."""
    if actor.department_id is None:
        return First([], limit)
    colleagues = User.objects.filter(department=actor.department_id, is_active=True).exclude(
        pk=actor.key or 0
    )
    return _watched(_due(actor, day).filter(is_ours=True, owner__in=colleagues), day, limit)


def promised_to_firm(actor: Actor, day: date, *, limit: int = 15) -> First[Watched]:
    """What anybody promised to any of us and is due, the latest due last."""
    others = active_users() - {actor.key}
    return _watched(_due(actor, day).filter(is_ours=False, owner__in=others), day, limit)


def _due(actor: Actor, day: date) -> PromiseQuerySet:
    return Promise.objects.visible_to(actor).open().due_by(day).filter(due_date__gte=day - LONGEST_LATE)


def _watched(rows: PromiseQuerySet, day: date, limit: int) -> First[Watched]:
    sorted_rows = rows.select_related("party__organisation").order_by("due_date", "due_time", "pk")
    found = owed_rows(sorted_rows[: limit + 1], day)
    towns = _towns({one.party.pk for one in found})
    rows_ = [Watched(one, name_of(one.promise.owner_id), towns.get(one.party.pk, "")) for one in found]
    return First(rows_, limit)


def _towns(parties: set[int]) -> Mapping[int, str]:
    """Of each party the town of its first address that has one."""
    rows = PostalAddress.objects.filter(party__in=parties).exclude(city="").order_by("-position", "-pk")
    return dict(rows.values_list("party", "city"))


def consents_lately(actor: Actor, day: date, *, limit: int = 8) -> Sequence[Consent]:
    """Who said lately whether we may write to them, the last first: among the latest that were written down."""
    rows = Consent.objects.visible_to(actor).select_related("party__organisation").order_by("-pk")
    since = day - timedelta(days=CONSENT_DAYS)
    found = [one for one in rows[:LATEST_CONSENTS] if since <= one.said_date <= day]
    return sorted(found, key=lambda one: (one.said_date, one.pk), reverse=True)[:limit]


def quiet_by_stage(actor: Actor, at: datetime) -> Sequence[Figure]:
    """How many people of each stage go quiet: of all, or of those who did so last where they are very many."""
    rows = Party.objects.visible_to(actor).people().filter(is_quiet(at)).order_by("-quiet_from", "-pk")
    stages = list(rows.values_list("stage", flat=True)[: COUNTED_TO + 1])
    is_all, counted = len(stages) <= COUNTED_TO, Counter(stages[:COUNTED_TO])
    beside = _("going quiet") if is_all else _("of the last %(count)s") % {"count": f"{COUNTED_TO:,}"}
    return [
        Figure(str(stage.label), f"{counted[stage.value]:,}", beside, f"?view=quiet&stage={stage.value}")
        for stage in Stage
        if counted[stage.value]
    ]
