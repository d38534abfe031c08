"""Recording what was said, promising, noting."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import partial

from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction, Note, Participant, Promise
from rapport.customers.timeline.services.attaching import Upload, name_files, storing
from rapport.customers.timeline.services.naming import name_colleagues
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.rules import Refused, Source
from rapport.foundation.kernel.ledger.services import Writer, act
from rapport.foundation.kernel.records.services import NotAllowed, Written


class NobodyThere(Refused):
    """The party is gone, or not one that the actor may see."""


class Said(Struct, frozen=True):
    """What was said: when, how, in which words; what came of it, and how they seemed."""

    words: str
    at: datetime
    channel: str = "phone"
    direction: str = "ours"
    minutes: int | None = None
    is_private: bool = False
    outcome: str = ""
    feeling: str = ""


class Promised(Struct, frozen=True):
    """What was promised, and by when."""

    words: str
    due_date: date
    due_time: time | None = None
    is_ours: bool = True
    owner: int | None = None


class Recorded(Written[Interaction], frozen=True):
    """An interaction as it now stands, with those it was with, the first of them first."""

    parties: Sequence[Party]


def record_interaction(
    parties: Sequence[Party | int],
    said: Said,
    promised: Promised | None = None,
    *,
    files: Sequence[Upload] = (),
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> Recorded:
    """Record what was said with these parties (or their keys), a promise to the first of them and files, as one act.

    Raises NotAllowed, NobodyThere, WrongFile, AlreadyDone."""
    may_create(actor, "interactions")
    seen = seen_parties(parties, actor)
    with (
        storing(files, at) as stored,
        act("interaction.recorded", actor=actor, source=source, at=at, key=key) as writer,
    ):
        interaction = writer.create(
            Interaction(
                at=said.at,
                channel=said.channel,
                direction=said.direction,
                words=said.words,
                minutes=said.minutes,
                is_private=said.is_private,
                outcome=said.outcome,
                feeling=said.feeling,
                owner_id=actor.key,
            )
        )
        take_part(writer, partial(Participant, interaction=interaction), seen)
        name_files(writer, interaction, stored, actor, at)
        name_colleagues(writer, interaction, actor)
        if promised is not None:
            write_promise(writer, seen[0], promised, actor, at, interaction)
    return Recorded(interaction, writer.id, seen)


def may_create(actor: Actor, record_type: str) -> None:
    """Raise NotAllowed for a role that may not write this down."""
    if not actor.may(record_type, Verb.CREATE):
        raise NotAllowed(_("Your role may read here, but not write. An administrator can change that."))


def seen_parties(parties: Sequence[Party | int], actor: Actor) -> list[Party]:
    """These parties or keys, read through the actor's eyes; raises NobodyThere when one is missing."""
    keys = [party if isinstance(party, int) else party.pk for party in parties]
    there = Party.objects.visible_to(actor).in_bulk(keys)
    if not keys or set(keys) != set(there):
        raise NobodyThere(_("There is nobody there to record this with."))
    return [there[key] for key in keys]


def take_part(writer: Writer, part: Callable[..., Versioned], parties: Sequence[Party]) -> None:
    """Write who takes part, each by a row that `part` makes; a person's organisation too, as it is now."""
    named = {party.pk for party in parties}
    for party in parties:
        writer.create(part(party=party))
    for organisation in dict.fromkeys(party.organisation_id for party in parties if party.organisation_id):
        if organisation not in named:
            writer.create(part(party_id=organisation, is_organisation_of=True))


def write_promise(
    writer: Writer,
    party: Party,
    promised: Promised,
    actor: Actor,
    at: datetime,
    interaction: Interaction | None,
) -> Promise:
    """Write a promise within an act; nobody but whoever acts owns it unless it says so."""
    owner = promised.owner if promised.owner is not None else actor.key
    return writer.create(
        Promise(
            party=party,
            words=promised.words,
            is_ours=promised.is_ours,
            due_date=promised.due_date,
            due_time=promised.due_time,
            owner_id=owner,
            interaction=interaction,
            made_at=at,
        )
    )


def make_promise(
    party: Party, promised: Promised, *, actor: Actor, source: Source, at: datetime, key: str | None = None
) -> Written[Promise]:
    """Promise something, or write down what was promised to us. Raises NotAllowed, NobodyThere, AlreadyDone."""
    may_create(actor, "promises")
    (seen,) = seen_parties([party], actor)
    with act("promise.made", actor=actor, source=source, at=at, key=key) as writer:
        promise = write_promise(writer, seen, promised, actor, at, None)
    return Written(promise, writer.id)


def write_note(
    party: Party,
    words: str,
    *,
    is_pinned: bool = False,
    is_private: bool = False,
    files: Sequence[Upload] = (),
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> Written[Note]:
    """Write a note on a party, with files. Raises NotAllowed, NobodyThere, WrongFile, AlreadyDone."""
    may_create(actor, "notes")
    (seen,) = seen_parties([party], actor)
    with (
        storing(files, at) as stored,
        act("note.written", actor=actor, source=source, at=at, key=key) as writer,
    ):
        note = writer.create(
            Note(
                party=seen, words=words, owner_id=actor.key, at=at, is_pinned=is_pinned, is_private=is_private
            )
        )
        name_files(writer, note, stored, actor, at)
    return Written(note, writer.id)
