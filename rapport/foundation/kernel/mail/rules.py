"""The server by which mail goes, and how it says no."""

from msgspec import Struct

from rapport.foundation.kernel.ledger.rules import Refused

TLS, STARTTLS, PLAIN = "tls", "starttls", "none"


class CannotSend(Refused):
    """Why a mail did not go out, as the server said it."""


class Mail(Struct, frozen=True):
    """Through which server mail goes, from whom, and to whom warnings go. An empty host sends none."""

    host: str = ""
    port: int = 465
    security: str = TLS
    user: str = ""
    password: str = ""
    sender: str = ""
    to: str = ""
