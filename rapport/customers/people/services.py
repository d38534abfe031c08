"""What can be done with people beyond the verbs every record type has: contact points and the other parts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.customers.people.models import ContactPoint, Part, Party
from rapport.customers.people.rules import check_email, e164, normal_email
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import Firm, User
from rapport.foundation.kernel.ledger.rules import Refused, Source
from rapport.foundation.kernel.ledger.services import Touched, act
from rapport.foundation.kernel.records.rules import RecordType
from rapport.foundation.kernel.records.services import NotAllowed, Written


def home_region() -> str | None:
    """The country that a phone number without a country code is taken to belong to: the firm's."""
    firm = Firm.objects.first()
    return (firm.country if firm else "") or None


def normal_of(type_: str, value: str, region: str | None) -> str:
    """What a contact point compares by: E.164, a lower-case address, or the text itself."""
    if type_ == ContactPoint.Type.PHONE:
        return e164(value, region)
    if type_ == ContactPoint.Type.EMAIL:
        return normal_email(value)
    return value.strip()


def prepare_contact(values: dict[str, Any]) -> dict[str, Any]:
    """Complete a contact point's values with what it compares by. Raises ValidationError for a wrong e-mail."""
    if "value" not in values:
        return values
    value = values["value"].strip()
    if not value:
        raise ValidationError({"value": _("Write it, or remove this line.")})
    if values.get("type") == ContactPoint.Type.EMAIL:
        try:
            check_email(value)
        except ValidationError as error:
            raise ValidationError({"value": error.messages}) from error
    return values | {"value": value, "normal": normal_of(values.get("type", ""), value, home_region())}


def prepare_party(values: dict[str, Any]) -> dict[str, Any]:
    """Complete a party's values: a new owner brings the department, where none is named."""
    owner = values.get("owner")
    if isinstance(owner, User) and owner.department_id and "department" not in values:
        return values | {"department": owner.department}
    return values


def add_part(
    record_type: RecordType,
    party: Party,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> Written[Any]:
    """Add a contact point, address, date, relation, tag or consent to a party.

    Raises NotAllowed, ValidationError, Refused, AlreadyDone."""
    may_change(party, actor)
    complete = record_type.prepare(dict(values))
    _check_linked(complete, actor)
    model: type[Part] = record_type.model  # type: ignore[assignment]
    with act(f"{record_type.noun}.added", actor=actor, source=source, at=at, key=key) as writer:
        part = writer.create(model(party=party, **complete))
    return Written(part, writer.id)


def edit_part(
    record_type: RecordType,
    part: Part,
    values: Mapping[str, Any],
    *,
    seen: int | None,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> Written[Any]:
    """Change a part of a party. Raises NotAllowed, ValidationError, Conflict, AlreadyDone."""
    may_change(part.party, actor)
    type_ = {"type": part.type} if isinstance(part, ContactPoint) else {}
    complete = record_type.prepare(dict(values) | type_)
    _check_linked(complete, actor)
    with act(f"{record_type.noun}.edited", actor=actor, source=source, at=at, key=key) as writer:
        live = writer.update(part, seen=seen, **complete)
    return Written(live, writer.id if writer.written else None)


def remove_part(
    record_type: RecordType, part: Part, *, actor: Actor, source: Source, at: datetime, key: str | None = None
) -> int:
    """Remove a part of a party; returns the act. Raises NotAllowed, AlreadyDone."""
    may_change(part.party, actor)
    with act(f"{record_type.noun}.removed", actor=actor, source=source, at=at, key=key) as writer:
        writer.delete(part)
    return writer.id


def may_change(party: Party, actor: Actor) -> None:
    """Raise NotAllowed unless the actor may edit this party."""
    if not Party.objects.visible_to(actor, Verb.EDIT).filter(pk=party.pk).exists():
        raise NotAllowed(
            _("Your role may not change this one. Its owner or an administrator can, or can hand it to you.")
        )


def _check_linked(values: Mapping[str, Any], actor: Actor) -> None:
    other = values.get("other")
    if other is not None and not Party.objects.visible_to(actor).filter(pk=other.pk).exists():
        raise Refused(_("There is no such record to link to."))


def project(touched: Touched) -> None:
    """Keep what is derived on a party true: its place in the alphabet and when it was last touched."""
    from rapport.customers.people.rules import sort_key

    keys = touched.roots.get(Party, set())
    rows = list(Party.objects.filter(pk__in=keys).only("pk", "name", "native_name", "sort_as", "sort_key"))
    fresh = touched.created.get(Party, set())
    moved = []
    for row in rows:
        wanted = sort_key(row.sort_as or row.name or row.native_name)
        if wanted != row.sort_key:
            row.sort_key = wanted
            moved.append(row)
    Party.objects.bulk_update(moved, ["sort_key"], batch_size=500)
    Party.objects.filter(pk__in=keys - fresh).update(updated_at=touched.at)
