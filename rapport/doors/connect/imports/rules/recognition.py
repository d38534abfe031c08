"""What one column header names, judged from its words alone."""

import re
import unicodedata
from functools import cache, lru_cache

from msgspec import Struct

from rapport.doors.connect.imports.rules.happening_words import HEADERS
from rapport.doors.connect.imports.rules.words import ENTITIES, FILLERS, GROUPS, QUALIFIERS, WORDS

ADDRESS_PARTS = frozenset(
    {
        "street",
        "city",
        "region",
        "postal_code",
        "country",
        "po_box",
        "extended",
        "formatted_address",
        "address_label",
    }
)
_LABELLED = frozenset({"email", "phone", "link", "messaging"}) | ADDRESS_PARTS
_GROUP = re.compile(r"^(.+?) (\d+) - (.+)$")
_ENTITY = re.compile(r"^(\w+) - (.+?)\*?$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST_HEADER = 80


class Place(Struct, frozen=True):
    """Where a column's values go: the target, its label (the header for custom), and the group it is put together with.

    A birthday's or anniversary's label is the order of day and month its column shows, if any (see `days`).
    """

    target: str
    label: str = ""
    group: int = 0


def is_known_header(header: str) -> bool:
    """Whether the words of a header name a place we know."""
    return recognise(header) is not None


@lru_cache(maxsize=4096)
def recognise(header: str) -> Place | None:
    """The place a header names, or None; the target `title` is still a job or an honorific.

    Compared without case, punctuation and blanks: "E-mail", "EMail" and "e mail" are the same word.
    """
    header = " ".join(header.split())
    if not header or len(header) > _LONGEST_HEADER:
        return None
    if match := _GROUP.match(header):
        return _of_group(folded(match[1]), int(match[2]), folded(match[3]))
    if (match := _ENTITY.match(header)) and folded(match[1]) in ENTITIES:
        return _of_entity(folded(match[1]), match[2])
    return _of_words(header)


@lru_cache(maxsize=4096)
def recognise_happening(header: str) -> str:
    """The target that a header names in a table of what happened; empty for none of its own."""
    return _happening_table().get(folded(header), "")


@cache
def _happening_table() -> dict[str, str]:
    return {folded(word): target for target, words in HEADERS for word in words.split("|")}


def _of_group(thing: str, number: int, part: str) -> Place | None:
    target = GROUPS.get(thing, {}).get(part)
    if target in {"organisation", "job_title", "department"}:
        return Place(target) if number == 1 else None
    return Place(target, group=number) if target else None


def _of_entity(entity: str, rest: str) -> Place | None:
    if found := ENTITIES[entity].get(folded(rest)):
        return Place(*found)
    return _of_words(rest) if entity == "person" else None


def _of_words(header: str) -> Place | None:
    if place := _known(header):
        return place
    tokens = re.findall(r"[\w\u0b80-\u0bff]+", _CAMEL.sub(" ", header).replace("_", " ").casefold())
    number = next((int(token) for token in tokens if token.isdecimal()), 0)
    tokens = [token for token in tokens if not token.isdecimal()]
    if number and (place := _known(" ".join(tokens))):
        return _numbered(place, number)
    label = next((QUALIFIERS[token] for token in tokens if token in QUALIFIERS), "")
    core = [token for token in tokens if token not in QUALIFIERS]
    if not label or not core:
        return None
    place = _known(" ".join(core)) or _known(" ".join(token for token in core if token not in FILLERS))
    if place is None or place.target not in _LABELLED or (place.label and place.label != "fax"):
        return None
    return _numbered(Place(place.target, _joint(label, place.label)), number)


def _joint(label: str, own: str) -> str:
    if own == "fax":
        return f"{label} fax" if label in {"work", "home"} else "fax"
    return label


def _numbered(place: Place, number: int) -> Place | None:
    if place.target in ADDRESS_PARTS:
        # "Home Street 2" is the second line of the same address.
        target = "street" if place.target == "formatted_address" else place.target
        return Place(target, place.label)
    return Place(place.target, place.label, number) if place.target in _LABELLED else None


def _known(header: str) -> Place | None:
    return _table().get(folded(header)) or _table().get(_plain(header))


def folded(text: str) -> str:
    """A word as words of tables are compared here: without case, blanks and punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] in "LNM")


def _plain(text: str) -> str:
    """The key without Latin accents; Tamil's vowel signs are marks too and must stay."""
    apart = unicodedata.normalize("NFD", text)
    return folded(re.sub("[\u0300-\u036f]", "", apart))


@cache
def _table() -> dict[str, Place]:
    table: dict[str, Place] = {}
    for target, label, words in WORDS:
        for word in words.split("|"):
            table.setdefault(folded(word), Place(target, label))
    for key, place in list(table.items()):
        table.setdefault(_plain(key), place)
    return table
