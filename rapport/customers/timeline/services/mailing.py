"""Mails reminders: each once. A mail server that does not answer stops nothing: the worker calls this from a thread of
its own, and what did not go is tried again."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from msgspec.structs import replace

from rapport.customers.timeline.models import ReminderMail
from rapport.customers.timeline.queries.mails import Letter, letters_due, seen_by
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.mail.queries import mail_of
from rapport.foundation.kernel.mail.rules import CannotSend, Mail
from rapport.foundation.kernel.mail.services import send

KEPT = timedelta(days=30)
LONGEST_WAIT = 30
_log = logging.getLogger(__name__)


def mail_reminders(at: datetime) -> int:
    """Send everybody what they are to get by now and did not get yet; how many went. The first that cannot be sent ends
    the round: the server may be away, and each try waits for it."""
    mail, sent = mail_of(Path(settings.HOME)), 0
    if not mail.host:
        return 0
    wanted: set[int] = set()
    for user in User.objects.filter(is_active=True).order_by("pk"):
        for letter in _letters(user, at):
            row = _row(user, letter, at)
            wanted.add(row.pk)
            if row.sent_at or (row.next_at and row.next_at > at):
                continue
            if not _send(row, letter, replace(mail, to=user.email), at):
                return sent
            sent += 1
    _forget(wanted, at)
    return sent


def _letters(user: User, at: datetime) -> list[Letter]:
    try:
        with seen_by(user) as actor:
            return letters_due(actor, at)
    except Exception:  # whatever is wrong with one user's day must not keep the others from theirs
        _log.exception("what to mail to a user could not be read")
        return []


def _row(user: User, letter: Letter, at: datetime) -> ReminderMail:
    """What is known of this mail, written down before it goes. Where there is nothing to say, or no longer, that counts
    as said: what comes up later in the day sends no mail of the morning."""
    row, _is_new = ReminderMail.objects.get_or_create(user=user.pk, about=letter.about, defaults={"at": at})
    if not letter.subject and not row.sent_at:
        row.sent_at, row.refusal = at, ""
        row.save()
    return row


def _send(row: ReminderMail, letter: Letter, mail: Mail, at: datetime) -> bool:
    """Whether the server took it; else when to try again."""
    try:
        send(mail, letter.subject, letter.body, at, word=row.word)
    except CannotSend as reason:
        _log.warning("a reminder could not be mailed")
        row.tries += 1
        row.refusal = str(reason)
        row.next_at = at + timedelta(minutes=min(2**row.tries, LONGEST_WAIT))
    else:
        row.sent_at, row.refusal = at, ""
    row.save()
    return row.sent_at is not None


def _forget(wanted: set[int], at: datetime) -> None:
    """What nobody wants any more, since it was kept or is too late, waits no longer; what is old is of no use."""
    refused = ReminderMail.objects.filter(sent_at=None).exclude(refusal="")
    refused.exclude(pk__in=wanted).update(refusal="")
    ReminderMail.objects.filter(at__lt=at - KEPT).delete()
