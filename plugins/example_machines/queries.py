"""What pages ask about machines."""

from collections.abc import Mapping, Sequence

from example_machines.models import Machine
from rapport.customers.people.models import Party
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.records.rules import Known


def known_machines(keys: Sequence[int]) -> Mapping[int, Known]:
    """What each machine is found by: its name, its serial number, and where it stands."""
    rows = Machine.objects.filter(pk__in=keys).values_list("pk", "name", "serial", "organisation__name")
    return {key: Known(name, organisation or "", [serial]) for key, name, serial, organisation in rows}


def machines_at(organisation: Party, actor: Actor) -> list[Machine]:
    """The machines at an organisation that this actor may see, by name."""
    return list(Machine.objects.visible_to(actor).filter(organisation=organisation).order_by("name", "pk"))
