"""Guessing where each column of a table belongs: its header first, then its neighbours, then its values."""

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from rapport.doors.connect.imports.rules.days import order_of
from rapport.doors.connect.imports.rules.recognition import ADDRESS_PARTS, Place, recognise
from rapport.doors.connect.imports.rules.words import HONORIFICS

# "order": only the order of its day and month is not sure.
Certainty = Literal["certain", "likely", "order", "none"]
# One value each in a card; a second column of the kind keeps its own name instead.
SINGLE = frozenset(
    {
        *("name", "given", "middle", "family", "prefix", "suffix", "credentials", "native_name", "call_me"),
        *("organisation", "organisation_name", "job_title", "department", "owner", "stage", "parent"),
        *("birthday", "anniversary", "birth_year", "birth_month", "birth_day", "language", "external_id"),
    }
)
MANY = frozenset(
    {"email", "phone", "link", "messaging", "note", "tags", "relation_value", "day", "custom_value"}
)
LABELS = frozenset(
    {
        "email_label",
        "phone_label",
        "link_label",
        "messaging_label",
        "relation_label",
        "day_label",
        "custom_label",
    }
)
TARGETS = SINGLE | MANY | LABELS | ADDRESS_PARTS | {"custom", "ignore"}
_PERSONAL = frozenset({"name", "given", "family", "job_title", "birthday", "call_me", "native_name", "title"})
_COMPANY_WORDS = re.compile(
    r"industr[yi]|sector|employees|revenue|turnover|vat|cvr|branche|nozare", re.IGNORECASE
)
_EMAIL = re.compile(r"^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$")
_PHONE = re.compile(r"^(?=.*[+\s()-])(?:\+|\(|00|0)?[\d\s()./-]{7,20}(?:\s*(?:x|ext\.?)\s*\d{1,6})?$")
_LINK = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
_DATE = re.compile(r"^\d{4}-\d\d-\d\d|^\d{1,2}[-./]\d{1,2}[-./]\d{2,4}")


class Guess(Struct, frozen=True):
    """Where a column seems to belong; `label` and `group` as in `Place`, which is what the user may change."""

    column: str
    target: str
    label: str
    certainty: Certainty
    group: int = 0

    @property
    def place(self) -> Place:
        """The guess as the mapping `rows.card_of` takes."""
        return Place(self.target, self.label, self.group)


def guess(columns: Sequence[str], samples: Sequence[Sequence[str]]) -> tuple[Guess, ...]:
    """A guess for every column, in order; `samples` are the values of some rows, the more the surer.

    A column without a home is `custom` when it holds values and `ignore` when it is empty. Targets are `TARGETS`.
    """
    values = [_values(samples, place) for place in range(len(columns))]
    found = [_of_header(column, texts) for column, texts in zip(columns, values, strict=True)]
    found = _settle_birthdays(_settle_titles(found, values))
    found = _settle_names(found, columns)
    found = _settle_addresses(found)
    found = _settle_organisations(found)
    found = _keep_one_each(found, values)
    return tuple(_with_order(item, texts) for item, texts in zip(found, values, strict=True))


def is_usable(guesses: Sequence[Guess]) -> bool:
    """Whether contacts can be made of the table: some column is a name, an organisation, an e-mail or a phone."""
    needed = {"name", "given", "family", "native_name", "organisation", "organisation_name", "email", "phone"}
    return any(item.target in needed for item in guesses)


def _values(samples: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place].strip() for row in samples if place < len(row) and row[place].strip()]


def _of_header(column: str, values: list[str]) -> Guess:
    if place := recognise(re.sub(r" \(\d+\)$", "", column)):
        if place.target == "custom":
            return _homeless(column, values)
        return Guess(column, place.target, place.label, "certain", place.group)
    for form, target in ((_EMAIL, "email"), (_LINK, "link"), (_PHONE, "phone")):
        if values and sum(_looks(form, value) for value in values) >= 0.8 * len(values):
            return Guess(column, target, "", "likely")
    return _homeless(column, values)


def _looks(form: re.Pattern[str], value: str) -> bool:
    return bool(form.match(value)) and not (form is _PHONE and _DATE.match(value))


def _homeless(column: str, values: list[str]) -> Guess:
    return Guess(column, "custom", column, "none") if values else Guess(column, "ignore", "", "none")


def _settle_titles(found: list[Guess], values: list[list[str]]) -> list[Guess]:
    """Outlook's "Title" is an honorific, Salesforce's a job: told by the columns beside it, then by its values."""
    targets = {item.target for item in found}
    for place, item in enumerate(found):
        if item.target != "title":
            continue
        words = [value.casefold().split()[0].strip(".") for value in values[place]]
        honours = sum(word in HONORIFICS for word in words)
        if "prefix" not in targets and (
            targets & {"suffix", "credentials", "job_title"} or honours * 2 > len(words)
        ):
            found[place] = replace(item, target="prefix", certainty="likely")
        else:
            found[place] = replace(item, target="job_title", certainty="likely" if honours else "certain")
    return found


def _settle_birthdays(found: list[Guess]) -> list[Guess]:
    """Thunderbird's "Birth Day" is the day of the month, beside "Birth Year"."""
    if not any(item.target in {"birth_year", "birth_month"} for item in found):
        return found
    return [replace(item, target="birth_day") if item.target == "birthday" else item for item in found]


def _settle_names(found: list[Guess], columns: Sequence[str]) -> list[Guess]:
    """A bare "Name" beside only one half of the name is the other half; beside industries it names a company."""
    targets = {item.target for item in found}
    personal = targets & (_PERSONAL - {"name"})
    is_company_list = "organisation" not in targets and any(
        _COMPANY_WORDS.search(column) for column in columns
    )
    for place, item in enumerate(found):
        if item.target != "name":
            continue
        if "family" in targets and "given" not in targets:
            found[place] = replace(item, target="given", certainty="likely")
        elif "given" in targets and "family" not in targets:
            found[place] = replace(item, target="family", certainty="likely")
        elif is_company_list and not personal:
            found[place] = replace(item, target="organisation", certainty="likely")
    return found


def _settle_addresses(found: list[Guess]) -> list[Guess]:
    """A bare "Address" beside a city is its street, alone it is the whole address."""
    towns = {(item.label, item.group) for item in found if item.target in {"city", "postal_code"}}
    streets = {(item.label, item.group) for item in found if item.target == "street" and item.group == 0}
    for place, item in enumerate(found):
        key = (item.label, item.group)
        if item.target == "formatted_address" and not item.group and (key in towns or key in streets):
            found[place] = replace(item, target="street")
    return found


def _settle_organisations(found: list[Guess]) -> list[Guess]:
    """In a list without persons the company is the subject, not where somebody works."""
    if any(item.target in _PERSONAL for item in found):
        return found
    return [
        replace(item, target="organisation_name") if item.target == "organisation" else item for item in found
    ]


def _keep_one_each(found: list[Guess], values: list[list[str]]) -> list[Guess]:
    seen: set[str] = set()
    for place, item in enumerate(found):
        if item.target in SINGLE and item.target in seen:
            found[place] = _homeless(item.column, values[place])
        seen.add(item.target)
    return found


def _with_order(item: Guess, values: list[str]) -> Guess:
    if item.target in {"birthday", "anniversary"}:
        return replace(item, label=order_of(values))
    return item
