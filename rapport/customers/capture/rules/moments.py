"""Finds the days and hours of a sentence, joins those that belong together, and says what they may mean."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from msgspec import Struct
from msgspec.structs import replace

from rapport.customers.capture.rules.days import Day, clock_of, resolve
from rapport.customers.capture.rules.grammar import Grammar
from rapport.customers.capture.rules.patterns import Slot
from rapport.customers.capture.rules.reading import Grain, Moment
from rapport.customers.capture.rules.words import Token, span_of

_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})\Z")
_FULL = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})\Z")
_SHORT = re.compile(r"(\d{1,2})([/.])(\d{1,2})\Z")
_HOUR = re.compile(r"(\d{1,2})(?:([:.])(\d{2}))?\Z")
_HOURS = re.compile(r"(\d{1,2})-(\d{1,2})\Z")
_DOTTED = re.compile(r"\d{1,2}[:.]\d{2}\Z")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\Z")


class Found(Struct, frozen=True):
    """A moment with its tokens; `start` and `end` take in the words that announce it, such as `by`."""

    moment: Moment
    start: int
    end: int
    is_past: bool = False
    is_announced: bool = False


def find_moments(tokens: Sequence[Token], grammar: Grammar, at: datetime) -> list[Found]:
    """Every moment of the sentence in order. `at` is the reader's own time."""
    slots = _slots(grammar)
    pieces: list[tuple[int, int, Day]] = []
    here = 0
    while here < len(tokens):
        found = grammar.moments.match(tokens, here, slots)
        day = resolve(found[0].meaning, found[2], at) if found else None
        if found is None or day is None:
            here += 1
            continue
        pieces.append((here, found[1], day))
        here = found[1]
    return [
        _found(tokens, piece, grammar, at) for piece in _join(tokens, pieces, grammar) if _is_whole(piece[2])
    ]


def _is_whole(day: Day) -> bool:
    return day.day is not None or day.clock is not None


def _join(
    tokens: Sequence[Token], pieces: list[tuple[int, int, Day]], grammar: Grammar
) -> list[tuple[int, int, Day]]:
    """Neighbours become one: `Friday` `20 November`, `tomorrow` `morning`, `26 November` `at 11:15`."""
    joined: list[tuple[int, int, Day]] = []
    for piece in (_with_bare_hour(tokens, one, pieces, grammar) for one in pieces):
        if joined and _gap_is_filled(tokens, joined[-1], piece, grammar):
            both = _together(joined[-1][2], piece[2])
            if both is not None:
                joined[-1] = (joined[-1][0], piece[1], both)
                continue
        joined.append(piece)
    return joined


def _gap_is_filled(
    tokens: Sequence[Token], one: tuple[int, int, Day], other: tuple[int, int, Day], grammar: Grammar
) -> bool:
    """Nothing stands between them but words that join a day to its hour; a comma only behind a day."""
    start, end = one[1], other[0]
    signs = {",", ".", "(", "@"} if one[2].day else {"(", "@"}
    if end - start > 3 or end < start:
        return False
    here = start
    while here < end:
        after = grammar.phrases["fillers"].end(tokens, here)
        if after == here and tokens[here].text not in signs:
            return False
        here = max(after, here + 1)
    return True


def _together(one: Day, other: Day) -> Day | None:
    if one.day and other.day:
        if (
            one.is_weekday
            and not one.is_past
            and one.clock is None
            and other.day.weekday() == one.day.weekday()
        ):
            return other
        if one.is_weekday and other.others and one.day.weekday() in {d.weekday() for d in other.others}:
            agreed = next(day for day in other.others if day.weekday() == one.day.weekday())
            return replace(other, day=agreed, others=())
        if one.is_weekday and one.clock is None and not other.is_weekday and other.grain == Grain.DAY:
            return replace(
                other, others=(*other.others, one.day)
            )  # `Tuesday 10 January`, which is a Thursday
        return None
    first, second = (one, other) if one.day or not other.day else (other, one)
    if second.clock is not None and first.clock is not None:
        return None
    if second.clock is None and second.day is None:  # a part of the day
        if first.clock is None:
            return replace(first, half=second.half)
        return _settled(first, second.half)
    grain = second.grain if second.clock else first.grain
    both = replace(first, clock=second.clock, grain=grain, other_clocks=second.other_clocks)
    return _settled(both, first.half or second.half)


