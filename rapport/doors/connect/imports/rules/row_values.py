"""What a single cell can hold: several values, Google's stars, lists of tags."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rapport.doors.connect.imports.rules.labels import label_of

_SEVERAL = ":::"  # Google Contacts, in every column
_WRITTEN = {"work fax": "work fax", "home fax": "home fax", "workfax": "work fax", "homefax": "home fax"}
# Google's own words for people and days; a person's own words stay as they are.
_PLAIN = {
    *(
        "spouse",
        "partner",
        "domestic partner",
        "child",
        "mother",
        "father",
        "parent",
        "brother",
        "sister",
        "friend",
    ),
    *("relative", "manager", "assistant", "referred by", "anniversary", "birthday"),
}
_OURS = {"work", "home", "mobile", "cell", "fax", "pager", "main", "other", "assistant"}
# Google puts every contact into this group; as a tag it would say nothing.
_EVERYBODY = "mycontacts"


def several(value: str) -> list[str]:
    """The values of a cell: one, or as many as Google Contacts has joined with ` ::: `."""
    if _SEVERAL not in value:
        return [text] if (text := value.strip()) else []
    return [text.strip() for text in value.split(_SEVERAL) if text.strip()]


@lru_cache(maxsize=1_000)
def own_label(text: str) -> tuple[str, bool]:
    """Our label for a label a row gives, and whether Google's star marks it as the preferred one: `* Work`."""
    preferred = text.startswith("* ")
    word = text.removeprefix("* ").strip()
    folded = word.casefold()
    if folded in _WRITTEN:
        return _WRITTEN[folded], preferred
    if folded in _OURS:
        return label_of((folded,)), preferred
    return (folded if folded in _PLAIN else word), preferred


def tags_of(cells: Sequence[str]) -> tuple[str, ...]:
    """The tags of all cells, each once; split at commas, semicolons and ` ::: `."""
    words = [word.strip() for cell in cells for word in re.split(r":::|[;,\n]", cell)]
    words = [word.removeprefix("* ").strip() for word in words]
    return tuple(dict.fromkeys(word for word in words if word and word.casefold() != _EVERYBODY))
