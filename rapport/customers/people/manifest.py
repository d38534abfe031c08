"""What people offer the rest: three record types over one table, and the parts of a party."""

from typing import Any

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from rapport.customers.people import panels
from rapport.customers.people.models import (
    Consent,
    ContactPoint,
    Party,
    PartyTag,
    PostalAddress,
    Relation,
    Remembered,
    Stage,
    is_quiet,
)
from rapport.customers.people.queries import (
    department_choices,
    known_parties,
    line_under,
    owner_choices,
    team_choices,
    told_apart,
)
from rapport.customers.people.services import prepare_contact, prepare_party, project
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.fields.rules import FieldSpec, FieldType
from rapport.foundation.kernel.ledger.services import register_projection
from rapport.foundation.kernel.records.rules import Panel, RecordType, View, register, register_panel
from rapport.foundation.ui.queries import register_verbs
from rapport.foundation.ui.shell import record_menu, register_menu
from rapport.foundation.ui.words import language_name

CHANNELS = (
    ("phone", _("Phone")),
    ("email", _("E-mail")),
    ("chat", _("Chat")),
    ("letter", _("Letter")),
    ("in_person", _("In person")),
    ("video", _("Video")),
)

_NAME = FieldSpec("name", _("Name"), required=True, in_list=True, sortable=True, searchable=True)
_ORGANISATION = FieldSpec(
    "organisation", _("Organisation"), FieldType.RECORD, to="organisations", in_list=True, filterable=True
)
_COMMON = (
    FieldSpec(
        "stage", _("Stage"), FieldType.CHOICE, choices=tuple(Stage.choices), in_list=True, filterable=True
    ),
    FieldSpec(
        "last_contact_at",
        _("Last words"),
        FieldType.MOMENT,
        in_list=True,
        in_form=False,
        sortable=True,
        editable=False,
    ),
    FieldSpec(
        "next_promise_due",
        _("Promised"),
        FieldType.DATE,
        in_list=True,
        in_form=False,
        sortable=True,
        editable=False,
    ),
    FieldSpec("quiet_from", _("Quiet from"), FieldType.MOMENT, in_form=False, sortable=True, editable=False),
    FieldSpec("owner", _("Owner"), FieldType.USER, choices=owner_choices, in_list=True, filterable=True),
    FieldSpec("team", _("Team"), FieldType.TEAM, choices=team_choices, filterable=True),
    FieldSpec(
        "department", _("Department"), FieldType.DEPARTMENT, choices=department_choices, filterable=True
    ),
    FieldSpec("language", _("Language"), say=language_name),
    FieldSpec("channel", _("Reach by"), FieldType.CHOICE, choices=CHANNELS, filterable=True),
    FieldSpec("best_from", _("Best hour, from"), FieldType.TIME),
    FieldSpec("best_to", _("Best hour, to"), FieldType.TIME),
    FieldSpec("time_zone", _("Time zone"), help=_("Such as Europe/Riga. Without it, the country tells.")),
    FieldSpec("let_be_until", _("Let be until"), FieldType.DATE, help=_("Not going quiet before this day.")),
    FieldSpec("sort_as", _("Sort as"), help=_("Only if the list should put it elsewhere.")),
    FieldSpec("external_id", _("Number elsewhere"), help=_("The key of this record in another system.")),
    FieldSpec("updated_at", _("Changed"), FieldType.MOMENT, in_form=False, sortable=True, editable=False),
    FieldSpec("created_at", _("Added"), FieldType.MOMENT, in_form=False, editable=False),
)

# Whoever fell silent last comes first: there is most to be saved.
_VIEWS = (
    View("quiet", _("Going quiet"), lambda: is_quiet(now()), "-quiet_from"),
    View("waiting", _("Waiting for us"), lambda: Q(next_promise_due__lt=localdate()), "next_promise_due"),
)

