"""Reading days as people write them, and refusing to guess where the day and the month could be either."""

import re
from datetime import date
from functools import cache

from rapport.doors.connect.imports.rules.card import Day

MONTH_LANGUAGES = ("en", "da", "lv", "ms", "fil", "ta", "de")
DAY_FIRST, MONTH_FIRST = "day first", "month first"
_ISO = re.compile(r"^(?:(\d{4})|-)-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_BASIC = re.compile(r"^(?:(\d{4})|--)(\d{2})(\d{2})(?:T.*)?$")
_YEAR_FIRST = re.compile(r"^(\d{4})[./](\d{1,2})[./](\d{1,2})\.?(?:\s.*)?$")
_NUMBERS = re.compile(r"^(\d{1,2})[-./](\d{1,2})(?:[-./](\d{4}))?\.?(?:\s+\d{1,2}:\d{2}.*)?$")
_NAMED = re.compile(r"[^\W\d_][\w.\u0b80-\u0bff]*|\d+")
# Apple writes 1604 for a birthday without a year, databases 0000.
_NO_YEARS = {0, 1604}


class UnclearDay(ValueError):
    """The text is no day, or it could be two; its sentence says which."""


def read_day(text: str, *, label: str, order: str = "") -> Day:
    """The day in `text`; `order` (`DAY_FIRST`, `MONTH_FIRST` or empty) is what the whole column has shown.

    Read are ISO 8601 and vCard forms (1980-03-22, 19800322, --0322, with or without a time), 1980.03.22, 22.03.1980
    in either order when only one is possible, and months by name in `MONTH_LANGUAGES`. Raises UnclearDay.
    """
    text = text.strip()
    for form in (_ISO, _BASIC, _YEAR_FIRST):
        if match := form.match(text):
            year, month, day = match.groups()
            return _day(label, year, int(month), int(day), text)
    if match := _NUMBERS.match(text):
        return _of_numbers(label, match, order, text)
    return _of_names(label, text)


def order_of(texts: list[str]) -> str:
    """The order of day and month that all texts of a column allow, or nothing when none of them tells."""
    pairs = [(int(match[1]), int(match[2])) for text in texts if (match := _NUMBERS.match(text.strip()))]
    is_day_first = any(first > 12 for first, _ in pairs)
    is_month_first = any(second > 12 for _, second in pairs)
    if is_day_first == is_month_first:
        return ""
    return DAY_FIRST if is_day_first else MONTH_FIRST


def _of_numbers(label: str, match: re.Match[str], order: str, text: str) -> Day:
    first, second, year = int(match[1]), int(match[2]), match[3]
    if first > 12 or (order == DAY_FIRST and second <= 12) or first == second:
        return _day(label, year, second, first, text)
    if second > 12 or order == MONTH_FIRST:
        return _day(label, year, first, second, text)
    raise UnclearDay("it does not say which is the day and which the month")


def _of_names(label: str, text: str) -> Day:
    words = _NAMED.findall(text.casefold())
    months = {month for word in words if (month := _month_names().get(word.rstrip(".")))}
    numbers = [word for word in words if word.isdecimal()]
    days = [word for word in numbers if len(word) <= 2]
    years = [word for word in numbers if len(word) == 4]
    if len(months) != 1 or len(days) != 1 or len(years) > 1:
        raise UnclearDay("it is not a day we can read")
    return _day(label, years[0] if years else None, months.pop(), int(days[0]), text)


def _day(label: str, year: str | None, month: int, day: int, text: str) -> Day:
    known = int(year) if year and int(year) not in _NO_YEARS else None
    try:
        date(known or 2000, month, day)
    except ValueError:
        raise UnclearDay(f"there is no day {text}") from None
    return Day(label, known, month, day)


@cache
def _month_names() -> dict[str, int]:
    from babel import Locale  # here, because its data is slow to load and most files have no month names

    names: dict[str, int] = {}
    for language in MONTH_LANGUAGES:
        for forms in Locale.parse(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in forms[width].items():
                    names.setdefault(name.casefold().rstrip("."), number)
    return names
