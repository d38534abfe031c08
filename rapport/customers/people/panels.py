"""The panels of people: how to reach them, what belongs to them."""

from typing import Any

from rapport.customers.people.models import ContactPoint, Party
from rapport.customers.people.queries import members_of, parts_of
from rapport.customers.people.rules import international
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.queries import user_names
from rapport.foundation.kernel.records.queries import verbs_on
from rapport.foundation.kernel.records.rules import record_type
from rapport.foundation.ui.queries import said

ADDRESSES = {"email": "mailto:", "phone": "tel:", "link": ""}


def head(party: Party, actor: Actor, request: Any) -> dict[str, Any]:
    """Stage, owner and freshness, under the name."""
    return {"party": party, "owner": user_names().get(party.owner_id or 0, "")}


def reach(party: Party, actor: Actor, request: Any) -> dict[str, Any]:
    """Contact points, addresses, dates, relations, tags and consents."""
    parts = parts_of(party, actor)
    by = next(field for field in record_type("consents").fields if field.name == "channel")
    return {
        "contacts": [
            {
                "point": point,
                "href": f"{ADDRESSES[point.type]}{point.normal.partition(';')[0] or point.value}"
                if point.type in ADDRESSES and _is_safe(point)
                else "",
                "normal": international(point.normal) if point.type == "phone" and point.normal else "",
            }
            for point in parts.contacts
        ],
        "parts": parts,
        "consents": [(one, said(by, one.channel)) for one in parts.consents],
        "may_edit": Verb.EDIT in verbs_on(record_type(party.record_type), party, actor),
        "kinds": ("contact-points", "addresses", "dates", "relations", "tags", "consents"),
    }


def _is_safe(point: ContactPoint) -> bool:
    """A link is only a link when it begins as one on the web does."""
    return point.type != ContactPoint.Type.LINK or point.value.lower().startswith(("http://", "https://"))


def members(party: Party, actor: Actor, request: Any) -> dict[str, Any] | None:
    """Who belongs to an organisation or household."""
    found = members_of(party, actor)
    return {"members": found} if found else None
