"""From what was matched of a day or an hour to the day itself, counted from the moment of the reader."""

import calendar
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from rapport.customers.capture.rules.reading import Grain

FRIDAY, SUNDAY = 4, 6


class Day(Struct, frozen=True):
    """A day, or an hour of it, or what is left open: `half` says am or pm for an hour that stands beside it."""

    day: date | None = None
    clock: time | None = None
    grain: Grain = Grain.DAY
    half: str = ""
    others: tuple[date, ...] = ()
    other_clocks: tuple[time, ...] = ()
    is_weekday: bool = False
    is_past: bool = False


def resolve(meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime) -> Day | None:
    """The day that a matched pattern means; None when there is no such day."""
    try:
        return _KINDS[meaning["is"]](meaning, slots, at)
    except (ValueError, OverflowError):
        return None


def add(at: datetime, n: int, unit: str) -> datetime:
    """The moment n units later; a month from 31 January is the last of February. Raises OverflowError, ValueError."""
    if unit in _MONTHS:
        months = at.year * 12 + at.month - 1 + n * _MONTHS[unit]
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return at.replace(year=year, month=month + 1, day=min(at.day, last))
    if unit == "workday":
        step = 1 if n > 0 else -1
        for _one in range(min(abs(n), 999)):
            at += timedelta(days=step)
            while at.weekday() > FRIDAY:
                at += timedelta(days=step)
        return at
    return at + n * _UNITS[unit]


_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "fortnight": timedelta(weeks=2),
}


def _day(meaning: Mapping[str, Any], _slots: Mapping[str, Any], at: datetime) -> Day:
    day = (at + timedelta(days=meaning["plus"])).date()
    return Day(day, _fixed(meaning), Grain.DAY, meaning.get("half", ""), is_past=meaning["plus"] < 0)


def _fixed(meaning: Mapping[str, Any]) -> time | None:
    return time.fromisoformat(meaning["at"]) if "at" in meaning else None


def _ahead(meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime) -> Day:
    return _shift(meaning, slots, at, 1)


def _ago(meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime) -> Day:
    return _shift(meaning, slots, at, -1)


def _shift(meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime, sign: int) -> Day:
    n, unit = slots.get("n", meaning.get("n", 1)), slots.get("unit", meaning.get("unit", "day"))
    if meaning.get("half_unit"):
        n, unit = {"hour": (30, "minute"), "year": (6, "month"), "day": (12, "hour")}.get(unit, (n, unit))
    moment = add(at, sign * n, unit)
    if unit in {"minute", "hour"}:
        return Day(moment.date(), moment.time().replace(second=0, microsecond=0), Grain.MINUTE)
    return Day(moment.date(), None, Grain.DAY, is_past=sign < 0)


def _weekday(meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime) -> Day:
    hour = _time(meaning, slots, at) if "until" in slots else Day()
    return replace(hour, day=_coming(at.date(), slots["weekday"]), is_weekday=True)