def _settled(day: Day, half: str) -> Day:
    """Settle an hour that could be either by the part of the day beside it."""
    if not half or half == "exact" or day.clock is None:
        return day
    if day.half == "exact" and not (half in {"pm", "night"} and day.clock.hour < 12):
        return day
    hour = day.other_clocks[0].hour if day.other_clocks else day.clock.hour
    settled = clock_of((hour, day.clock.minute, False), half)
    return replace(day, clock=settled.clock, other_clocks=(), half=half)


def _with_bare_hour(
    tokens: Sequence[Token], piece: tuple[int, int, Day], pieces: list[tuple[int, int, Day]], grammar: Grammar
) -> tuple[int, int, Day]:
    """`by Friday 10`: a number right behind a weekday is its hour, or the day of the month where that agrees."""
    start, end, day = piece
    taken = {index for one in pieces for index in range(one[0], one[1])}
    if day.day is None or day.clock is not None or day.grain != Grain.DAY:
        return piece
    if (
        start
        and start - 1 not in taken
        and _DOTTED.match(tokens[start - 1].text)
        and (said := _hour(tokens, start - 1))
    ):
        return start - 1, end, _at_hour(day, said[0])
    place = end
    if end + 1 < len(tokens) and (grammar.is_("before", tokens[end]) or grammar.is_("fillers", tokens[end])):
        place = end + 1
    if place >= len(tokens) or place in taken or (found := _hour(tokens, place)) is None:
        return piece
    hour, minutes, _exact = found[0]
    if _is_counted(tokens, place + 1, grammar) or not 1 <= hour <= 23:
        return piece
    if day.is_weekday and minutes is None and hour == day.day.day:
        return start, place + 1, day
    return start, place + 1, _at_hour(day, found[0])


def _at_hour(day: Day, said: tuple[int, int | None, bool]) -> Day:
    settled = clock_of(said, day.half if day.half != "exact" else "")
    return replace(day, clock=settled.clock, grain=settled.grain, other_clocks=settled.other_clocks)