PEOPLE = RecordType(
    key="people",
    model=Party,
    label=_("Person"),
    plural=_("People"),
    icon="user-round",
    noun="person",
    one="%(name)s",
    fields=(
        _NAME,
        FieldSpec("native_name", _("Name in own script"), searchable=True),
        FieldSpec("call_me", _("Call me"), searchable=True),
        FieldSpec(
            "said_like",
            _("Said like"),
            help=_("How the name is spoken, such as: SHER-sti."),
            imports_as=("pronunciation", "phonetic name", "phonetic"),
        ),
        _ORGANISATION,
        FieldSpec("job_title", _("Job title"), searchable=True),
        FieldSpec("unit", _("Department there")),
        *_COMMON,
    ),
    rows=lambda: Party.objects.people(),
    defaults={"kind": "person"},
    known=known_parties,
    apart=told_apart,
    line=line_under,
    prepare=prepare_party,
    peers=("organisation",),
    views=_VIEWS,
    order=10,
)
ORGANISATIONS = RecordType(
    key="organisations",
    model=Party,
    label=_("Organisation"),
    plural=_("Organisations"),
    icon="building-2",
    noun="organisation",
    one="%(name)s",
    is_firm=True,
    fields=(
        _NAME,
        FieldSpec("native_name", _("Name in own script"), searchable=True),
        FieldSpec("organisation", _("Part of"), FieldType.RECORD, to="organisations", filterable=True),
        *_COMMON,
    ),
    rows=lambda: Party.objects.organisations(),
    defaults={"kind": "organisation"},
    known=known_parties,
    apart=told_apart,
    line=line_under,
    prepare=prepare_party,
    peers=("organisation",),
    views=_VIEWS,
    order=20,
)
HOUSEHOLDS = RecordType(
    key="households",
    model=Party,
    label=_("Household"),
    plural=_("Households"),
    icon="house",
    noun="household",
    one="%(name)s",
    fields=(_NAME, *_COMMON),
    rows=lambda: Party.objects.households(),
    defaults={"kind": "household"},
    known=known_parties,
    apart=told_apart,
    line=line_under,
    prepare=prepare_party,
    peers=("organisation",),
    views=_VIEWS,
    order=30,
)

