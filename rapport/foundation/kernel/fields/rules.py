"""What a field of a record type is: declared once, it drives list, form, search, import and the rest."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from msgspec import Struct

type Words = str | Promise


class FieldType(StrEnum):
    """How a value is typed, stored, shown and compared."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    PHONE = "phone"
    LINK = "link"
    DATE = "date"
    MOMENT = "moment"
    TIME = "time"
    WHOLE = "whole"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    CHOICE = "choice"
    USER = "user"
    TEAM = "team"
    DEPARTMENT = "department"
    RECORD = "record"


# Fields that point to a colleague, a team or a department of the firm.
HOUSE = frozenset({FieldType.USER, FieldType.TEAM, FieldType.DEPARTMENT})


class FieldSpec(Struct, frozen=True):
    """One field. `name` is its column (`owner`, `stage`) or `custom.<key>`.

    `to` is the record type a RECORD field points to. `choices` may be a callable, asked at each use. `say` gives the
    reader's words for what may be kept as a code, such as a language."""

    name: str
    label: Words
    type: FieldType = FieldType.TEXT
    required: bool = False
    choices: tuple[tuple[str, Words], ...] | Callable[[], tuple[tuple[str, Words], ...]] = ()
    to: str = ""
    max_length: int | None = None
    help: Words = ""
    in_list: bool = False
    in_form: bool = True
    sortable: bool = False
    filterable: bool = False
    searchable: bool = False
    editable: bool = True
    imports_as: tuple[str, ...] = ()
    say: Callable[[str], str] | None = None

    @property
    def is_custom(self) -> bool:
        """True for a field that the firm made itself."""
        return self.name.startswith("custom.")

    @property
    def key(self) -> str:
        """The key inside `custom`."""
        return self.name.removeprefix("custom.")

    @property
    def slug(self) -> str:
        """The name as it stands in addresses and form fields."""
        return self.name.replace(".", "-")

    def options(self) -> tuple[tuple[str, Words], ...]:
        """The choices as they are now."""
        return self.choices() if callable(self.choices) else self.choices

    def label_of(self, value: Any) -> Words:
        """The words for a stored choice; the value itself when it is none of them."""
        words: Words = dict(self.options()).get(value, value)
        return words


KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
