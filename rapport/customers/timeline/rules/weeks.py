"""The days of a week."""

from collections.abc import Sequence
from datetime import date, timedelta

# Beyond these no week is asked for; a date itself could not go on from its first or last one.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


def days_of_week(day: date) -> Sequence[date]:
    """Monday to Sunday around a day (ISO 8601); the nearest week there is for a day too far off."""
    held = min(max(day, EARLIEST), LATEST)
    monday = held - timedelta(days=held.weekday())
    return [monday + timedelta(days=number) for number in range(7)]
