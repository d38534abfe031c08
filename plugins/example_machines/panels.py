"""The panel of machines on an organisation's page."""

from typing import Any

from example_machines.queries import machines_at
from rapport.customers.people.models import Party
from rapport.foundation.kernel.access.rules import Actor


def machines(party: Party, actor: Actor, request: Any) -> dict[str, Any] | None:
    """What stands at this organisation."""
    found = machines_at(party, actor)
    return {"machines": found} if found else None
