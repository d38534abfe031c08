"""What can be done for the health of a house: its size is kept, and what is parked is tried again."""

from rapport.doors.operations.health.services.keeping import keep_size, try_parked

__all__ = ["keep_size", "try_parked"]
