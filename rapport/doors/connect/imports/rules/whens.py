"""Reading when something happened: a day, or a day with its hour, as people and programs write them."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from rapport.doors.connect.imports.rules.days import UnclearDay, read_day

_CLOCK = re.compile(
    r"(?:^|[T ,]+)(?:kl\.?\s*)?(\d{1,2})[:.](\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap])?\.?(?:m\.?)?$",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(r"^(\d{1,2})([-./])(\d{1,2})\2(\d{2})\.?(?=$|\s)")
# Days since the last of 1899, as a spreadsheet keeps them: 1954 to 2119, so that a year or a number is not one.
_SERIAL = re.compile(r"^([2-7]\d{4})(?:[.,](\d+))?$")
_SERIAL_BEGIN = datetime(1899, 12, 30)
_EARLIEST, _LATEST = 1900, 2199
# POSIX, strptime %y: 69 to 99 are of the last century.
_CENTURY_TURNS = 69
_NOON = time(12, tzinfo=UTC)


@lru_cache(maxsize=20_000)
def read_when(text: str, order: str = "", hour: str = "") -> date | datetime:
    """The day in `text`, with the hour where it or `hour` says one; midnight is how programs write a day without one.

    `order` as in `days.read_day`, which says what is read besides ISO 8601 with hours and zones, years of two digits
    and a spreadsheet's days. Raises UnclearDay."""
    text = text.strip()
    found = _iso(text) or _serial(text) or _written(text, order)
    if not _EARLIEST <= found.year <= _LATEST:
        raise UnclearDay("its year cannot be right")
    if hour and not isinstance(found, datetime):
        return datetime.combine(found, _clock(hour))
    return found


def as_moment(when: date | datetime, zone: tzinfo) -> datetime:
    """The moment in UTC. One without a zone is in `zone`; a day is its noon in UTC, which is the same day for nearly
    every reader."""
    if not isinstance(when, datetime):
        return datetime.combine(when, _NOON)
    return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)


def looks_like_when(text: str) -> bool:
    """True for what is surely a day or moment; a bare number only as YYYYMMDD."""
    if text.isdecimal() and len(text) != 8:
        return False
    try:
        read_when(text, "day first")
    except UnclearDay:
        return False
    return True


def _iso(text: str) -> date | datetime | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return _without_midnight(datetime.fromisoformat(text))
    except ValueError:
        return None


def _without_midnight(found: datetime) -> date | datetime:
    return found.date() if found.time() == time() and not found.tzinfo else found


def _serial(text: str) -> date | datetime | None:
    if match := _SERIAL.match(text):
        share = float(f"0.{match[2] or 0}")
        return _without_midnight(_SERIAL_BEGIN + timedelta(days=int(match[1]), seconds=round(share * 86_400)))
    return None


def _written(text: str, order: str) -> date | datetime:
    """A day as people write it, with or without an hour behind it."""
    clock = _CLOCK.search(text)
    if clock and ":" not in clock[0] and "kl" not in clock[0].casefold():
        clock = None  # "5. 03.1997" and the like
    day = text[: clock.start()] if clock else text
    if match := _SHORT_YEAR.match(day):
        century = "19" if int(match[4]) >= _CENTURY_TURNS else "20"
        day = f"{match[1]}{match[2]}{match[3]}{match[2]}{century}{match[4]}"
    said = read_day(day, label="", order=order)
    if said.year is None:
        raise UnclearDay("it does not say the year")
    found = date(said.year, said.month, said.day)
    if clock is None:
        return found
    return _without_midnight(datetime.combine(found, _clock(clock[0])))


def _clock(text: str) -> time:
    match = _CLOCK.search(text.strip())
    if match is None:
        raise UnclearDay("it is not an hour we can read")
    hour, half = int(match[1]), (match[4] or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(match[2]), int(match[3] or 0))
    except ValueError:
        raise UnclearDay("it is not an hour we can read") from None
