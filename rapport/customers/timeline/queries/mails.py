"""What is to be mailed to a user now, in their language and by their clock: the day in the morning, each reminder at
its time. Only what they may see, and only what still stands."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Meeting, ReminderMail
from rapport.customers.timeline.queries.meetings import Appointment, appointment, meetings_between
from rapport.customers.timeline.queries.reminders import Remembered, reminders_due, wish_of
from rapport.customers.timeline.queries.today import Owed, awaited, promises_between
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import User, Versioned
from rapport.foundation.kernel.actors.queries import house_as_it_stands
from rapport.foundation.kernel.checks.rules import Check
from rapport.foundation.kernel.mail.queries import mail_of
from rapport.foundation.ui.queries import link_to
from rapport.foundation.ui.words import full_date, near_date

# What could not be mailed for this long is told by the inbox and by the next morning alone.
LATEST = timedelta(hours=12)
MOST, LONGEST = 30, 150


class Letter(Struct, frozen=True):
    """What is to be mailed. `about` is the same each time for the same thing; without a subject there is nothing to say
    of it."""

    about: str
    subject: str = ""
    body: str = ""


@contextmanager
def seen_by(user: User) -> Iterator[Actor]:
    """Read as this user does: their rights, their language, their clock."""
    with (
        house_as_it_stands(),
        translation.override(user.language),
        timezone.override(ZoneInfo(user.time_zone)),
    ):
        yield actor_for(user)


def letters_due(actor: Actor, at: datetime) -> list[Letter]:
    """What the actor is to get by mail now, also what they got before; asked within `seen_by`."""
    wish, here = wish_of(actor), timezone.localtime(at)
    found = []
    if wish.morning_hour is not None and here.time() >= time(wish.morning_hour):
        found.append(_morning(actor, here))
    if wish.by_mail:
        due = [one for one in reminders_due(actor, at) if one.at > at - LATEST]
        found += [_reminder(one, actor, here) for one in due]
    return found


def _morning(actor: Actor, here: datetime) -> Letter:
    """The day: told where something falls due on it or became late the day before; what is late longer stands along."""
    day, about = here.date(), f"day {here.date().isoformat()}"
    owed, theirs = promises_between(actor, None, day, day, limit=MOST), awaited(actor, day, limit=MOST)
    ours = [one for one in owed if one.promise.is_ours]
    meetings = [one for one in meetings_between(actor, day, day, here) if one.meeting.is_open]
    if not meetings and all(one.promise.due_date < day - timedelta(days=1) for one in (*ours, *theirs)):
        return Letter(about)
    parts = (
        (_("Meetings today"), [_line(_met(one, here), one.meeting) for one in meetings]),
        (_("Promised for today"), [_promise(one, here) for one in ours if one.promise.due_date == day]),
        (_("Late"), [_promise(one, here) for one in ours if one.promise.due_date < day]),
        (_("Promised to you, and due"), [_promise(one, here) for one in theirs]),
    )
    body = "\n\n".join("\n".join([title, "", *lines]) for title, lines in parts if lines)
    named = full_date(day, get_language() or "en")
    return Letter(about, _("Your day: %(day)s") % {"day": named}, _signed(body))


def _reminder(one: Remembered, actor: Actor, here: datetime) -> Letter:
    about = f"{one.of} {one.number} {one.at.astimezone(UTC):%Y-%m-%dT%H:%M}"
    if isinstance(one.record, Meeting) and not one.key:
        said = _met(appointment(one.record, actor, here), here)
    else:
        parties = [one.party] if one.party and one.party != one.record else []
        said = f"{_when(one.hour or one.at, here)} {_named(one.what, parties)}"
    return Letter(about, " ".join(said.split())[:LONGEST], _signed(_line(said, one.record)))


def _promise(one: Owed, here: datetime) -> str:
    due, hour = one.promise.due_date, one.promise.due_time
    when = datetime.combine(due, hour, here.tzinfo) if hour else due if due < here.date() else None
    return _line(f"{_when(when, here)} {_named(one.words, [one.party])}", one.promise)


def _met(one: Appointment, here: datetime) -> str:
    where = f", {one.meeting.place}" if one.meeting.place else ""
    return f"{_when(one.meeting.at, here)} {_named(str(one.meeting), one.parties)}{where}"


def _when(when: date | None, here: datetime) -> str:
    """An hour of today by the reader's clock, else the day; nothing for a day that goes without saying."""
    if isinstance(when, datetime):
        when = timezone.localtime(when)
    return near_date(when, here, get_language() or "en") if when else ""


def _named(what: str, parties: Sequence[Party]) -> str:
    return f"{what} ({', '.join(map(str, parties))})" if parties else what


def _line(said: str, record: Versioned) -> str:
    """What it is, on one line, and below it where it stands; the address only where Rapport was told its own."""
    return "\n  ".join(filter(None, [f"- {' '.join(said.split())}", link_to(record)]))


def _signed(body: str) -> str:
    ways = ((_("Today"), "timeline:today"), (_("Which mails you get"), "timeline:wishing"))
    ends = [f"{words}: {link}" for words, route in ways if (link := link_to(route))]
    return "\n\n".join(filter(None, [body, "\n".join(ends)])) + "\n"


def is_mailing() -> bool:
    """Whether there is a server to send by."""
    return bool(mail_of(Path(settings.HOME)).host)


def mail_checks(at: datetime) -> list[Check]:
    """Whether what colleagues get by mail goes out; nothing where no mail server is named."""
    if not is_mailing():
        return []
    waiting = ReminderMail.objects.filter(sent_at=None, at__gt=at - timedelta(days=1)).exclude(refusal="")
    try:
        first = waiting.order_by("at", "pk").first()
    except DatabaseError:  # that it is away is another check's to say
        return []
    if first is None:
        return [Check("reminder mail", ok=True, detail="none is waiting")]
    email = User.objects.filter(pk=first.user).values_list("email", flat=True).first()
    detail = f"{waiting.count()} waiting, the first to {email}: {first.refusal}"
    fix = gettext_noop("It is tried again by itself. If it stays so, look at the mail server or the address.")
    return [Check(gettext_noop("reminder mail"), ok=False, detail=detail, fix=fix)]
