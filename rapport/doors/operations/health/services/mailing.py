"""By which server mail goes, chosen by whoever looks after the house."""

import json
from datetime import datetime
from pathlib import Path

from msgspec.structs import asdict, replace

from rapport.doors.operations.health.services.keeping import write_whole
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.mail.queries import FILE, mail_of
from rapport.foundation.kernel.mail.rules import PLAIN, STARTTLS, TLS, CannotSend, Mail
from rapport.foundation.kernel.mail.services import send

__all__ = ["PLAIN", "STARTTLS", "TLS", "CannotSend", "Mail", "mail_of", "send", "set_mail"]


def set_mail(home: Path, mail: Mail, *, actor: Actor, at: datetime) -> None:
    """Keep the setting. An empty password keeps the one that is there, unless server or user changed."""
    before = mail_of(home)
    if not mail.password and (before.host, before.user) == (mail.host, mail.user):
        mail = replace(mail, password=before.password)
    with act("warning.set", actor=actor, source=SCREEN, at=at, even_if_empty=True):
        write_whole(home / FILE, json.dumps(asdict(mail)))
