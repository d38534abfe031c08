"""Turning one row of a table into a card, by the place the user gave each column."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from rapport.doors.connect.imports.rules.card import Address, Card, Day, Kind, Point, Relative
from rapport.doors.connect.imports.rules.days import UnclearDay, read_day
from rapport.doors.connect.imports.rules.labels import label_of
from rapport.doors.connect.imports.rules.recognition import ADDRESS_PARTS, Place
from rapport.doors.connect.imports.rules.row_values import own_label, several, tags_of

_WORDS = (
    "native_name", "call_me", "job_title", "department", "language", "external_id", "owner", "stage", "parent",
)  # fmt: skip
_DAYS = frozenset({"birthday", "anniversary", "day", "birth_year", "birth_month", "birth_day"})
_NAME_PARTS = ("prefix", "given", "middle", "family", "suffix")
_NAME_CELLS = frozenset({*_NAME_PARTS, "credentials"})
_FIELDS = {"formatted_address": "formatted", "address_label": "label"}
# What an empty day looks like in the exports of Outlook and of databases.
_NO_DAYS = {"0/0/00", "0/0/0000", "00/00/0000", "0000-00-00"}
_GLUE = {"street": "\n", "formatted_address": "\n"}
_UNCLEAR_PARTS = "year, month and day do not make one day"


class BadRow(ValueError):
    """The row cannot become a contact; the sentence says why."""


def card_of(values: Sequence[str], mapping: Sequence[Place], columns: Sequence[str] = ()) -> Card:
    """The card a row says. `mapping` has a place for each value; `columns` are the headers, for what must stay custom.

    A day that could be two different ones is kept in `custom` with the reason in `also`. Raises BadRow when the row is
    empty or has no name, organisation, e-mail or phone.
    """
    if not any(value.strip() for value in values):
        raise BadRow("The row is empty")
    row = _Row(values, mapping, columns)
    card = row.card()
    if not card.is_somebody:
        raise BadRow("The row has no name, organisation, e-mail or phone")
    return card


def party_of(values: Sequence[str], mapping: Sequence[Place], columns: Sequence[str]) -> Card:
    """The card a row says, somebody or not: for rows that say more than who somebody is."""
    return _Row(values, mapping, columns).card()


class _Row:
    """The values of a row by target, in column order, and what could not be placed."""

    def __init__(self, values: Sequence[str], mapping: Sequence[Place], columns: Sequence[str]) -> None:
        self._cells: dict[str, list[tuple[Place, str, str]]] = defaultdict(list)
        self._address_keys: dict[tuple[str, int], None] = {}  # in the order of the columns
        self._custom: list[tuple[str, str]] = []
        self._also: list[tuple[str, str]] = []
        for number, (value, place) in enumerate(zip(values, mapping, strict=False)):
            if value := value.strip():
                header = columns[number] if number < len(columns) else place.label or place.target
                self._cells[place.target].append((place, value, header))
                if place.target in ADDRESS_PARTS:
                    self._address_keys[place.label, place.group] = None

    def card(self) -> Card:
        """What the row says; what has no cell here is not asked for, which most of a card's fields have not."""
        kind, name, organisation = self._who(self._name())
        said: dict[str, Any] = {"kind": kind, "name": name, "organisation": organisation}
        cells = self._cells
        said |= {target: self._one(target) for target in _WORDS if target in cells}
        said |= {
            f"{target}s": self._points(target) for target in ("email", "phone", "link") if target in cells
        }
        if "messaging" in cells:
            said["messaging"] = self._points("messaging")
        if self._address_keys:
            said["addresses"] = self._addresses()
        if not _DAYS.isdisjoint(cells):
            said["days"] = self._days()
        if "relation_value" in cells:
            said["relatives"] = self._relatives()
        if "note" in cells:
            said["notes"] = tuple(value for _, value, _ in cells["note"])
        if "tags" in cells:
            said["tags"] = tags_of([value for _, value, _ in cells["tags"]])
        self._keep_custom()
        return Card(**said, custom=tuple(self._custom), also=tuple(self._also))

    def _one(self, target: str) -> str:
        """The first value of a target; when the user gave two columns the same place, the second stays custom."""
        cells = self._cells.get(target)
        if not cells:
            return ""
        first, *others = cells
        self._custom += [(header, value) for _, value, header in others if value != first[1]]
        return " ".join(first[1].split())

    def _name(self) -> str:
        whole = self._one("name")
        if _NAME_CELLS.isdisjoint(self._cells):
            return whole
        parts = [(target, self._one(target)) for target in _NAME_PARTS]
        self._custom += [(header, value) for _, value, header in self._cells["credentials"]]
        if not whole:
            return " ".join(value for _, value in parts if value)
        # The file's own full name wins, but Salesforce leaves the salutation out of it: then it must not be lost.
        for target, value in parts:
            if value and value.casefold() not in whole.casefold():
                self._custom.append((self._cells[target][0][2], value))
        return whole

    def _who(self, name: str) -> tuple[Kind, str, str]:
        subject = self._one("organisation_name")
        organisation = self._one("organisation")
        if subject or (organisation and not name):
            if organisation and subject and organisation != subject:
                self._custom.append((self._cells["organisation"][0][2], organisation))
            if name and subject:
                self._custom.append((self._header("name", "given", "family"), name))
            return "organisation", subject or organisation, subject or organisation
        return "person", name, organisation

    def _header(self, *targets: str) -> str:
        return next(self._cells[target][0][2] for target in targets if self._cells[target])

    def _labels(self, target: str, place: Place) -> list[str]:
        """The labels a row itself gives to the values of a group: Google's "E-mail 1 - Label"."""
        for other, value, _ in self._cells[f"{target}_label"]:
            if other.group == place.group:
                return several(value)
        return []

    def _points(self, target: str) -> tuple[Point, ...]:
        points = []
        for place, value, _ in self._cells[target]:
            labels = self._labels(target, place)
            for number, text in enumerate(several(value)):
                written = labels[min(number, len(labels) - 1)] if labels else ""
                label, preferred = own_label(written)
                points.append(Point(label or place.label or label_of(()), text, preferred))
        return tuple(dict.fromkeys(points))

    def _addresses(self) -> tuple[Address, ...]:
        groups: dict[tuple[str, int], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for target in ADDRESS_PARTS - {"address_label"}:
            for place, value, _ in self._cells[target]:
                groups[place.label, place.group][target].append(value)
        addresses: list[Address] = []
        for key in self._address_keys:
            addresses += self._address(key, groups[key])
        return tuple(addresses)

    def _address(self, key: tuple[str, int], parts: dict[str, list[str]]) -> list[Address]:
        """One address, or as many as Google has put into one group with ` ::: `."""
        pieces = {target: several(_GLUE.get(target, ", ").join(values)) for target, values in parts.items()}
        labels = self._labels("address", Place("", group=key[1])) if key[1] else []
        found = []
        for number in range(max((len(texts) for texts in pieces.values()), default=0)):
            said = {
                _FIELDS.get(target, target): texts[number]
                for target, texts in pieces.items()
                if number < len(texts)
            }
            label, _ = own_label(labels[min(number, len(labels) - 1)] if labels else "")
            found.append(Address(label=label or key[0] or label_of(()), **said))
        return found

    def _days(self) -> tuple[Day, ...]:
        targets = ("birthday", "anniversary", "day")
        days = [self._day(target, *cell) for target in targets for cell in self._cells[target]]
        return tuple(day for day in (*days, self._parted_birthday()) if day)

    def _day(self, target: str, place: Place, value: str, header: str) -> Day | None:
        label = target
        if target == "day":
            label = next((own_label(text)[0] for text in self._labels("day", place)), "other")
        if value in _NO_DAYS:
            return None
        try:
            return read_day(value, label=label, order=place.label)
        except UnclearDay as unclear:
            self._custom.append((header, value))
            self._also.append((header, f"{value}: {unclear}"))
            return None

    def _parted_birthday(self) -> Day | None:
        """Thunderbird's three columns."""
        year, month, day = (self._one(f"birth_{part}") for part in ("year", "month", "day"))
        if not (year or month or day):
            return None
        try:
            return read_day(f"{year.zfill(4) if year else '-'}-{month or '0'}-{day or '0'}", label="birthday")
        except UnclearDay:
            cells = [cell for part in ("year", "month", "day") for cell in self._cells[f"birth_{part}"]]
            self._custom += [(header, value) for _, value, header in cells]
            self._also.append(("Birthday", _UNCLEAR_PARTS))
            return None

    def _relatives(self) -> tuple[Relative, ...]:
        relatives = []
        for place, value, _ in self._cells["relation_value"]:
            labels = self._labels("relation", place) if place.group else []
            for number, text in enumerate(several(value)):
                label = own_label(labels[min(number, len(labels) - 1)])[0] if labels else ""
                relatives.append(Relative(label or place.label or "other", text))
        return tuple(relatives)

    def _keep_custom(self) -> None:
        self._custom += [(place.label or header, value) for place, value, header in self._cells["custom"]]
        for place, value, header in self._cells["custom_value"]:
            label = next(iter(self._labels("custom", place)), header)
            self._custom.append((label, value))
