"""What the example offers the rest: one record type, a panel on organisations, a place in the menu."""

from django.utils.translation import gettext_lazy as _

from example_machines import panels
from example_machines.models import Machine
from example_machines.queries import known_machines
from rapport.customers.people.queries import owner_choices
from rapport.foundation.kernel.fields.rules import FieldSpec, FieldType
from rapport.foundation.kernel.records.rules import Panel, RecordType, register, register_panel
from rapport.foundation.ui.queries import register_verbs
from rapport.foundation.ui.shell import record_menu, register_menu

MACHINES = RecordType(
    key="machines",
    model=Machine,
    label=_("Machine"),
    plural=_("Machines"),
    icon="coffee",
    noun="machine",
    one=_("machine %(name)s"),
    fields=(
        FieldSpec("name", _("Name"), required=True, in_list=True, sortable=True, searchable=True),
        FieldSpec("serial", _("Serial number"), in_list=True, filterable=True, searchable=True),
        FieldSpec("organisation", _("Stands at"), FieldType.RECORD, to="organisations", in_list=True),
        FieldSpec("set_up_date", _("Set up"), FieldType.DATE, in_list=True),
        FieldSpec("owner", _("Owner"), FieldType.USER, choices=owner_choices, filterable=True),
    ),
    rows=Machine.objects.all,
    known=known_machines,
    peers=("organisation", "owner"),
    default_sort="name",
    order=200,
)

register(MACHINES)
register_panel(
    Panel("machines", ("organisations",), "example_machines/machines.html", panels.machines, "side", 50)
)
register_menu(record_menu(MACHINES, key="m", icon="coffee"))
register_verbs(
    {
        "machine.created": _("added a machine"),
        "machine.edited": _("corrected a machine"),
        "machine.deleted": _("deleted a machine"),
        "machine.undone": _("took back what was done with a machine"),
    }
)
