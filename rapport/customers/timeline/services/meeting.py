"""What becomes of a planned meeting: held, when it turns into an interaction; moved; or missed, with a word why."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Guest, Interaction, Meeting, MeetingClosure, Participant
from rapport.customers.timeline.services.naming import name_colleagues
from rapport.customers.timeline.services.recording import (
    Promised,
    may_create,
    seen_parties,
    take_part,
    write_promise,
)
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.ledger.rules import Refused, Source
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.services import NotAllowed, Written


class EndedBefore(Refused):
    """Somebody said before how the meeting went."""


class Planned(Struct, frozen=True):
    """What is agreed: when, for how long, how, where and what about."""

    at: datetime
    minutes: int | None = None
    channel: str = "in_person"
    place: str = ""
    words: str = ""


class Held(Struct, frozen=True):
    """How a meeting went: what was said, for how long, how they seemed."""

    words: str
    minutes: int | None = None
    feeling: str = ""


def plan_meeting(
    parties: Sequence[Party | int],
    planned: Planned,
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> Written[Meeting]:
    """Agree on an hour with these parties (or their keys). Raises NotAllowed, NobodyThere, AlreadyDone."""
    may_create(actor, "meetings")
    seen = seen_parties(parties, actor)
    with act("meeting.planned", actor=actor, source=source, at=at, key=key) as writer:
        meeting = writer.create(
            Meeting(
                at=planned.at,
                minutes=planned.minutes,
                channel=planned.channel,
                place=planned.place,
                words=planned.words,
                owner_id=actor.key,
            )
        )
        take_part(writer, partial(Guest, meeting=meeting), seen)
    return Written(meeting, writer.id)


def _live(meeting: Meeting, actor: Actor) -> Meeting:
    """The meeting under its lock. Raises NotAllowed, EndedBefore."""
    if not Meeting.objects.visible_to(actor, Verb.EDIT).filter(pk=meeting.pk).exists():
        raise NotAllowed(_("This is somebody else's meeting. Ask them to say how it went."))
    # The lock makes two people who close one meeting at once come one after the other.
    live = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if closure := MeetingClosure.objects.select_related("by").filter(meeting_id=meeting.pk).first():
        raise EndedBefore(
            _("%(who)s said how this meeting went before you.") % {"who": closure.by or _("Somebody")}
        )
    return live


def hold_meeting(
    meeting: Meeting,
    held: Held,
    promised: Promised | None = None,
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> Written[Interaction]:
    """Say that a meeting was held: what was said becomes an interaction with those it was agreed with.

    Raises NotAllowed, EndedBefore, AlreadyDone."""
    may_create(actor, "interactions")
    with act("meeting.held", actor=actor, source=source, at=at, key=key) as writer:
        live = _live(meeting, actor)
        said = Interaction(
            # One that is told of early was held now, not in the future.
            at=min(live.at, at),
            channel=live.channel,
            words=held.words,
            minutes=held.minutes,
            feeling=held.feeling,
            owner_id=live.owner_id,
        )
        interaction = writer.create(said)
        guests = list(Guest.objects.filter(meeting=live).select_related("party").order_by("pk"))
        for guest in guests:
            part = Participant(
                interaction=interaction, party=guest.party, is_organisation_of=guest.is_organisation_of
            )
            writer.create(part)
        name_colleagues(writer, interaction, actor)
        if promised is not None:
            write_promise(writer, guests[0].party, promised, actor, at, interaction)
        writer.create(MeetingClosure(meeting=live, interaction=interaction, at=at, by_id=actor.key))
    return Written(interaction, writer.id)


def miss_meeting(
    meeting: Meeting, why: str = "", *, actor: Actor, source: Source, at: datetime, key: str | None = None
) -> int:
    """Say that a meeting did not take place, with a word why; the story keeps telling of it. Returns the act.

    Raises NotAllowed, EndedBefore, AlreadyDone."""
    with act("meeting.missed", actor=actor, source=source, at=at, key=key) as writer:
        writer.create(MeetingClosure(meeting=_live(meeting, actor), at=at, by_id=actor.key, why=why))
    return writer.id


def move_meeting(
    meeting: Meeting,
    planned_at: datetime,
    minutes: int | None = None,
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> int | None:
    """Move a meeting to another hour; its history keeps the hours it had. None when it was there already.

    Raises NotAllowed, EndedBefore, AlreadyDone."""
    with act("meeting.moved", actor=actor, source=source, at=at, key=key) as writer:
        writer.update(_live(meeting, actor), at=planned_at, minutes=minutes)
    return writer.id if writer.written else None
