"""Asking for it on the page. Apart from the other services, which work where no Django is set up."""

import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings

from rapport.doors.operations.upgrades.rules import Asked
from rapport.doors.operations.upgrades.services.running import leave_word
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.ledger.services import act


def ask_for(what: str, *, to: str = "", even_so: bool = False, actor: Actor, at: datetime) -> None:
    """Have it looked for, rehearsed, done or undone, from what the home or the index has. Raises UpgradeRefused."""
    with act("upgrade.asked", actor=actor, source=SCREEN, at=at, even_if_empty=True):
        leave_word(Path(settings.HOME), Asked(what, secrets.token_hex(8), to, even_so=even_so))
