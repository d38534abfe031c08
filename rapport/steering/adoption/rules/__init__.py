"""The practice company, made up from a seed: pure, the same for the same seed."""

from rapport.steering.adoption.rules.company import (
    BLOCK,
    COLLEAGUES,
    Address,
    Plan,
    Somebody,
    block,
    blocks_of,
    shape,
)
from rapport.steering.adoption.rules.story import Planned, Spoken

__all__ = [
    "BLOCK",
    "COLLEAGUES",
    "Address",
    "Plan",
    "Planned",
    "Somebody",
    "Spoken",
    "block",
    "blocks_of",
    "shape",
]
