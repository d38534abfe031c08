"""All that can be done with the ledger: open an act, undo one, seal, feed, project."""

from rapport.foundation.kernel.ledger.services.acts import act, finish_long, reached, start_long
from rapport.foundation.kernel.ledger.services.feed import deliver_all, subscribe
from rapport.foundation.kernel.ledger.services.projections import Touched, register_projection
from rapport.foundation.kernel.ledger.services.sealing import seal
from rapport.foundation.kernel.ledger.services.undo import CannotUndo, undo
from rapport.foundation.kernel.ledger.services.writer import Writer

__all__ = [
    "CannotUndo", "Touched", "Writer", "act", "deliver_all", "finish_long", "reached", "register_projection",
    "seal", "start_long", "subscribe", "undo",
]  # fmt: skip
