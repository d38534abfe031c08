"""What the timeline keeps true inside every act: the story, and on each party when we last spoke and what is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import (
    Interaction,
    Moment,
    MomentParty,
    Note,
    Participant,
    Promise,
    PromiseClosure,
)
from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.models.kinds import number_of
from rapport.foundation.kernel.ledger.services import Touched


@dataclass(frozen=True)
class Telling:
    """The line that a record adds to the story of some parties."""

    record: int
    at: datetime
    channel: str
    kind: str
    private_to: int | None
    parties: tuple[int, ...]


def _interactions(keys: Iterable[int]) -> list[Telling]:
    rows = Interaction.objects.filter(pk__in=keys).prefetch_related("participants")
    return [
        Telling(
            row.pk,
            row.at,
            row.channel,
            "interaction",
            row.owner_id if row.is_private else None,
            tuple(part.party_id for part in row.participants.all()),
        )
        for row in rows
    ]


def _promises(keys: Iterable[int]) -> list[Telling]:
    """A promise made in a conversation is told with it; one made by itself has its own line."""
    rows = Promise.objects.filter(pk__in=keys, interaction=None).select_related("party")
    return [Telling(row.pk, row.made_at, "", "promise", None, _with_organisation(row.party)) for row in rows]


def _closures(keys: Iterable[int]) -> list[Telling]:
    rows = PromiseClosure.objects.filter(promise__in=keys).select_related("promise__party")
    return [
        Telling(row.pk, row.at, "", "closure", None, _with_organisation(row.promise.party)) for row in rows
    ]


def _notes(keys: Iterable[int]) -> list[Telling]:
    rows = Note.objects.filter(pk__in=keys).select_related("party")
    return [
        Telling(row.pk, row.at, "", "note", row.owner_id if row.is_private else None, (row.party_id,))
        for row in rows
    ]


def _with_organisation(party: Party) -> tuple[int, ...]:
    return tuple(filter(None, [party.pk, party.organisation_id]))


def project(touched: Touched) -> None:
    """Rebuild the moments of what an act touched, and the measures of the parties concerned."""
    interactions = touched.roots.get(Interaction, set())
    promises = touched.roots.get(Promise, set())
    closures = touched.rows.get(PromiseClosure, set())
    notes = touched.rows.get(Note, set())
    if not (interactions or promises or notes):
        return
    parties: set[int] = set()
    parties |= _tell(Interaction, interactions, _interactions(interactions), touched)
    parties |= _tell(Promise, promises, _promises(promises), touched)
    parties |= _tell(PromiseClosure, closures, _closures(promises), touched)
    _tell(Note, notes, _notes(notes), touched)
    # Only the party promised to carries the promise; a promise that is gone is found by the moment it leaves behind
    # or by the change itself.
    parties |= set(Promise.objects.filter(pk__in=promises).values_list("party_id", flat=True))
    parties |= _parties_of_gone(touched, promises)
    _measure(parties)


def _tell(model: type[Versioned], keys: Iterable[int], tellings: list[Telling], touched: Touched) -> set[int]:
    """Replace the moments of these records; returns the parties whose stories changed."""
    kind = number_of(model)
    wanted = {*keys, *(telling.record for telling in tellings)}
    old = MomentParty.objects.filter(
        moment__record_kind=kind, moment__record__in=wanted - touched.fresh(model)
    )
    concerned = set(old.values_list("party", flat=True))
    Moment.objects.filter(record_kind=kind, record__in=wanted - touched.fresh(model)).delete()
    moments = Moment.objects.bulk_create(
        Moment(
            at=one.at,
            channel=one.channel,
            kind=one.kind,
            record_kind=kind,
            record=one.record,
            private_to=one.private_to,
            act=touched.act,
        )
        for one in tellings
    )
    MomentParty.objects.bulk_create(
        MomentParty(moment=moment, party=party, at=one.at, channel=one.channel)
        for moment, one in zip(moments, tellings, strict=True)
        for party in one.parties
    )
    return concerned | {party for one in tellings for party in one.parties}


def _parties_of_gone(touched: Touched, promises: set[int]) -> set[int]:
    gone = touched.gone.get(Promise, {})
    return {values["party_id"] for key, values in gone.items() if key in promises}


def _measure(keys: Iterable[int]) -> None:
    """Set when we last spoke with each party, and the day of its next open promise of ours."""
    parties = {party.pk: party for party in Party.objects.filter(pk__in=list(keys))}
    spoken = dict(
        Participant.objects.filter(party__in=parties, interaction__is_private=False)
        .values_list("party")
        .annotate(Max("interaction__at"))
    )
    due = dict(
        Promise.objects.open()
        .filter(party__in=parties, is_ours=True)
        .values_list("party")
        .annotate(Min("due_date"))
    )
    changed = []
    for key, party in parties.items():
        if (party.last_contact_at, party.next_promise_due) != (spoken.get(key), due.get(key)):
            party.last_contact_at, party.next_promise_due = spoken.get(key), due.get(key)
            changed.append(party)
    Party.objects.bulk_update(changed, ["last_contact_at", "next_promise_due"], batch_size=500)
