"""Saves what a sentence said, once it is confirmed, as one act: with whom, what was said, promised and learnt."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.customers.capture.rules.reading import FactKind
from rapport.customers.people.models import Party
from rapport.customers.timeline.services import (
    NobodyThere,
    Promised,
    Said,
    make_promise,
    record_interaction,
    write_note,
)
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.ledger.rules import Source
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.rules import record_type, type_of
from rapport.foundation.kernel.records.services import create_record, edit_record

# What is learnt as a way to reach somebody; the rest has its own place.
_CONTACTS = {FactKind.EMAIL: "email", FactKind.PHONE: "phone", FactKind.LINK: "link"}


class Learnt(Struct, frozen=True):
    """Something learnt that is to be kept on the first person named; `value` as a reading's fact has it."""

    kind: FactKind
    value: str
    said: str


class Capture(Struct, frozen=True):
    """What is to be saved. A party is a key, or the name of somebody new."""

    parties: Sequence[int | str]
    said: Said
    promises: Sequence[Promised] = ()
    learnt: Sequence[Learnt] = ()


class Captured(Struct, frozen=True):
    """The act, and with whom it was, the first first."""

    act: int
    parties: Sequence[Party]


def save(capture: Capture, *, actor: Actor, source: Source, at: datetime, key: str | None = None) -> Captured:
    """Write all of it, or nothing. Raises NobodyThere without a party, NotAllowed, ValidationError, AlreadyDone."""
    if not capture.parties:
        raise NobodyThere(_("With whom? Name somebody, or begin on their page."))
    with act("interaction.recorded", actor=actor, source=source, at=at, key=key) as writer:
        keys = [
            one if isinstance(one, int) else _add(one, actor, source, at).pk
            for one in dict.fromkeys(capture.parties)
        ]
        first = capture.promises[0] if capture.promises else None
        recorded = record_interaction(keys, capture.said, first, actor=actor, source=source, at=at)
        whom = recorded.parties[0]
        for promised in capture.promises[1:]:
            make_promise(whom, promised, actor=actor, source=source, at=at)
        person = next((one for one in recorded.parties if one.record_type == "people"), whom)
        for learnt in capture.learnt:
            _learn(person, learnt, actor, source, at)
    return Captured(writer.id, recorded.parties)


def _add(name: str, actor: Actor, source: Source, at: datetime) -> Party:
    values = {"name": name, "owner": User.objects.filter(pk=actor.key or 0).first()}
    party: Party = create_record(record_type("people"), values, actor=actor, source=source, at=at).record
    return party


def _learn(party: Party, learnt: Learnt, actor: Actor, source: Source, at: datetime) -> None:
    doing = {"actor": actor, "source": source, "at": at}
    kind = type_of(party)
    if learnt.kind in _CONTACTS:
        values = {"type": _CONTACTS[learnt.kind], "value": learnt.said}
        create_record(record_type("contact-points"), values, whole=party, **doing)  # type: ignore[arg-type]
    elif learnt.kind == FactKind.BIRTHDAY:
        month, day = learnt.value.split("-")
        values = {"label": _("Birthday"), "day": int(day), "month": int(month)}  # type: ignore[dict-item]
        create_record(record_type("dates"), values, whole=party, **doing)  # type: ignore[arg-type]
    elif learnt.kind == FactKind.CALL_ME and kind is not None:
        edit_record(kind, party, {"call_me": learnt.value}, **doing)  # type: ignore[arg-type]
    elif learnt.kind == FactKind.PREFERENCE:
        write_note(party, learnt.said, is_pinned=True, **doing)  # type: ignore[arg-type]
