"""Sends a mail, now."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from rapport.foundation.kernel.mail.rules import STARTTLS, TLS, CannotSend, Mail

SECONDS = 10


def send(mail: Mail, subject: str, body: str, at: datetime, *, word: str = "") -> None:
    """Send one mail in plain text. With a `word`, the same word gives the same Message-ID: whoever got the mail before
    can tell. Raises CannotSend."""
    try:
        message = _message(mail, subject, body, at, word)
        with _server(mail) as server:
            if mail.user:
                server.login(mail.user, mail.password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise CannotSend(_said(error)) from None


def _message(mail: Mail, subject: str, body: str, at: datetime, word: str) -> EmailMessage:
    message, domain = EmailMessage(), mail.sender.rpartition("@")[2]
    message["Subject"], message["From"], message["To"] = subject, mail.sender, mail.to
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{word}.rapport@{domain}>" if word else make_msgid("rapport", domain)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's machine answers it
    message.set_content(body)
    return message


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
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, said = next(iter(error.recipients.values()))
        return f"{code} {said.decode(errors='replace')}"
    if isinstance(error, smtplib.SMTPResponseException):
        words = (
            error.smtp_error
            if isinstance(error.smtp_error, str)
            else error.smtp_error.decode(errors="replace")
        )
        return f"{error.smtp_code} {words}"
    return str(error) or type(error).__name__
