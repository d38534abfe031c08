"""Saves what was ticked of a pasted signature or card, as one act: a new person, or what one already known lacks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.customers.capture.rules.cards import CardPart
from rapport.customers.people.models import ContactPoint, Party, PostalAddress
from rapport.customers.people.queries import same_contact
from rapport.customers.people.services import home_region, normal_of
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.ledger.rules import Source
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.rules import NewRecord, record_type
from rapport.foundation.kernel.records.services import Written, create_record, edit_record

_CONTACTS = {CardPart.EMAIL: "email", CardPart.PHONE: "phone", CardPart.WEB: "link"}


class Ticked(Struct, frozen=True):
    """One field that is wanted, as corrected; `label` is the kind of a phone."""

    part: CardPart
    value: str
    label: str = ""


def known_by_contact(fields: Sequence[Ticked], actor: Actor) -> list[Party]:
    """The people the actor may see that have an e-mail address or phone among these."""
    keys: dict[int, None] = {}
    for part in (CardPart.EMAIL, CardPart.PHONE):
        type_, region = _CONTACTS[part], home_region()
        normals = [normal_of(type_, one.value, region) for one in fields if one.part == part]
        found = same_contact(type_, [one for one in normals if one], actor) if any(normals) else {}
        keys |= dict.fromkeys(key for some in found.values() for key in some)
    return list(Party.objects.people().visible_to(actor).filter(pk__in=keys).order_by("pk"))


def save_card(
    fields: Sequence[Ticked],
    to: Party | None,
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> Written[Party]:
    """Add the person of a card, or to a known one what they lack: their name and what they have already stay.

    Raises NotAllowed, Refused, ValidationError, AlreadyDone."""
    people, doing = record_type("people"), {"actor": actor, "source": source, "at": at}
    first = {one.part: one.value.strip() for one in reversed(fields) if one.value.strip()}
    values: dict[str, Any] = {"job_title": first.get(CardPart.TITLE, "")}
    if name := first.get(CardPart.ORGANISATION):
        values["organisation"] = _organisation(name, actor)
    verb = "person.created" if to is None else "person.edited"
    with act(verb, actor=actor, source=source, at=at, key=key) as writer:
        if to is None:
            if not first.get(CardPart.NAME):
                raise ValidationError(_("What are they called? Tick a name, or write one."))
            values |= {"name": first[CardPart.NAME], "owner": User.objects.filter(pk=actor.key or 0).first()}
            person: Party = create_record(people, values, **doing).record  # type: ignore[arg-type]
        else:
            lacking = {name: value for name, value in values.items() if value and not getattr(to, name)}
            person = edit_record(people, to, lacking, **doing).record  # type: ignore[arg-type]
        for one in fields:
            _add(person, one, doing)
    return Written(person, writer.id if writer.written else None)


def _organisation(name: str, actor: Actor) -> Party | NewRecord:
    """The only one of this name that the actor may see; else it is made."""
    rows = Party.objects.visible_to(actor).filter(kind="organisation", name__iexact=name)[:2]
    found = list(rows)
    return found[0] if len(found) == 1 else NewRecord("organisations", name)


def _add(person: Party, one: Ticked, doing: dict[str, Any]) -> None:
    value = one.value.strip()
    if one.part in _CONTACTS and value:
        type_ = _CONTACTS[one.part]
        normal = normal_of(type_, value, home_region())
        if not ContactPoint.objects.filter(party=person, type=type_, normal=normal).exists():
            values = {"type": type_, "value": value, "label": one.label}
            create_record(record_type("contact-points"), values, whole=person, **doing)
    elif (
        one.part == CardPart.ADDRESS
        and value
        and not PostalAddress.objects.filter(party=person, street=value).exists()
    ):
        create_record(record_type("addresses"), {"street": value}, whole=person, **doing)
