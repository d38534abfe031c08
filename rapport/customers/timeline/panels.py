"""The panels of the timeline on a record's page, its sections of Today, and what the find box does with a record."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction, Meeting, Note, Promise
from rapport.customers.timeline.queries import (
    Owed,
    appointment,
    awaited,
    brief,
    consents_lately,
    expected,
    firm_figures,
    going_quiet,
    kept_lately,
    last_words,
    left_for,
    meetings_ahead,
    meetings_unsaid,
    mentions_of,
    name_of,
    owed_by_department,
    participants,
    promised_to_firm,
    promises_coming,
    promises_due,
    quiet_by_stage,
    reminders_due,
    spoken_lately,
    story,
    without_next_step,
)
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.records.queries import verbs_on
from rapport.foundation.kernel.records.rules import RecordType, panels_of, record_type, type_of
from rapport.foundation.ui.commands import Command
from rapport.foundation.ui.queries import address, said


def brief_panel(party: Party, actor: Actor, request: Any) -> dict[str, Any] | None:
    """Before you talk; nothing when nothing is known."""
    found = brief(party, actor, now())
    # What other apps have open with the party: their panels for the column "brief".
    built = ((panel, panel.build(party, actor, request)) for panel in panels_of(party.record_type, "brief"))
    open_ = [{"panel": panel, "context": context} for panel, context in built if context is not None]
    return {"brief": found, "party": party, "open": open_} if found or open_ else None


def story_panel(party: Party, actor: Actor, request: Any) -> dict[str, Any]:
    """The story so far."""
    channel = request.GET.get("channel", "")
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    page = story(party, actor, channel=channel, before=before, after=after)
    return {
        "story": page,
        "channel": channel,
        "party": party,
        "may_note": actor.may("notes", "create"),
        "may_say": actor.may("interactions", "create"),
        "may_plan": actor.may("meetings", "create"),
        "kind": type_of(party),
    }


def with_whom(interaction: Interaction, actor: Actor, request: Any) -> dict[str, Any]:
    """Who took part in an interaction, and whether the reader may correct that."""
    kind = type_of(interaction)
    may_edit = kind is not None and Verb.EDIT in verbs_on(kind, interaction, actor)
    return {"participants": participants(interaction, actor), "may_edit": may_edit, "record": interaction}


def to_whom(promise: Promise, actor: Actor, request: Any) -> dict[str, Any]:
    """Whom a promise was made to, or by, and how it ended."""
    return {
        "promise": promise,
        "parties": [promise.party],
        "closure": getattr(promise, "closure", None),
        "may_note": actor.may("notes", "create"),
    }


def how_it_went(meeting: Meeting, actor: Actor, request: Any) -> dict[str, Any]:
    """Whom a meeting is agreed with, and what became of it."""
    one = appointment(meeting, actor, now())
    return {
        "one": one,
        "parties": one.parties,
        "closure": getattr(one.meeting, "closure", None),
        "may_note": actor.may("notes", "create"),
    }


def files_of(record: Interaction | Note, actor: Actor, request: Any) -> dict[str, Any] | None:
    """The files that came with what was said or noted; nothing where there are none and the reader may add none."""
    kind = type_of(record)
    may_edit = kind is not None and Verb.EDIT in verbs_on(kind, record, actor)
    found = list(record.files.order_by("pk"))
    return {"files": found, "may_edit": may_edit, "of": kind, "record": record} if found or may_edit else None


def about_whom(note: Any, actor: Actor, request: Any) -> dict[str, Any]:
    """Whom a note is about."""
    return {"parties": [note.party]}


def due_section(actor: Actor, day: date) -> dict[str, Any]:
    """Promises to keep; what to do first where there is nobody yet."""
    due = promises_due(actor, day)
    kept, closed = kept_lately(actor)
    words = _("You kept %(kept)s of your last %(closed)s") % {"kept": kept, "closed": closed}
    return {
        "due": due,
        "kept_words": words if closed else "",
        "finding": _finding(due, day),
        "is_new": not due and not Party.objects.visible_to(actor).exists(),
    }


def _finding(due: Sequence[Owed], day: date) -> str:
    """The page's sentence: what is late comes first; nothing when nothing is due."""
    late = sum(1 for one in due if one.promise.due_date < day)
    if late:
        return ngettext("%(count)s promise is late.", "%(count)s promises are late.", late) % {"count": late}
    if due:
        return ngettext(
            "%(count)s promise falls due today.", "%(count)s promises fall due today.", len(due)
        ) % {"count": len(due)}
    return ""


def left_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """What colleagues left for me."""
    found = left_for(actor, day)
    return {"title": _("Left for you"), "owed": found, "is_left": True} if found else None


