"""The practice company, made up from a seed: pure, the same for the same seed."""

from rapport.steering.adoption.rules.company import (
    BLOCK,
    COLLEAGUES,
    Address,
    Plan,
    Somebody,
    Spoken,
    block,
    blocks_of,
    shape,
)

__all__ = ["BLOCK", "COLLEAGUES", "Address", "Plan", "Somebody", "Spoken", "block", "blocks_of", "shape"]
