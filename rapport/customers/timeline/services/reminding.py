"""Reminders: asked for, snoozed, done, the inbox emptied; and when they come unasked. Nobody else is touched."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from rapport.customers.timeline.models import Reminder, ReminderWish
from rapport.customers.timeline.queries.reminders import Remembered
from rapport.customers.timeline.services.recording import NobodyThere, may_create
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.ledger.rules import Source
from rapport.foundation.kernel.ledger.services import Writer, act
from rapport.foundation.kernel.records.rules import RecordType
from rapport.foundation.kernel.records.services import Written


def remind(
    kind: RecordType,
    record: int,
    when: datetime,
    words: str = "",
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> Written[Reminder]:
    """Ask to be reminded of a record at a moment, in words of one's own or none.

    Raises NotAllowed, NobodyThere, AlreadyDone."""
    # Whoever may note something about customers may note for themselves when to think of them.
    may_create(actor, "notes")
    if not kind.visible_to(actor).filter(pk=record).exists():
        raise NobodyThere(_("There is nothing there to be reminded of."))
    with act("reminder.set", actor=actor, source=source, at=at, key=key) as writer:
        reminder = Reminder(user_id=actor.key or 0, of=kind.key, record=record, at=when, words=words)
        writer.create(reminder)
    return Written(reminder, writer.id)


def snooze(
    one: Remembered, until: datetime, *, actor: Actor, source: Source, at: datetime, key: str | None = None
) -> int | None:
    """Be reminded of it again at a moment; returns the act, None where it stood so. Raises AlreadyDone."""
    with act("reminder.snoozed", actor=actor, source=source, at=at, key=key) as writer:
        _write(writer, one, actor, at=until)
    return writer.id if writer.written else None


def finish(
    some: Sequence[Remembered], *, actor: Actor, source: Source, at: datetime, key: str | None = None
) -> int | None:
    """Say that one has thought of one of them, or of all that were due; returns the act, None where all were done.

    Raises AlreadyDone."""
    verb = "reminder.done" if len(some) == 1 else "reminder.emptied"
    with act(verb, actor=actor, source=source, at=at, key=key) as writer:
        for one in some:
            _write(writer, one, actor, at=one.at, done_at=at)
    return writer.id if writer.written else None


def choose_reminders(
    *, actor: Actor, source: Source, at: datetime, key: str | None = None, **wanted: int | bool | None
) -> int | None:
    """Choose how and when one is reminded unasked, by the fields of ReminderWish; returns the act.

    Raises AlreadyDone."""
    with act("reminder.chosen", actor=actor, source=source, at=at, key=key) as writer:
        _lock(actor)
        if there := ReminderWish.objects.filter(user=actor.key).first():
            writer.update(there, **wanted)
        else:
            writer.create(ReminderWish(user_id=actor.key or 0, **wanted))
    return writer.id if writer.written else None


def _write(writer: Writer, one: Remembered, actor: Actor, **values: Any) -> None:
    """Change its row; one that came by itself gets a row now, unless another window of the same user was first."""
    _lock(actor)
    mine = Reminder.objects.visible_to(actor).open()
    if one.key:
        if live := mine.select_for_update().filter(pk=one.key).first():
            writer.update(live, **values)
        return
    told: dict[str, Any] = {
        "user_id": actor.key,
        "of": one.kind.key,
        "record": one.record.pk,
        "instead_of": one.hour,
    }
    if not Reminder.objects.filter(**told).exists():
        writer.create(Reminder(**told, **values))


def _lock(actor: Actor) -> None:
    """Make two windows of one user come one after the other."""
    User.objects.select_for_update().filter(pk=actor.key or 0).first()