def awaited_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """What was promised to me, and is due."""
    found = awaited(actor, day)
    return {"title": _("Promised to you, and due"), "owed": found} if found else None


def coming_section(actor: Actor, day: date) -> dict[str, Any]:
    """My promises for later."""
    return {"coming": promises_coming(actor, day)}


def unsaid_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """Meetings whose hour has come and of which nobody has said how they went."""
    found = meetings_unsaid(actor, now())
    return {"meetings": found} if found else None


def next_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """The next meeting of the day with the last words of whom it is with, and those after it."""
    found = meetings_ahead(actor, day, now())
    if not found:
        return None
    party = found[0].party
    return {
        "next": found[0],
        "then": found[1:],
        "is_all": found.is_all,
        "last": last_words(party) if party else None,
    }


def quiet_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """Those of mine who are going quiet."""
    found = going_quiet(actor, now())
    return {"quiet": found} if found else None


def stepless_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """Those of mine who may buy and with whom nothing stands to be done."""
    found = without_next_step(actor, now())
    return {"heard": found} if found else None


def lately_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """Whom we spoke with lately, for whoever answers the door and the telephone: they may be calling back."""
    found = spoken_lately(actor, now())
    return {"heard": found} if found else None


def reminders_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """What I am to think of now. A promise or a meeting whose hour has come has its row in another section."""
    at = now()
    found = [one for one in reminders_due(actor, at) if one.key or (one.hour and one.hour > at)]
    return {"due": found} if found else None


def mentions_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """What was said in which colleagues named me, until I have taken note of it."""
    found = mentions_of(actor)
    return {"mentions": found} if found else None


def expected_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """Who comes today, and to whom."""
    found = expected(actor, day, now())
    who = [(one, name_of(one.meeting.owner_id)) for one in found]
    return {"meetings": who, "number": found.number} if found else None


def department_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """What my department owes today, whoever of a shift has promised it."""
    found = owed_by_department(actor, day)
    return {"title": _("Owed by your department"), "watched": found} if found else None


def promised_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """What was promised to colleagues and is due, for whoever follows what comes in."""
    found = promised_to_firm(actor, day)
    return {"title": _("Promised to colleagues, and due"), "watched": found} if found else None


def consents_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """Who said lately that we may write to them, or may no more."""
    by = next(field for field in record_type("consents").fields if field.name == "channel")
    found = [(one, said(by, one.channel)) for one in consents_lately(actor, day)]
    return {"consents": found} if found else None


def stages_section(actor: Actor, day: date) -> dict[str, Any] | None:
    """Of which stage people go quiet."""
    found = quiet_by_stage(actor, now())
    return {"title": _("Who is going quiet"), "figures": found} if found else None


def firm_section(actor: Actor, day: date) -> dict[str, Any]:
    """How the firm stands with its customers."""
    return {"title": _("The firm and its customers"), "figures": firm_figures(actor, day, now())}


def commands_on(kind: RecordType, record: Any, actor: Actor) -> Iterator[Command]:
    """What can be done with a record that one has before one."""
    if isinstance(record, Party):
        yield from _commands_with(record, actor)
    if (
        isinstance(record, Promise)
        and not hasattr(record, "closure")
        and Verb.EDIT in verbs_on(kind, record, actor)
    ):
        closing = address("timeline:closing", record.pk)
        yield Command(_("Keep"), "check", closing, posts=True, name="how", value="kept")
        yield Command(_("Move"), "calendar-clock", address("timeline:moving", record.pk))
        yield Command(_("Hand over"), "user-round-plus", address("timeline:handing-over", record.pk))
    if (
        isinstance(record, Meeting)
        and not hasattr(record, "closure")
        and Verb.EDIT in verbs_on(kind, record, actor)
    ):
        yield Command(_("Held"), "check", address("timeline:holding", record.pk))
        yield Command(_("Move"), "calendar-clock", address("timeline:moving-meeting", record.pk))
    if actor.may("notes", Verb.CREATE):
        yield Command(_("Remind me"), "alarm-clock", address("timeline:reminding", kind, record.pk), "R")


def _commands_with(party: Party, actor: Actor) -> Iterator[Command]:
    """What passes between us and a party."""
    ways = (
        ("interactions", _("Record what was said"), "messages-square", "timeline:saying", ""),
        ("promises", _("Promise"), "hand-heart", "timeline:promising", "P"),
        ("meetings", _("Plan a meeting"), "calendar-plus", "timeline:planning", ""),
        ("notes", _("Note"), "sticky-note", "timeline:noting", ""),
    )
    for written, label, icon, route, key in ways:
        if actor.may(written, Verb.CREATE):
            yield Command(label, icon, address(route, party.pk), key)
