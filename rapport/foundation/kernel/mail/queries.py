"""The mail server as it was set; kept in a file, so that it is known when the database is away."""

import json
from pathlib import Path

from rapport.foundation.kernel.mail.rules import Mail

FILE = "mail.json"


def mail_of(home: Path) -> Mail:
    """As it was set; one without a host where nothing was, or nothing can be read."""
    try:
        return Mail(**json.loads((home / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return Mail()
