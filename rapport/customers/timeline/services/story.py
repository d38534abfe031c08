"""What the timeline keeps true inside every act: the story, and on each party when we last spoke and what is due."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from msgspec import Struct

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import (
    Guest,
    Interaction,
    Meeting,
    MeetingClosure,
    Moment,
    MomentParty,
    Note,
    Participant,
    Promise,
    PromiseClosure,
)
from rapport.customers.timeline.services.measuring import measure, measure_rest
from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.models.kinds import number_of
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from rapport.foundation.kernel.ledger.services import Touched
from rapport.foundation.kernel.ledger.services.rows import insert_values, next_keys, set_columns


class Telling(Struct, frozen=True):
    """The line that a record adds to the story of some parties. `channel` is how it was said, or what else it is."""

    record: int
    at: datetime
    channel: str
    kind: str
    private_to: int | None
    parties: tuple[int, ...]


_taking_part = KeptQuery(
    lambda keys: (
        Participant.objects.filter(interaction__among=keys)
        .order_by("pk")
        .values_list(
            "interaction_id",
            "party_id",
            "interaction__at",
            "interaction__channel",
            "interaction__is_private",
            "interaction__owner_id",
        )
    )
)


def _interactions(keys: Iterable[int]) -> list[Telling]:
    whole: dict[int, tuple[Any, ...]] = {}
    parties: dict[int, list[int]] = defaultdict(list)
    for key, party, *rest in _taking_part(keys):
        whole[key] = tuple(rest)
        parties[key].append(party)
    return [
        Telling(key, at, channel, "interaction", owner if is_private else None, tuple(parties[key]))
        for key, (at, channel, is_private, owner) in whole.items()
    ]


def _promises(keys: Iterable[int]) -> list[Telling]:
    """A promise made in a conversation is told with it; one made by itself has its own line."""
    rows = Promise.objects.filter(pk__in=keys, interaction=None).select_related("party")
    return [
        Telling(row.pk, row.made_at, "promise", "promise", None, _with_organisation(row.party))
        for row in rows
    ]


def _closures(keys: Iterable[int]) -> list[Telling]:
    rows = PromiseClosure.objects.filter(promise__in=keys).select_related("promise__party")
    return [
        Telling(row.pk, row.at, "promise", "closure", None, _with_organisation(row.promise.party))
        for row in rows
    ]


def _notes(keys: Iterable[int]) -> list[Telling]:
    rows = Note.objects.filter(pk__in=keys).select_related("party")
    return [
        Telling(row.pk, row.at, "note", "note", row.owner_id if row.is_private else None, (row.party_id,))
        for row in rows
    ]


def _meetings(keys: Iterable[int]) -> list[Telling]:
    """A meeting that was held is told by the interaction it became."""
    parties: dict[Meeting, list[int]] = defaultdict(list)
    rows = Guest.objects.filter(meeting__in=keys, meeting__closure__interaction=None)
    for guest in rows.select_related("meeting").order_by("pk"):
        parties[guest.meeting].append(guest.party_id)
    return [Telling(row.pk, row.at, "meeting", "meeting", None, tuple(some)) for row, some in parties.items()]


def _with_organisation(party: Party) -> tuple[int, ...]:
    return tuple(filter(None, [party.pk, party.organisation_id]))


def project(touched: Touched) -> None:
    """Rebuild the moments of what an act touched, and the measures of the parties concerned."""
    interactions = touched.roots.get(Interaction, set())
    promises = touched.roots.get(Promise, set())
    closures = touched.rows.get(PromiseClosure, set())
    meetings = touched.roots.get(Meeting, set())
    notes = touched.rows.get(Note, set())
    parties: set[int] = set()
    if interactions:
        parties |= _tell(Interaction, interactions, _interactions(interactions), touched)
    if promises:
        parties |= _tell(Promise, promises, _promises(promises), touched)
        # Only the party promised to carries the promise; one that is gone says in its last values whose it was.
        parties |= set(Promise.objects.filter(pk__in=promises).values_list("party_id", flat=True))
        parties |= {values["party_id"] for values in touched.lost(Promise).values()}
    if closures or promises - touched.fresh(Promise):
        _open_or_close(Promise, PromiseClosure, promises)
        parties |= _tell(PromiseClosure, closures, _closures(promises), touched)
    if meetings:
        _open_or_close(Meeting, MeetingClosure, meetings)
        _tell(Meeting, meetings, _meetings(meetings), touched)
    if notes:
        _tell(Note, notes, _notes(notes), touched)
    if parties:
        measure(parties)
    if others := touched.rows.get(Party, set()) - touched.fresh(Party) - parties:
        measure_rest(others)


def _open_or_close(model: type[Versioned], closure: type[Versioned], keys: Iterable[int]) -> None:
    """Say of each whether it is open: it is while nothing closes it."""
    closed = closure._base_manager.filter(**{model._meta.model_name or "": OuterRef("pk")})
    rows: Any = model._base_manager
    was_open = rows.filter(pk__in=keys, is_open=Exists(closed)).values_list("is_open", "pk")
    set_columns(model, ["is_open"], [(not is_open, key) for is_open, key in was_open])


def _tell(model: type[Versioned], keys: Iterable[int], tellings: list[Telling], touched: Touched) -> set[int]:
    """Replace the moments of these records; returns the parties whose stories changed."""
    kind = number_of(model)
    concerned = {party for one in tellings for party in one.parties}
    if told := {*keys, *(telling.record for telling in tellings)} - touched.fresh(model):
        old = MomentParty.objects.filter(moment__record_kind=kind, moment__record__in=told)
        concerned |= set(old.values_list("party", flat=True))
        Moment.objects.filter(record_kind=kind, record__in=told).delete()
    if not tellings:
        return concerned
    keyed = list(zip(next_keys(Moment, len(tellings)), tellings, strict=True))
    insert_values(
        Moment,
        [
            (key, one.at, one.channel, one.kind, kind, one.record, one.private_to, touched.act)
            for key, one in keyed
        ],
    )
    pairs = [(key, party, one.at, one.channel) for key, one in keyed for party in one.parties]
    insert_values(
        MomentParty,
        [(key, *pair) for key, pair in zip(next_keys(MomentParty, len(pairs)), pairs, strict=True)],
    )
    return concerned
