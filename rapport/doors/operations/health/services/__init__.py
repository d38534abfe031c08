"""What can be done for the health of a house: what is noted day by day, and the chain of the ledger proved."""

from rapport.doors.operations.health.services.keeping import keep_size, try_parked
from rapport.doors.operations.health.services.proving import (
    anchor,
    anchor_now_and_then,
    prove_all,
    prove_some,
)

__all__ = ["anchor", "anchor_now_and_then", "keep_size", "prove_all", "prove_some", "try_parked"]
