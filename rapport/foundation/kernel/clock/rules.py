"""The time, asked for in one place, so that whoever needs it is given it and tests pass their own."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)
