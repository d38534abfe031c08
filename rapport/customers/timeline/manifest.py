"""What the timeline offers the rest: interactions, promises and notes, and the story on every party's page."""

from django.utils.translation import gettext_lazy as _

from rapport.customers.people.queries import owner_choices
from rapport.customers.timeline.models import Channel, Direction, Interaction, Note, Promise
from rapport.customers.timeline.services import project
from rapport.foundation.kernel.fields.rules import FieldSpec, FieldType
from rapport.foundation.kernel.ledger.services import register_projection
from rapport.foundation.kernel.records.rules import RecordType, register

INTERACTIONS = RecordType(
    key="interactions",
    model=Interaction,
    label=_("Interaction"),
    plural=_("Interactions"),
    icon="messages-square",
    noun="interaction",
    fields=(
        FieldSpec("words", _("What was said"), FieldType.LONG_TEXT, required=True),
        FieldSpec("at", _("When"), FieldType.MOMENT, required=True),
        FieldSpec("channel", _("How"), FieldType.CHOICE, choices=tuple(Channel.choices), required=True),
        FieldSpec("direction", _("Who began"), FieldType.CHOICE, choices=tuple(Direction.choices), required=True),
        FieldSpec("minutes", _("Minutes"), FieldType.WHOLE),
    ),
    rows=lambda: Interaction.objects.all(),
    peers=("owner",),
    default_sort="-at",
    order=40,
)
PROMISES = RecordType(
    key="promises",
    model=Promise,
    label=_("Promise"),
    plural=_("Promises"),
    icon="hand-heart",
    noun="promise",
    fields=(
        FieldSpec("words", _("What was promised"), required=True),
        FieldSpec("due_date", _("By when"), FieldType.DATE, required=True),
        FieldSpec("due_time", _("At what hour"), FieldType.TIME),
        FieldSpec("is_ours", _("We promised it"), FieldType.YES_NO),
        FieldSpec("owner", _("Who keeps it"), FieldType.USER, choices=owner_choices),
    ),
    rows=lambda: Promise.objects.all(),
    peers=("party", "owner"),
    default_sort="due_date",
    order=50,
)
NOTES = RecordType(
    key="notes",
    model=Note,
    label=_("Note"),
    plural=_("Notes"),
    icon="sticky-note",
    noun="note",
    fields=(
        FieldSpec("words", _("Note"), FieldType.LONG_TEXT, required=True),
        FieldSpec("is_pinned", _("Pinned"), FieldType.YES_NO),
        FieldSpec("is_private", _("Only for me"), FieldType.YES_NO),
    ),
    rows=lambda: Note.objects.all(),
    peers=("party", "owner"),
    default_sort="-at",
    order=60,
)

for _one in (INTERACTIONS, PROMISES, NOTES):
    register(_one)
# After "people", whose measures it completes.
register_projection("story", project)
