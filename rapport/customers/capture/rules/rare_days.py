"""Days and hours that no phrase of ours says, such as `in 1d 2hr` or `8/Oct/2027`: dateparser is asked.

It is asked only of a short run of numbers, units and months that something announces, and only where the sentence has
no other day: it is slow to load, and takes `kl. 14` for the 14th and a bare `10 min` for a day."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from rapport.customers.capture.rules.grammar import Grammar
from rapport.customers.capture.rules.moments import Found
from rapport.customers.capture.rules.reading import Grain, Moment
from rapport.customers.capture.rules.words import Token, span_of

_MOST = 8
_SIGNS = frozenset("+/:.,-~")
# Further off than this it has misread: it made the year 2114 of `27. november kl. 14`.
_YEARS = 20


def rare_day(
    text: str, tokens: Sequence[Token], blocked: Collection[int], grammar: Grammar, at: datetime
) -> Found | None:
    """The first announced run that dateparser reads as a day ahead."""
    for start in range(len(tokens)):
        first = _behind_announcement(tokens, start, grammar)
        end = _end_of_run(tokens, first, blocked, grammar) if first > start else first
        if end > first and _is_worth_asking(tokens, first, end, grammar):
            moment = _ask(text, tokens, first, end, grammar, at)
            if moment is not None:
                return Found(moment, start, end, is_announced=True)
    return None


def _behind_announcement(tokens: Sequence[Token], at: int, grammar: Grammar) -> int:
    if tokens[at].folded in grammar.options.get("announce", ()):
        return at + 1
    return grammar.phrases["before"].end(tokens, at)


def _end_of_run(tokens: Sequence[Token], start: int, blocked: Collection[int], grammar: Grammar) -> int:
    end = start
    while end < min(len(tokens), start + _MOST) and end not in blocked:
        token = tokens[end]
        is_unit = token.is_word and any(
            grammar.look_up(table, token.folded) is not None for table in ("units", "months", "numbers")
        )
        is_short = token.is_word and token.is_glued and len(token.text) <= 3
        if not (token.kind == "number" or is_unit or is_short or token.text in _SIGNS):
            break
        end += 1
    while end > start and tokens[end - 1].text in _SIGNS:
        end -= 1
    return end


def _is_worth_asking(tokens: Sequence[Token], start: int, end: int, grammar: Grammar) -> bool:
    return any(token.kind == "number" for token in tokens[start:end]) and any(
        token.is_word for token in tokens[start:end]
    )


def _ask(
    text: str, tokens: Sequence[Token], start: int, end: int, grammar: Grammar, at: datetime
) -> Moment | None:
    # Imported where it is first needed: it loads the words of its languages and a regex engine of its own.
    import dateparser

    span = span_of(tokens, start, end)
    settings: Any = {"PREFER_DATES_FROM": "future", "RELATIVE_BASE": at.replace(tzinfo=None)}
    try:
        found = dateparser.parse(
            span.of(text),
            languages=[grammar.language],
            settings=settings | {"RETURN_AS_TIMEZONE_AWARE": False},
        )
    except (ValueError, OverflowError):  # it raises for some numbers that make no date
        return None
    if found is None or not at.date() <= found.date() or found.year > at.year + _YEARS:
        return None
    has_clock = found.date() == at.date() or _says_an_hour(tokens, start, end, grammar)
    clock = found.time().replace(second=0, microsecond=0) if has_clock else None
    return Moment(found.date(), clock, Grain.MINUTE if clock else Grain.DAY, span)


def _says_an_hour(tokens: Sequence[Token], start: int, end: int, grammar: Grammar) -> bool:
    return any(
        ":" in token.text or grammar.look_up("units", token.folded) in {"hour", "minute"}
        for token in tokens[start:end]
    )