LABELS = (
    ("work", _("Work")),
    ("home", _("Home")),
    ("mobile", _("Mobile")),
    ("fax", _("Fax")),
    ("other", _("Other")),
)
CONTACTS = RecordType(
    key="contact-points",
    model=ContactPoint,
    label=_("Contact point"),
    plural=_("Contact points"),
    icon="phone",
    noun="contact",
    one="%(type)s %(value)s",
    fields=(
        FieldSpec(
            "type",
            _("What"),
            FieldType.CHOICE,
            choices=tuple(ContactPoint.Type.choices),
            required=True,
            editable=True,
        ),
        FieldSpec("value", _("Number or address"), required=True),
        FieldSpec("label", _("Kind"), help=_("Work, home, mobile, or a word of your own.")),
    ),
    rows=lambda: ContactPoint.objects.all(),
    prepare=prepare_contact,
    peers=("party",),
    is_part=True,
)
ADDRESSES = RecordType(
    key="addresses",
    model=PostalAddress,
    label=_("Address"),
    plural=_("Addresses"),
    icon="map-pin",
    noun="address",
    one=_("address %(street)s %(postal_code)s %(city)s"),
    fields=(
        FieldSpec("street", _("Street"), FieldType.LONG_TEXT),
        FieldSpec("extended", _("Building, floor")),
        FieldSpec("po_box", _("PO box")),
        FieldSpec("postal_code", _("Postal code")),
        FieldSpec("city", _("City")),
        FieldSpec("region", _("Region")),
        FieldSpec("country", _("Country")),
        FieldSpec("label", _("Kind"), help=_("Work, home, or a word of your own.")),
    ),
    rows=lambda: PostalAddress.objects.all(),
    peers=("party",),
    is_part=True,
)
DATES = RecordType(
    key="dates",
    model=Remembered,
    label=_("Date to remember"),
    plural=_("Dates to remember"),
    icon="gift",
    noun="date",
    one=_("date %(label)s"),
    fields=(
        FieldSpec("label", _("What"), required=True),
        FieldSpec("day", _("Day"), FieldType.WHOLE, required=True),
        FieldSpec("month", _("Month"), FieldType.WHOLE, required=True),
        FieldSpec("year", _("Year"), FieldType.WHOLE, help=_("Leave it empty when you do not know.")),
    ),
    rows=lambda: Remembered.objects.all(),
    peers=("party",),
    is_part=True,
)
RELATIONS = RecordType(
    key="relations",
    model=Relation,
    label=_("Relation"),
    plural=_("Relations"),
    icon="users",
    noun="relation",
    one=_("relation %(label)s %(other)s %(other_name)s"),
    fields=(
        FieldSpec(
            "label", _("What they are"), required=True, help=_("Such as: her father, works with, accountant.")
        ),
        FieldSpec("other_name", _("Name"), help=_("Of somebody who is not in Rapport.")),
        FieldSpec("other", _("Person or organisation"), FieldType.RECORD, to="people"),
        FieldSpec("begin_date", _("Since"), FieldType.DATE),
        FieldSpec("end_date", _("Until"), FieldType.DATE),
    ),
    rows=lambda: Relation.objects.all(),
    peers=("party", "other"),
    is_part=True,
)
TAGS = RecordType(
    key="tags",
    model=PartyTag,
    label=_("Tag"),
    plural=_("Tags"),
    icon="tag",
    noun="tag",
    one=_("tag %(tag)s"),
    fields=(FieldSpec("tag", _("Tag"), required=True),),
    rows=lambda: PartyTag.objects.all(),
    peers=("party",),
    is_part=True,
    for_many=True,
)
CONSENTS = RecordType(
    key="consents",
    model=Consent,
    label=_("Consent"),
    plural=_("Consents"),
    icon="shield-check",
    noun="consent",
    one=_("consent %(purpose)s by %(channel)s"),
    fields=(
        FieldSpec(
            "purpose", _("For what"), required=True, help=_("Such as: offers, invitations, service news.")
        ),
        FieldSpec("channel", _("By"), FieldType.CHOICE, choices=CHANNELS, required=True),
        FieldSpec("is_given", _("Allowed"), FieldType.YES_NO),
        FieldSpec(
            "source", _("How we know"), required=True, help=_("Such as: form of 3 May, said by phone.")
        ),
        FieldSpec("said_date", _("Said on"), FieldType.DATE, required=True),
    ),
    rows=lambda: Consent.objects.all(),
    peers=("party",),
    is_part=True,
)
PARTS = (CONTACTS, ADDRESSES, DATES, RELATIONS, TAGS, CONSENTS)


def verbs_of(label: Any) -> dict[str, Any]:
    """The verbs every record type has, in words."""
    return {
        "created": format_lazy(_("added: {label}"), label=label),
        "edited": format_lazy(_("corrected: {label}"), label=label),
        "deleted": format_lazy(_("deleted: {label}"), label=label),
        "undone": format_lazy(_("took back: {label}"), label=label),
    }


for _one in (PEOPLE, ORGANISATIONS, HOUSEHOLDS, *PARTS):
    register(_one)
register_projection("people", project)

_PARTIES = ("people", "organisations", "households")
register_panel(Panel("standing", _PARTIES, "people/head.html", panels.head, "head"))
register_panel(Panel("reach", _PARTIES, "people/reach.html", panels.reach, "side", 10))
register_panel(
    Panel("members", ("organisations", "households"), "people/members.html", panels.members, "side", 20)
)

for _one, _key, _icon in (
    (PEOPLE, "p", "users"),
    (ORGANISATIONS, "o", "building-2"),
    (HOUSEHOLDS, "h", "house"),
):
    register_menu(record_menu(_one, key=_key, icon=_icon))
register_verbs(
    {
        f"{one.noun}.{verb}": words
        for one, label in ((one, one.label) for one in (PEOPLE, ORGANISATIONS, HOUSEHOLDS, *PARTS))
        for verb, words in verbs_of(label).items()
    }
)
