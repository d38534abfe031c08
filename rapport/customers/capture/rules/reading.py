"""What was understood of one sentence: plain values, each with its place in the text, for a screen to mark."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct, to_builtins


class Grain(StrEnum):
    """How exactly a time was said. A week, a month, a quarter is meant as a whole; its `day` is the same day of it."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class FactKind(StrEnum):
    """What can be learnt about a party in passing."""

    EMAIL = "email"
    PHONE = "phone"
    LINK = "link"
    BIRTHDAY = "birthday"
    PREFERENCE = "preference"
    CALL_ME = "call_me"
    MONEY = "money"


class Span(Struct, frozen=True, order=True):
    """From `start` to before `end`, counted in characters of the text as it was given."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words that stand there."""
        return text[self.start : self.end]


class Moment(Struct, frozen=True):
    """A day, perhaps with an hour, in the reader's time zone. `others` are what it may mean as well."""

    day: date
    clock: time | None
    grain: Grain
    span: Span
    others: tuple["Moment", ...] = ()
    has_day: bool = True

    def __str__(self) -> str:
        return f"{self.day} {self.clock:%H:%M}" if self.clock else str(self.day)


class Candidate(Struct, frozen=True):
    """A party that a name may mean. `why` says what speaks for it: `name`, `page`, `lately`, `colleague`, `mine`."""

    party: int
    record_type: str
    name: str
    subtitle: str
    score: float
    why: tuple[str, ...]


class Who(Struct, frozen=True):
    """Somebody named, with the parties it may be, best first. Without any, it is offered as new.

    `span` is None where nobody was named and the page says who it is."""

    said: str
    span: Span | None
    candidates: tuple[Candidate, ...] = ()
    is_sure: bool = True

    @property
    def is_new(self) -> bool:
        """True when nobody of this name is known to whoever asks."""
        return not self.candidates


class How(Struct, frozen=True):
    """The channel and who began, in the words of the timeline; `channel` is empty when only the direction is said."""

    channel: str
    direction: str
    span: Span


class Fact(Struct, frozen=True):
    """Something learnt: `value` compares (E.164, `05-02`, an amount), `said` is as it was typed."""

    kind: FactKind
    value: str
    said: str
    span: Span
    amount: Decimal | None = None
    currency: str = ""


class Promise(Struct, frozen=True):
    """What one side owes the other. `words` are its own words without the day, `span` the clause they stand in."""

    words: str
    is_ours: bool
    span: Span
    due: Moment | None = None


class Doubt(Struct, frozen=True):
    """What must be asked back: about which part, why (a code), in words, and what it may be, the likeliest first."""

    part: str
    why: str
    words: str
    span: Span | None = None
    choices: tuple[str, ...] = ()


class Reading(Struct, frozen=True):
    """All that was understood. `note` keeps every character of the text but control characters and outer space."""

    text: str
    note: str
    language: str
    who: tuple[Who, ...] = ()
    how: How | None = None
    when: Moment | None = None
    promises: tuple[Promise, ...] = ()
    loose_due: Moment | None = None
    facts: tuple[Fact, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def promise(self) -> Promise | None:
        """The first promise."""
        return self.promises[0] if self.promises else None

    @property
    def due(self) -> Moment | None:
        """By when: of the first promise that says it, else a day ahead that stands alone."""
        return next((one.due for one in self.promises if one.due), self.loose_due)

    def spans(self) -> tuple[tuple[str, Span], ...]:
        """Every part with its place in the text, in order: what a screen marks."""
        parts: list[tuple[str, Span | None]] = [("who", one.span) for one in self.who]
        parts += [("how", self.how.span)] if self.how else []
        parts += [("when", self.when.span)] if self.when else []
        parts += [("promise", one.span) for one in self.promises]
        parts += [("due", one.due.span) for one in self.promises if one.due]
        parts += [("due", self.loose_due.span)] if self.loose_due else []
        parts += [(one.kind.value, one.span) for one in self.facts]
        parts += [("doubt", one.span) for one in self.doubts]
        found = [(name, span) for name, span in parts if span is not None]
        return tuple(sorted(found, key=lambda part: (part[1], part[0])))

    def as_dict(self) -> dict[str, Any]:
        """The same for scripts: what `rapport understand --json` prints."""
        due = self.due
        return {
            "text": self.text,
            "language": self.language,
            "who": [_plain(one) | {"is_new": one.is_new} for one in self.who],
            "channel": self.how.channel or None if self.how else None,
            "direction": self.how.direction or None if self.how else None,
            "when": _plain(self.when),
            "note": self.note,
            "promise": self.promise.words if self.promise else None,
            "is_ours": self.promise.is_ours if self.promise else None,
            "promises": [_plain(one) for one in self.promises],
            "due": due_text(due),
            "grain": due.grain.value if due else None,
            "facts": [_plain(one) for one in self.facts],
            "doubts": [_plain(one) for one in self.doubts],
            "spans": [{"part": name, "start": span.start, "end": span.end} for name, span in self.spans()],
        }


def due_text(due: Moment | None) -> str | None:
    """A day as `2026-11-20`, with an hour as `2026-11-20T10:00`, in the reader's zone."""
    if due is None:
        return None
    return (
        datetime.combine(due.day, due.clock).isoformat("T", "minutes") if due.clock else due.day.isoformat()
    )


def _plain(value: Any) -> Any:
    return (
        None
        if value is None
        else _jsonable(to_builtins(value, builtin_types=(date, datetime, time, Decimal)))
    )


def _jsonable(value: Any) -> Any:
    match value:
        case dict():
            return {name: _jsonable(one) for name, one in value.items()}
        case list() | tuple():
            return [_jsonable(one) for one in value]
        case Decimal() | date():
            return str(value)
        case time():
            return value.isoformat("minutes")
    return value
