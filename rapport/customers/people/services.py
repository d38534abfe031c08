"""What completes people as they are written: compared forms of numbers and addresses, and what is derived."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.customers.people.models import ContactPoint, Party
from rapport.customers.people.rules import check_email, e164, is_zone, normal_email, sort_key
from rapport.foundation.kernel.actors.models import Team, User
from rapport.foundation.kernel.actors.queries import firm
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from rapport.foundation.kernel.ledger.services import Touched
from rapport.foundation.kernel.ledger.services.rows import set_columns


def home_region() -> str | None:
    """The country that a phone number without a country code is taken to belong to: the firm's."""
    found = firm()
    return (found.country if found else "") or None


def normal_of(type_: str, value: str, region: str | None) -> str:
    """What a contact point compares by: E.164, a lower-case address, or the text itself."""
    if type_ == ContactPoint.Type.PHONE:
        return e164(value, region)
    if type_ == ContactPoint.Type.EMAIL:
        return normal_email(value)
    return value.strip()


def prepare_contact(values: dict[str, Any], record: ContactPoint | None) -> dict[str, Any]:
    """Complete a contact point's values with what it compares by. Raises ValidationError for a wrong e-mail."""
    if "value" not in values:
        return values
    type_ = values.get("type") or (record.type if record else "")
    value = values["value"].strip()
    if not value:
        raise ValidationError({"value": _("Write it, or remove this line.")})
    if type_ == ContactPoint.Type.EMAIL:
        try:
            check_email(value)
        except ValidationError as error:
            raise ValidationError({"value": error.messages}) from error
    return values | {"value": value, "normal": normal_of(type_, value, home_region())}


def prepare_party(values: dict[str, Any], record: Party | None) -> dict[str, Any]:
    """Complete a party's values: a new owner brings the department and the only team, where none is named.

    Raises ValidationError for a time zone that there is none of."""
    if (zone := values.get("time_zone", "")) and not is_zone(zone):
        raise ValidationError({"time_zone": _("There is no such time zone. Write it as Europe/Riga.")})
    owner = values.get("owner")
    if not isinstance(owner, User) or (record is not None and record.owner_id == owner.pk):
        return values
    completed = dict(values)
    if not values.get("department") and owner.department_id:
        completed["department"] = owner.department
    teams = list(Team.objects.filter(members__user=owner)[:2])
    if not values.get("team") and len(teams) == 1:
        completed["team"] = teams[0]
    return completed


_alphabet = KeptQuery(
    lambda keys: Party.objects.filter(pk__among=keys).values_list(
        "pk", "sort_key", "sort_as", "name", "native_name"
    )
)


def project(touched: Touched) -> None:
    """Keep what is derived on a party true: its place in the alphabet and when it was last touched."""
    if not (keys := touched.roots.get(Party)):
        return
    moved = [
        (wanted, key)
        for key, now, sort_as, name, native_name in _alphabet(keys)
        if (wanted := sort_key(sort_as or name or native_name)) != now
    ]
    set_columns(Party, ["sort_key"], moved)
    if known := keys - touched.created.get(Party, set()):
        Party.objects.filter(pk__among=known).update(updated_at=touched.at)
