"""Mail to whoever looks after the house, by a server of their own choice; kept in a file, so that it works when the
database does not."""

import json
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from rapport.doors.operations.health.services.keeping import write_whole
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.rules import SCREEN, Refused
from rapport.foundation.kernel.ledger.services import act

FILE = "mail.json"
TLS, STARTTLS, PLAIN = "tls", "starttls", "none"
SECONDS = 10


class CannotSend(Refused):
    """Why a mail did not go out, as the server said it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Through which server warnings go, from whom and to whom. An empty host sends none."""

    host: str = ""
    port: int = 465
    security: str = TLS
    user: str = ""
    password: str = ""
    sender: str = ""
    to: str = ""


def mail_of(home: Path) -> Mail:
    """As it was set; one without a host where nothing was, or nothing can be read."""
    try:
        return Mail(**json.loads((home / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return Mail()


def set_mail(home: Path, mail: Mail, *, actor: Actor, at: datetime) -> None:
    """Keep the setting. An empty password keeps the one that is there, unless server or user changed."""
    before = mail_of(home)
    if not mail.password and (before.host, before.user) == (mail.host, mail.user):
        mail = replace(mail, password=before.password)
    with act("warning.set", actor=actor, source=SCREEN, at=at, even_if_empty=True):
        write_whole(home / FILE, json.dumps(asdict(mail)))


def send(mail: Mail, subject: str, body: str, at: datetime) -> None:
    """Send one mail now. Raises CannotSend."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, mail.sender, mail.to
    message["Date"], message["Message-ID"] = (
        format_datetime(at),
        make_msgid("rapport", mail.sender.rpartition("@")[2]),
    )
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's machine answers it
    message.set_content(body)
    try:
        with _server(mail) as server:
            if mail.user:
                server.login(mail.user, mail.password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise CannotSend(_said(error)) from None


@contextmanager
def _server(mail: Mail) -> Iterator[smtplib.SMTP]:
    safe = ssl.create_default_context()
    if mail.security == TLS:
        with smtplib.SMTP_SSL(mail.host, mail.port, timeout=SECONDS, context=safe) as server:
            yield server
        return
    with smtplib.SMTP(mail.host, mail.port, timeout=SECONDS) as server:
        if mail.security == STARTTLS:
            server.starttls(context=safe)
        yield server


def _said(error: Exception) -> str:
    """In words, without the password, which no server repeats."""
    if isinstance(error, smtplib.SMTPResponseException):
        words = (
            error.smtp_error
            if isinstance(error.smtp_error, str)
            else error.smtp_error.decode(errors="replace")
        )
        return f"{error.smtp_code} {words}"
    return str(error) or type(error).__name__
