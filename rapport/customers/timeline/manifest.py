"""What the timeline offers the rest: interactions, promises and notes, and the story on every party's page."""

from django.utils.translation import gettext_lazy as _

from rapport.customers.people.queries import owner_choices
from rapport.customers.timeline import panels
from rapport.customers.timeline.models import (
    Channel,
    Direction,
    Feeling,
    Interaction,
    Meeting,
    Note,
    Outcome,
    Promise,
)
from rapport.customers.timeline.queries import mail_checks
from rapport.customers.timeline.queries.told import told
from rapport.customers.timeline.rules.sections import Section, register_section
from rapport.customers.timeline.services import follow_files, mail_reminders, project, sweep_files
from rapport.foundation.kernel.checks.queries import register_checks
from rapport.foundation.kernel.fields.rules import FieldSpec, FieldType
from rapport.foundation.kernel.jobs.services import register_work, register_work_beside
from rapport.foundation.kernel.ledger.services import register_projection
from rapport.foundation.kernel.records.rules import (
    Panel,
    RecordType,
    register,
    register_panel,
    register_personal,
)
from rapport.foundation.ui.commands import register_commands
from rapport.foundation.ui.queries import register_verbs
from rapport.foundation.ui.shell import MenuItem, register_menu

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
        FieldSpec(
            "direction", _("Who began"), FieldType.CHOICE, choices=tuple(Direction.choices), required=True
        ),
        FieldSpec("minutes", _("Minutes"), FieldType.WHOLE),
        FieldSpec("outcome", _("What came of it"), FieldType.CHOICE, choices=tuple(Outcome.choices)),
        FieldSpec("feeling", _("How they seemed"), FieldType.CHOICE, choices=tuple(Feeling.choices)),
    ),
    rows=lambda: Interaction.objects.all(),
    told=told(Interaction),
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
    told=told(Promise),
    peers=("party", "owner"),
    default_sort="due_date",
    order=50,
)
MEETINGS = RecordType(
    key="meetings",
    model=Meeting,
    label=_("Meeting"),
    plural=_("Meetings"),
    icon="calendar-clock",
    noun="meeting",
    fields=(
        FieldSpec("words", _("What about"), FieldType.LONG_TEXT),
        FieldSpec("at", _("When"), FieldType.MOMENT, required=True),
        FieldSpec("minutes", _("Minutes"), FieldType.WHOLE),
        FieldSpec("channel", _("How"), FieldType.CHOICE, choices=tuple(Channel.choices), required=True),
        FieldSpec("place", _("Where")),
        FieldSpec("owner", _("Who of us"), FieldType.USER, choices=owner_choices),
    ),
    rows=lambda: Meeting.objects.all(),
    peers=("owner",),
    default_sort="-at",
    order=45,
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
    told=told(Note),
    peers=("party", "owner"),
    default_sort="-at",
    order=60,
)

for _one in (INTERACTIONS, MEETINGS, PROMISES, NOTES):
    register(_one)
# After "people", whose measures it completes.
register_projection("story", project)
register_projection("files", follow_files)
register_work("files swept", sweep_files, lets_go=True)
register_work_beside("reminder mail", mail_reminders, seconds=20)
register_checks("reminder mail", mail_checks)

_PARTIES = ("people", "organisations", "households")
register_panel(Panel("brief", _PARTIES, "timeline/brief.html", panels.brief_panel, "main", 10))
register_panel(Panel("story", _PARTIES, "timeline/story.html", panels.story_panel, "main", 30))
register_panel(Panel("with-whom", ("interactions",), "timeline/participants.html", panels.with_whom, "main"))
register_panel(Panel("files", ("interactions", "notes"), "timeline/files.html", panels.files_of, "main", 110))
register_panel(Panel("how-it-went", ("meetings",), "timeline/meeting.html", panels.how_it_went, "main"))
register_panel(Panel("to-whom", ("promises",), "timeline/promise.html", panels.to_whom, "main"))
register_panel(Panel("about-whom", ("notes",), "timeline/parties.html", panels.about_whom, "main"))

