"""Guessing whether a table tells who somebody is or what happened, and in the latter where each column belongs."""

from collections.abc import Sequence

from msgspec.structs import replace

from rapport.doors.connect.imports.rules.columns import Certainty, Guess, guess
from rapport.doors.connect.imports.rules.days import DAY_FIRST, MONTH_FIRST, UnclearDay, order_of
from rapport.doors.connect.imports.rules.happenings import PARTY, SINGLE
from rapport.doors.connect.imports.rules.recognition import folded, recognise_happening
from rapport.doors.connect.imports.rules.whens import looks_like_when, read_when

# A number that a file calls by no other name is that of the row, where other columns say with whom it was.
_BARE_NUMBERS = frozenset(map(folded, ("id", "record id", "uid", "external id", "number", "no")))
_TELLING = frozenset({"hour", "channel", "direction", "outcome", "number"})
# Of a hundred rows, so many different parties at most are the same ones again and again.
_REPEATED = 0.9


def guess_happenings(
    columns: Sequence[str], samples: Sequence[Sequence[str]], *, day_first: bool
) -> tuple[Guess, ...]:
    """A guess for every column of a table of what happened. What has no place of its own is a detail of the words.

    Where no value tells the day from the month, `day_first` is taken, and the guess is not sure of the order."""
    values = [[row[place].strip() for row in samples if row[place].strip()] for place in range(len(columns))]
    found = [_of_column(item, texts) for item, texts in zip(guess(columns, samples), values, strict=True)]
    found = _settle_whom(_settle_number(_settle_days(found)), values, len(samples))
    found = _keep_one_each(found)
    return tuple(_with_order(item, texts, day_first) for item, texts in zip(found, values, strict=True))


def is_usable_history(guesses: Sequence[Guess]) -> bool:
    """Whether happenings can be made of the table: it says with whom, and when."""
    targets = {item.target for item in guesses}
    return bool(targets & PARTY) and bool(targets & {"when", "when_else"})


def tells_what_happened(guesses: Sequence[Guess], samples: Sequence[Sequence[str]]) -> bool:
    """Whether a table that could be both is one of happenings: it has a day, and says how it was, or comes back to
    the same parties again and again."""
    if not is_usable_history(guesses):
        return False
    if not any(item.target == "when" and item.certainty != "none" for item in guesses):
        return False
    if any(item.target in _TELLING and item.certainty == "certain" for item in guesses):
        return True
    places = [place for place, item in enumerate(guesses) if item.target in PARTY]
    whom = [key for row in samples if any(key := tuple(row[place].strip() for place in places))]
    return len(whom) > 1 and len(set(whom)) <= _REPEATED * len(whom)


def _of_column(item: Guess, values: list[str]) -> Guess:
    if target := recognise_happening(item.column):
        return Guess(item.column, target, "", "certain")
    if item.target in PARTY | {"owner"}:
        return replace(item, label="", group=0)
    if item.target == "note":
        return replace(item, target="words", label="", group=0)
    if item.target == "custom" and len(values) > 1 and all(map(looks_like_when, values)):
        return Guess(item.column, "when", "", "likely")
    return _detail(item, certainty="none")


def _detail(item: Guess, certainty: Certainty = "likely") -> Guess:
    return Guess(item.column, "detail", "", certainty)


def _settle_days(found: list[Guess]) -> list[Guess]:
    """Without a day that is surely the one, the next best is."""
    for target in ("when_else", "hour"):
        if not any(item.target == "when" for item in found):
            place = next((n for n, item in enumerate(found) if item.target == target), None)
            if place is not None:
                found[place] = replace(found[place], target="when", certainty="none")
    return found


def _settle_number(found: list[Guess]) -> list[Guess]:
    """A bare "ID" is the happening's own, where others say with whom it was."""
    if not any(item.target in PARTY - {"external_id"} for item in found):
        return found
    return [
        replace(item, target="number", certainty="likely")
        if item.target == "external_id" and folded(item.column) in _BARE_NUMBERS
        else item
        for item in found
    ]


def _settle_whom(found: list[Guess], values: list[list[str]], rows: int) -> list[Guess]:
    """In a table without a header, the first column may say with whom: by one word, which comes again in other rows."""
    texts, first = values[0], found[0]
    is_named = any(item.target in PARTY for item in found) or first.column != "Column 1"
    if is_named or first.target != "detail" or not len(set(texts)) < len(texts) == rows:
        return found
    if any(" " in text or "." in text for text in texts):
        return found
    return [replace(first, target="external_id", certainty="likely"), *found[1:]]


def _keep_one_each(found: list[Guess]) -> list[Guess]:
    seen: set[str] = set()
    for place, item in enumerate(found):
        if item.target in (SINGLE | {"external_id"}) and item.target in seen:
            found[place] = _detail(item)
        seen.add(item.target)
    return found


def _with_order(item: Guess, values: list[str], day_first: bool) -> Guess:
    if item.target not in {"when", "when_else"}:
        return item
    if order := order_of(values):
        return replace(item, label=order)
    if all(map(_is_clear, values)):
        return item
    return replace(item, label=DAY_FIRST if day_first else MONTH_FIRST, certainty="order")


def _is_clear(text: str) -> bool:
    try:
        read_when(text)
    except UnclearDay as unclear:
        return "which is the day" not in str(unclear)
    return True