def _is_counted(tokens: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """The number before says how many of something: `20 kg`, `450 €`."""
    if at >= len(tokens):
        return False
    token = tokens[at]
    if not token.is_word:
        return token.text in "€$£₹₱%"
    return not any(
        grammar.is_(name, token) for name in ("and", "before", "after", "fillers", "with", "they", "we")
    )


def _found(tokens: Sequence[Token], piece: tuple[int, int, Day], grammar: Grammar, at: datetime) -> Found:
    start, end, day = piece
    first = start
    while first and (before := grammar.phrases["before"].ends_at(tokens, first)) < first:
        first = before
    while end < len(tokens) and (after := grammar.phrases["after"].end(tokens, end)) > end:
        end = after
    moment = _moment(tokens, start, end, day, at)
    return Found(moment, first, end, day.is_past or _lies_behind(moment, at), first < start)


def _lies_behind(moment: Moment, at: datetime) -> bool:
    return moment.has_day and moment.day < at.date()


def _moment(tokens: Sequence[Token], start: int, end: int, day: Day, at: datetime) -> Moment:
    span, has_day = span_of(tokens, start, end), day.day is not None
    grain = day.grain if day.clock else (Grain.DAY if day.grain in {Grain.HOUR, Grain.MINUTE} else day.grain)

    def one(when: date, hour: time | None) -> Moment:
        return Moment(when, hour, grain, span, has_day=has_day)

    when = day.day or at.date()
    others = tuple(one(other, day.clock) for other in day.others if other != when)
    others += tuple(one(when, hour) for hour in day.other_clocks)
    return replace(one(when, day.clock), others=others)


def _slots(grammar: Grammar) -> dict[str, Slot]:
    def table(name: str) -> Slot:
        def slot(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
            value = grammar.look_up(name, tokens[at].folded) if tokens[at].is_word else None
            return None if value is None else (value, at + 1)

        return slot

    def count(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        token = tokens[at]
        if token.kind == "number":
            return (int(token.text), at + 1) if token.text.isdecimal() and len(token.text) <= 3 else None
        return numbers(tokens, at)

    def day(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        token = tokens[at]
        if token.kind == "word":
            value = grammar.look_up("ordinals", token.folded)
            return None if value is None else (value, at + 1)
        if not token.text.isdecimal() or len(token.text) > 2 or not 1 <= int(token.text) <= 31:
            return None
        end = at + 1
        if end < len(tokens) and tokens[end].is_glued and tokens[end].folded in suffixes:
            end += 1
        return int(token.text), end

    def numeric(tokens: Sequence[Token], at: int) -> tuple[list[tuple[int | None, int, int]], int] | None:
        found = _numeric(tokens[at].text, grammar) if tokens[at].kind == "number" else []
        return (found, at + 1) if found else None

    def glued(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        return weekday(tokens, at) if tokens[at].is_glued else None

    weekday = table("weekdays")
    numbers, suffixes = table("numbers"), frozenset(grammar.options.get("day_suffixes", ()))
    return {
        "n": count, "day": day, "numeric": numeric, "hour": _hour, "clock": _clock, "year": _year,
        "weekday": weekday, "month": table("months"), "unit": table("units"),
        "until": _hour, "hours": _hours, "last": weekday, "glued": glued,
    }  # fmt: skip


def _hour(tokens: Sequence[Token], at: int) -> tuple[tuple[int, int | None, bool], int] | None:
    match = _HOUR.match(tokens[at].text) if tokens[at].kind == "number" else None
    if match is None or int(match[1]) > 24 or int(match[3] or 0) > 59:
        return None
    return (int(match[1]), int(match[3]) if match[3] else None, match[1].startswith("0")), at + 1


def _hours(tokens: Sequence[Token], at: int) -> tuple[tuple[int, int], int] | None:
    """Two hours with a hyphen between them: `3-5`."""
    match, end = _HOURS.match(tokens[at].text), at + 1
    if match is None and end < len(tokens) and tokens[end].is_glued:
        match, end = _HOURS.match(f"{tokens[at].text}-{tokens[end].text}"), end + 1
    if match is None or not (int(match[1]) <= 24 and int(match[2]) <= 24):
        return None
    return (int(match[1]), int(match[2])), end


def _clock(tokens: Sequence[Token], at: int) -> tuple[tuple[int, int | None, bool], int] | None:
    return _hour(tokens, at) if _CLOCK.match(tokens[at].text) else None


def _year(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    text = tokens[at].text
    return (int(text), at + 1) if text.isdecimal() and len(text) == 4 and int(text) >= 1900 else None


def _numeric(text: str, grammar: Grammar) -> list[tuple[int | None, int, int]]:
    """What a date in figures may mean, likeliest first: year or None, month, day."""
    if match := _ISO.match(text):
        return _real([(int(match[1]), int(match[2]), int(match[3]))])
    match = _FULL.match(text) or _SHORT.match(text)
    if match is None:
        return []
    if match.re is _SHORT and match[2] == "." and not grammar.options.get("dots_are_dates"):
        return []
    first, second = int(match[1]), int(match[3])
    year = int(match[4]) if match.re is _FULL else None
    day_first, month_first = (year, second, first), (year, first, second)
    order = [month_first, day_first] if grammar.options.get("month_first") else [day_first, month_first]
    if match[2] == "." or not grammar.options.get("either_order"):
        return _real(order[:1]) or (_real(order[1:]) if match[2] != "." else [])
    return _real(list(dict.fromkeys(order)))


def _real(dates: list[tuple[int | None, int, int]]) -> list[tuple[int | None, int, int]]:
    return [one for one in dates if 1 <= one[1] <= 12 and 1 <= one[2] <= 31]
