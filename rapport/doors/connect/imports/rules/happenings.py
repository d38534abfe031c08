"""Turning one row of a table of what happened into a happening and the card of whom it was with."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from rapport.doors.connect.imports.rules.card import Card
from rapport.doors.connect.imports.rules.days import UnclearDay
from rapport.doors.connect.imports.rules.happening_words import CHANNELS, DIRECTIONS, OUTCOMES
from rapport.doors.connect.imports.rules.recognition import Place, folded
from rapport.doors.connect.imports.rules.rows import BadRow, party_of
from rapport.doors.connect.imports.rules.whens import read_when

# The places that say with whom it was.
PARTY = frozenset(
    {
        *("name", "given", "middle", "family", "organisation", "organisation_name"),
        *("email", "phone", "external_id"),
    }
)
# One value each; a second column of the kind goes into the words.
SINGLE = frozenset({"when", "when_else", "hour", "channel", "direction", "outcome", "owner", "number"})
TARGETS = PARTY | SINGLE | {"words", "detail", "ignore"}
_CHOICES = {"channel": CHANNELS, "direction": DIRECTIONS, "outcome": OUTCOMES}
_NO_WHOM = "The row does not say with whom: it has no name, organisation, e-mail, phone or number"
_ELSEWHERE = Place("ignore")


class Happening(Struct, frozen=True):
    """What happened: when (a moment without a zone is in the importer's), how, in which words. `channel`, `direction`
    and `outcome` are words of ours or empty; `owner` is the column and what it says of who of us it was; `number` is
    what it is called elsewhere."""

    when: date | datetime
    words: str
    channel: str = ""
    direction: str = ""
    outcome: str = ""
    owner: tuple[str, str] = ("", "")
    number: str = ""


def happening_of(
    values: Sequence[str], mapping: Sequence[Place], columns: Sequence[str]
) -> tuple[Card, Happening]:
    """Whom a row was with, and what happened; what has no place of its own goes into the words, each with its column.

    Raises BadRow when the row says neither with whom nor when."""
    if not any(value.strip() for value in values):
        raise BadRow("The row is empty")
    row = _Row(values, mapping, columns)
    card = party_of(values, [one if one.target in PARTY else _ELSEWHERE for one in mapping], columns)
    if not (card.is_somebody or card.external_id):
        raise BadRow(_NO_WHOM)
    when = row.when()
    said = {target: row.chosen(target) for target in _CHOICES}
    owner, number = row.first("owner"), row.first("number")
    row.rest += [(header, value) for header, value in (number,) if value]
    words = row.words(card.custom)
    card = replace(card, custom=())
    return card, Happening(when, words, **said, owner=owner, number=number[1])


class _Row:
    """The values of a row by target, and what is left for the words."""

    def __init__(self, values: Sequence[str], mapping: Sequence[Place], columns: Sequence[str]) -> None:
        self.cells: dict[str, list[tuple[Place, str, str]]] = defaultdict(list)
        self.rest: list[tuple[str, str]] = []
        for value, place, header in zip(values, mapping, columns, strict=True):
            if value := value.strip():
                if place.target == "detail":
                    self.rest.append((header, value))
                else:
                    self.cells[place.target].append((place, value, header))

    def first(self, target: str) -> tuple[str, str]:
        """The header and value of the first column of a target; further ones go into the words."""
        cells = self.cells.get(target)
        if not cells:
            return "", ""
        self.rest += [(header, value) for _place, value, header in cells[1:]]
        return cells[0][2], " ".join(cells[0][1].split())

    def chosen(self, target: str) -> str:
        """Our word for what a cell says; one that we have no word for goes into the words as it stands."""
        header, value = self.first(target)
        found = _meanings(target).get(folded(value), "")
        if value and not found:
            self.rest.append((header, value))
        return found

    def when(self) -> date | datetime:
        """The day or moment: of the first column for it, or of the one for when that is empty, or else told as well."""
        days = [*self.cells.get("when", ()), *self.cells.get("when_else", ())]
        if not days:
            raise BadRow("The row does not say when")
        place, value, header = days[0]
        self.rest += [(other_header, other) for _place, other, other_header in days[1:]]
        try:
            return read_when(value, place.label, self.first("hour")[1])
        except UnclearDay as unclear:
            raise BadRow(f"{header}, {value}: {unclear}") from None

    def words(self, more: Sequence[tuple[str, str]]) -> str:
        """What was said, and below it everything else in one line."""
        said = [value for _place, value, _header in self.cells.get("words", ())]
        line = " · ".join(f"{_label(header)}: {value}" for header, value in (*self.rest, *more))
        return "\n".join([*said, line] if line else said)


def _label(header: str) -> str:
    """The name of a column as a label: `deal_stage` is Deal stage."""
    words = header.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


@cache
def _meanings(target: str) -> dict[str, str]:
    return {folded(word): meaning for meaning, words in _CHOICES[target] for word in words.split("|")}