def _coming(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _next_weekday(_meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime) -> Day:
    """`next Friday`: that of next week; where one comes this week too, or in less than a week, either may be meant."""
    coming = _coming(at.date(), slots["weekday"])
    if coming.weekday() == at.weekday():
        return Day(coming, is_weekday=True)
    later = coming + timedelta(days=7)
    return Day(later, others=(coming,), is_weekday=True)


def _of_next_week(_meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime) -> Day:
    monday = at.date() + timedelta(days=7 - at.weekday())
    return Day(monday + timedelta(days=slots["weekday"]), is_weekday=True)


def _last_weekday(_meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime) -> Day:
    back = (at.weekday() - slots["weekday"] - 1) % 7 + 1
    return Day(at.date() - timedelta(days=back), is_weekday=True, is_past=True)


def _date(meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime) -> Day:
    """A day of a month: without a year the next that comes."""
    if "numeric" in slots:
        days = _real_days(slots["numeric"], at.date())
        return Day(days[0], others=tuple(days[1:]))
    month = slots.get("month", meaning.get("month"))
    day = slots.get("day", meaning.get("day"))
    if month is None:
        return Day(_day_of_month(day, at.date()))
    if day is None:
        return Day(_with_year(slots.get("year"), month, 1, at.date()), None, Grain.MONTH)
    return Day(_with_year(slots.get("year"), month, day, at.date()), is_past=False)


def _real_days(some: Sequence[tuple[int | None, int, int]], today: date) -> list[date]:
    """Those that are days. Raises ValueError when none is one."""
    found: list[date] = []
    for year, month, day in some:
        if day <= calendar.monthrange(year or 2000, month)[1]:
            found.append(_with_year(year, month, day, today))
    if not found:
        raise ValueError("this is no day")
    return found


def _with_year(year: int | None, month: int, day: int, today: date) -> date:
    if year is not None:
        return date(year + 2000 if year < 100 else year, month, day)
    for ahead in range(9):  # 29 February comes within eight years
        if day <= calendar.monthrange(today.year + ahead, month)[1]:
            found = date(today.year + ahead, month, day)
            if found >= today:
                return found
    raise ValueError(f"{day}.{month}. is no day")


def _day_of_month(day: int, today: date) -> date:
    for ahead in range(13):
        first = add(datetime.combine(today.replace(day=1), time()), ahead, "month").date()
        if day <= calendar.monthrange(first.year, first.month)[1] and first.replace(day=day) >= today:
            return first.replace(day=day)
    raise ValueError(f"there is no {day}th")


def _end(meaning: Mapping[str, Any], _slots: Mapping[str, Any], at: datetime) -> Day:
    """The last day: of a week its Friday, of a weekend its Sunday."""
    moment = add(at, meaning.get("plus", 0), meaning["of"] if meaning["of"] != "weekend" else "week")
    day = moment.date()
    if meaning["of"] in {"week", "weekend"}:
        last = SUNDAY if meaning["of"] == "weekend" else FRIDAY
        return Day(
            day + timedelta(days=(last - day.weekday()) % 7 if last == SUNDAY else last - day.weekday())
        )
    span = _MONTHS[meaning["of"]]
    month = -(-day.month // span) * span
    return Day(date(day.year, month, calendar.monthrange(day.year, month)[1]))


def _quarter(meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime) -> Day:
    """A quarter by its number, from its first day or from today, or its last: without a year the next not over."""
    number = slots.get("n") or slots["day"]
    if number > 4:
        raise ValueError(f"there is no quarter {number}")
    year = slots.get("year") or at.year + (number * 3 < at.month)
    first, last = date(year, number * 3 - 2, 1), date(year, number * 3, 30 + (number in {1, 4}))
    if meaning.get("end"):
        return Day(last)
    return Day(at.date() if first <= at.date() <= last else first, None, Grain.QUARTER)


def _weekdays(_meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime) -> Day:
    """From one weekday to another: what is due in between is late after the last."""
    first = _coming(at.date(), slots["weekday"])
    last = slots["last"] if "last" in slots else slots["glued"]
    return Day(first + timedelta(days=(last - first.weekday()) % 7), is_weekday=True)


def _period(meaning: Mapping[str, Any], _slots: Mapping[str, Any], at: datetime) -> Day:
    n, unit = meaning.get("n", 1), meaning["unit"]
    return Day(add(at, n, unit).date(), None, Grain(unit), is_past=n < 0)


def _week_number(_meaning: Mapping[str, Any], slots: Mapping[str, Any], at: datetime) -> Day:
    year = at.year if slots["n"] >= at.isocalendar().week else at.year + 1
    return Day(date.fromisocalendar(year, slots["n"], at.isoweekday()), None, Grain.WEEK)


def _time(meaning: Mapping[str, Any], slots: Mapping[str, Any], _at: datetime) -> Day:
    if "at" in meaning:
        return Day(clock=_fixed(meaning), grain=Grain.HOUR)
    half = meaning.get("half", "")
    if "hours" in slots:
        hour, until = slots["hours"]
        said: tuple[int, int | None, bool] = (hour, None, False)
    else:
        said = slots.get("hour") or slots["clock"]
        until = slots["until"][0] if "until" in slots else said[0]
    # From one hour to another: one thinks of it as the first comes, which `11 to 1 pm` has in the morning.
    return clock_of(said, "am" if half == "pm" and until < said[0] < 12 else half)


def clock_of(said: tuple[int, int | None, bool], half: str) -> Day:
    """An hour as said: (hour, minutes or None, written in two digits). From 1 to 6 without am or pm is either."""
    hour, minutes, is_exact = said
    grain = Grain.HOUR if minutes is None else Grain.MINUTE
    if half in {"pm", "night"} and hour < 12 and not (half == "night" and hour < 5):
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    moment = time(hour % 24, minutes or 0)
    if half or is_exact or not 1 <= hour <= 6:
        return Day(clock=moment, grain=grain, half=half or "exact")
    return Day(clock=time(hour + 12, minutes or 0), grain=grain, other_clocks=(moment,))


def _part(meaning: Mapping[str, Any], _slots: Mapping[str, Any], _at: datetime) -> Day:
    return Day(half=meaning["half"])


_KINDS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any], datetime], Day]] = {
    "day": _day, "ahead": _ahead, "ago": _ago, "weekday": _weekday, "next_weekday": _next_weekday,
    "last_weekday": _last_weekday, "weekday_of_next_week": _of_next_week, "date": _date, "end": _end,
    "period": _period, "week_number": _week_number, "quarter": _quarter, "weekdays": _weekdays,
    "time": _time, "part": _part,
}  # fmt: skip