register_section(Section("unsaid", "timeline/today_unsaid.html", panels.unsaid_section, "main", 5))
register_section(Section("next", "timeline/today_next.html", panels.next_section, "side", 10))
register_section(Section("reminders", "timeline/today_reminders.html", panels.reminders_section, "main", 3))
register_section(Section("mentions", "timeline/today_mentions.html", panels.mentions_section, "main", 25))
register_section(Section("due", "timeline/today_due.html", panels.due_section, "main", 10))
register_section(Section("left", "timeline/today_owed.html", panels.left_section, "main", 20))
register_section(Section("awaited", "timeline/today_owed.html", panels.awaited_section, "main", 30))
register_section(
    Section(
        "stepless", "timeline/today_stepless.html", panels.stepless_section, "main", 35, frozenset({"sales"})
    )
)
_DOOR = frozenset({"front-desk"})
register_section(
    Section("expected", "timeline/today_expected.html", panels.expected_section, "main", 5, _DOOR)
)
for _name, _template, _build, _order, _department in (
    ("firm", "today_firm", panels.firm_section, 5, "management"),
    ("department", "today_watched", panels.department_section, 15, "logistics"),
    ("promised", "today_watched", panels.promised_section, 31, "finance"),
    ("stages", "today_firm", panels.stages_section, 35, "marketing"),
    ("consents", "today_consents", panels.consents_section, 40, "marketing"),
):
    register_section(
        Section(_name, f"timeline/{_template}.html", _build, "main", _order, frozenset({_department}))
    )
register_section(Section("quiet", "timeline/today_quiet.html", panels.quiet_section, "side", 60))
register_section(
    Section(
        "lately",
        "timeline/today_lately.html",
        panels.lately_section,
        "main",
        40,
        frozenset({"front-desk", "service"}),
    )
)
register_section(Section("coming", "timeline/today_coming.html", panels.coming_section, "side", 90))

register_commands(panels.commands_on)
register_menu(MenuItem(_("Today"), "timeline:today", "sun", "t", 1))
register_menu(MenuItem(_("My week"), "timeline:week", "calendar-days", "w", 2))
register_menu(
    MenuItem(_("Reminders"), "timeline:reminders", "alarm-clock", "r", 4, count="timeline:reminders-count")
)
# Whoever is named may not change what was said, yet takes back having read it.
register_personal("mention.taken")
# Whatever is done with reminders is done with one's own.
register_personal(*(f"reminder.{one}" for one in ("set", "snoozed", "done", "emptied", "chosen")))
register_verbs(
    {
        "interaction.recorded": _("recorded what was said"),
        "interaction.edited": _("corrected what was said"),
        "interaction.deleted": _("deleted what was said"),
        "interaction.undone": _("took back what was recorded"),
        "meeting.planned": _("planned a meeting"),
        "meeting.held": _("held a meeting"),
        "meeting.moved": _("moved a meeting"),
        "meeting.missed": _("said that a meeting was missed"),
        "meeting.edited": _("corrected a meeting"),
        "meeting.deleted": _("deleted a meeting"),
        "meeting.undone": _("took back what was done with a meeting"),
        **{f"{noun}.let_be": _("let be for a while") for noun in ("person", "organisation", "household")},
        "promise.made": _("promised"),
        "promise.kept": _("kept a promise"),
        "promise.dropped": _("let a promise go"),
        "promise.moved": _("moved a promise"),
        "promise.handed_over": _("handed a promise over"),
        "promise.taken": _("took what was left for them"),
        "promise.edited": _("changed a promise"),
        "promise.deleted": _("deleted a promise"),
        "promise.undone": _("took back what was done with a promise"),
        "moment.pinned": _("pinned what was said"),
        "moment.unpinned": _("took a pin off"),
        "participant.added": _("added who was there"),
        "participant.removed": _("removed who was not there"),
        "mention.taken": _("took note of being named"),
        "reminder.set": _("asked to be reminded"),
        "reminder.snoozed": _("snoozed a reminder"),
        "reminder.done": _("was done with a reminder"),
        "reminder.emptied": _("was done with all reminders"),
        "reminder.chosen": _("chose when to be reminded"),
        "reminder.undone": _("took back what was done with reminders"),
        "file.attached": _("attached a file"),
        "file.removed": _("removed a file"),
        "file.undone": _("took back what was done with a file"),
        "note.written": _("wrote a note"),
        "note.edited": _("corrected a note"),
        "note.deleted": _("deleted a note"),
        "note.undone": _("took back a note"),
    }
)
