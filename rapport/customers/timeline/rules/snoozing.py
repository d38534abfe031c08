"""Until when a reminder is snoozed."""

from datetime import UTC, datetime, time, timedelta

MORNING = time(9)
SNOOZES = ("hour", "tomorrow", "week")


def snoozed_until(how: str, now: datetime) -> datetime:
    """The moment a snooze of this kind ends: in an hour, tomorrow morning, or on the morning of next Monday.

    `now` is in the reader's zone, and so is the morning. Raises KeyError for another kind."""
    days = {"tomorrow": 1, "week": 7 - now.weekday()}
    if how == "hour":
        # By the clock of the world, so that the hour is one also when clocks are put back.
        return (now.astimezone(UTC) + timedelta(hours=1)).astimezone(now.tzinfo)
    return datetime.combine(now.date() + timedelta(days=days[how]), MORNING, tzinfo=now.tzinfo)
