"""Who is going quiet, and with whom the firm spoke lately: parties with their last words."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.customers.people.models import Party, PartyKind, Stage, is_quiet
from rapport.customers.timeline.models import Guest, Interaction, Meeting, MomentParty, Promise
from rapport.customers.timeline.queries.story import name_of
from rapport.customers.timeline.rules.first import First
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from rapport.foundation.ui.words import span


class Heard(Struct, frozen=True):
    """A party as Today shows it: how often one speaks with it and for how long one has not; its last words, and with
    whom of us they were."""

    party: Party
    rhythm: str
    words: str
    with_whom: str


def going_quiet(actor: Actor, at: datetime, *, limit: int = 5) -> First[Heard]:
    """My parties of whom it is too quiet at this moment, whoever fell silent last first.

    An organisation is told by its people where they are quiet."""
    return First(_heard(_quiet(actor, at, most=limit + 1), actor, at), limit)


def _silent(actor: Actor, at: datetime, most: int) -> QuerySet[Party]:
    mine = Party.objects.visible_to(actor).filter(is_quiet(at), owner_id=actor.key)
    # Asked of each organisation that is to be shown, for a list of all of them is as long as the firm is large; and of
    # its people, not of all that are mine, which SQLite would look through first: a sum is in none of its indexes.
    people = Party.objects.filter(is_quiet(at), organisation=OuterRef("pk"))
    told = Exists(people.alias(ours=F("owner_id") + 0).filter(ours=actor.key))
    rows = mine.exclude(Q(kind=PartyKind.ORGANISATION) & told)
    return _with_last(rows.order_by("-quiet_from", "-pk"))[:most]


_quiet = KeptQuery[Party](_silent)


def without_next_step(actor: Actor, at: datetime, *, limit: int = 5) -> Sequence[Heard]:
    """My prospects with whom nothing is promised either way and no meeting lies ahead, the latest changed first."""
    return _heard(_stepless(actor, at, most=limit), actor, at)


def _idle(actor: Actor, at: datetime, most: int) -> QuerySet[Party]:
    promised = Promise.objects.open().filter(party=OuterRef("pk"))
    met = Guest.objects.filter(party=OuterRef("pk"), meeting__in=Meeting.objects.open().filter(at__gt=at))
    people = Party.objects.visible_to(actor).people().filter(owner_id=actor.key, stage=Stage.PROSPECT)
    rows = people.filter(~Exists(promised), ~Exists(met))
    return _with_last(rows.order_by("-updated_at", "-pk"))[:most]


_stepless = KeptQuery[Party](_idle)


def spoken_lately(actor: Actor, at: datetime, *, limit: int = 8) -> Sequence[Heard]:
    """The people whom anybody here spoke with last, the latest first."""
    people = Party.objects.visible_to(actor).people().filter(last_contact_at__lte=at)
    return _heard(_with_last(people.order_by("-last_contact_at", "-pk"))[:limit], actor, at)


def _with_last(parties: QuerySet[Party]) -> QuerySet[Party]:
    """Parties with the key of what was last said with them that is private to nobody."""
    last = MomentParty.objects.filter(
        party=OuterRef("pk"), moment__kind="interaction", moment__private_to=None
    ).order_by("-at", "-pk")
    return parties.select_related("organisation").annotate(last=Subquery(last.values("moment__record")[:1]))


_talked = KeptQuery[Interaction](
    lambda keys, actor: Interaction.objects.visible_to(actor).filter(pk__among=keys)
)


def _heard(parties: Iterable[Party], actor: Actor, at: datetime) -> list[Heard]:
    rows: list[Any] = list(parties)
    said = {one.pk: one for one in _talked({row.last for row in rows if row.last}, actor)}
    return [_row(row, said.get(row.last), at) for row in rows]


def _row(party: Party, last: Interaction | None, at: datetime) -> Heard:
    """Usual is only what is known to be."""
    rhythm = ""
    if party.last_contact_at is not None and party.rhythm_days:
        days = max((timezone.localdate(at) - timezone.localdate(party.last_contact_at)).days, 0)
        rhythm = _("usually every %(usual)s, now %(now)s") % {
            "usual": span(party.rhythm_days),
            "now": span(days),
        }
    return Heard(party, rhythm, last.words if last else "", name_of(last.owner_id) if last else "")
