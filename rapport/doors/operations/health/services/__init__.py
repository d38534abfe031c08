"""What can be done for the health of a house: what is noted day by day, the chain proved, somebody told of a fault."""

from rapport.doors.operations.health.services.keeping import keep_size, try_parked
from rapport.doors.operations.health.services.mailing import CannotSend, mail_of, send, set_mail
from rapport.doors.operations.health.services.proving import (
    anchor,
    anchor_now_and_then,
    prove_all,
    prove_some,
)
from rapport.doors.operations.health.services.watching import tell, watch

__all__ = [
    "CannotSend",
    "anchor",
    "anchor_now_and_then",
    "keep_size",
    "mail_of",
    "prove_all",
    "prove_some",
    "send",
    "set_mail",
    "tell",
    "try_parked",
    "watch",
]
