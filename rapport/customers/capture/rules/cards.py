"""A pasted signature or the text of a business card becomes the fields of a person, each to be ticked or not."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from rapport.customers.capture.rules.reading import Span
from rapport.customers.capture.rules.words import folded

# What is read of a text, and how many lines of it: a signature is short.
LONGEST, MOST_LINES = 4_000, 60
_EMAIL = re.compile(
    r"[^\s<>()\[\],;:|\"]{1,64}@(?:[^\W_][\w\u0300-\u036f\u0b80-\u0bff-]{0,62}\.){1,8}[^\W\d_][\w-]{1,62}"
)
_WEB = re.compile(r"(?:https?://|www\.)[^\s<>|,;\"']{2,300}", re.I)
_BARE_WEB = re.compile(
    r"(?:^|\s)(?:w|web|url|site)\s{0,3}[:.]\s{0,3}((?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?:/\S{0,200})?)", re.I
)
_PHONE = re.compile(r"(?<![\w.@/])\+?\(?\d(?:[\s().\-/]{0,3}\d){6,14}(?![\w@])")
_LABEL = re.compile(r"([^\W\d_][^\s:|,;]{0,20})\s{0,2}[.:]{0,2}\s{0,3}\Z")
_PARTS = re.compile(r"\s*[|·•\t]\s*")
_SPACE = re.compile(r"\s+")


class CardPart(StrEnum):
    """A field of a card."""

    NAME = "name"
    TITLE = "title"
    ORGANISATION = "organisation"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    WEB = "web"


class CardField(Struct, frozen=True):
    """One field with its place in the text. `label` is the kind of a phone: `work`, `mobile`, `fax`, or empty."""

    part: CardPart
    value: str
    span: Span
    label: str = ""


class CardReading(Struct, frozen=True):
    """What a text says of one person; `rest` are lines that no field took, so that nothing is lost unseen."""

    text: str
    fields: tuple[CardField, ...]
    rest: tuple[str, ...]

    def first(self, part: CardPart) -> str:
        """The value of the first field of a kind; empty when there is none."""
        return next((field.value for field in self.fields if field.part == part), "")

    def all(self, part: CardPart) -> tuple[CardField, ...]:
        """Every field of a kind."""
        return tuple(field for field in self.fields if field.part == part)


class _Piece(Struct, frozen=True):
    """A part of a line that is left when addresses and numbers are taken out."""

    text: str
    start: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(folded(word.strip(".,:;()\"'“”„")) for word in self.text.split())


class _Words(Struct, frozen=True):
    greetings: tuple[str, ...]
    organisations: frozenset[str]
    titles: frozenset[str]
    streets: tuple[str, ...]
    phones: dict[str, str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    table = tomllib.loads(Path(__file__).with_name("cards.toml").read_text(encoding="utf-8"))
    return _Words(
        tuple(_plain(one) for one in table["greetings"]),
        frozenset(map(folded, table["organisations"])),
        frozenset(map(folded, table["titles"])),
        tuple(map(folded, table["streets"])),
        {folded(word): kind for kind, some in table["phones"].items() for word in some},
    )


def _plain(text: str) -> str:
    return " ".join(folded(word.strip(".,:;!/-")) for word in text.split())


def read_card(text: str) -> CardReading:
    """The fields of the person a signature or card is of. Never raises; a text that is no card gives few fields."""
    fields: list[CardField] = []
    pieces: list[_Piece] = []
    for start, line in _lines(text[:LONGEST]):
        found = list(_fields_by_shape(line, start))
        fields += found
        pieces += _pieces(line, start, [field.span for field in found])
    pieces = [piece for piece in pieces if not _is_greeting(piece)]
    named, rest = _by_meaning(pieces, fields)
    order = {part: number for number, part in enumerate(CardPart)}
    fields = sorted([*fields, *named], key=lambda field: (order[field.part], field.span))
    return CardReading(text, tuple(_without_twins(fields)), tuple(rest))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        if number < MOST_LINES:
            yield start, line.rstrip()
        start += len(line)


def _fields_by_shape(line: str, start: int) -> Iterator[CardField]:
    """Addresses, links and numbers of one line, none within another."""
    taken: list[Span] = []

    def field(part: CardPart, first: int, value: str, label: str = "") -> Iterator[CardField]:
        span = Span(start + first, start + first + len(value))
        if not any(span.start < one.end and one.start < span.end for one in taken):
            taken.append(span)
            yield CardField(part, value, span, label)

    for match in _EMAIL.finditer(line) if "@" in line else ():
        yield from field(CardPart.EMAIL, match.start(), match[0])
    for match in _WEB.finditer(line):
        yield from field(CardPart.WEB, match.start(), match[0].rstrip(".)"))
    for match in _BARE_WEB.finditer(line):
        yield from field(CardPart.WEB, match.start(1), match[1])
    for match in _PHONE.finditer(line):
        label = _LABEL.search(line[: match.start()][-24:])
        kind = _words().phones.get(folded(label[1].rstrip("."))) if label else None
        yield from field(CardPart.PHONE, match.start(), match[0].strip(), kind or "")


def _pieces(line: str, start: int, taken: Sequence[Span]) -> Iterator[_Piece]:
    """What is left of a line, cut at strokes and dots; labels of what was taken go with it."""
    left = list(line)
    for span in taken:
        left[span.start - start : span.end - start] = "|" * (span.end - span.start)
    rest, place = "".join(left), 0
    for part in [*_PARTS.finditer(rest), None]:
        end = part.start() if part else len(rest)
        text = rest[place:end]
        stripped = text.strip(" ,;-–—*_/")
        if stripped and not _is_label(stripped):
            yield _Piece(stripped, start + place + text.index(stripped))
        place = part.end() if part else end


def _is_label(text: str) -> bool:
    word = folded(text.rstrip(".: "))
    return word in _words().phones or word in {
        "e",
        "w",
        "email",
        "e-mail",
        "mail",
        "web",
        "www",
        "e-pasts",
        "epasts",
        "emel",
        "site",
    }


def _is_greeting(piece: _Piece) -> bool:
    text = _plain(piece.text)
    return not any(char.isalnum() for char in text) or any(
        text == one or text.startswith(f"{one} ") for one in _words().greetings
    )


def _by_meaning(pieces: list[_Piece], fields: Sequence[CardField]) -> tuple[list[CardField], list[str]]:
    """Organisation, address, title and name, each by its words; then by the e-mail address; then by order."""
    found: list[CardField] = []
    plain: list[_Piece] = []
    for piece in (one for whole in pieces for one in _parted(whole)):
        part = _part_of(piece)
        if part is None:
            plain.append(piece)
        elif part == CardPart.ADDRESS or not any(field.part == part for field in found):
            found.append(CardField(part, piece.text, piece.span))
        else:
            plain.append(piece)
    local, domain = _of_email(fields)
    if len(plain) > 1 and not any(field.part == CardPart.ORGANISATION for field in found):
        firm = max(plain, key=lambda piece: _likeness(piece, domain))
        if _likeness(firm, domain) > max(0, _likeness(firm, local)):
            plain.remove(firm)
            found.append(CardField(CardPart.ORGANISATION, firm.text, firm.span))
    if plain:
        name = max(plain, key=lambda piece: (_likeness(piece, local), len(piece.words) > 1, -piece.start))
        plain = [piece for piece in plain if piece is not name and not set(piece.words) <= set(name.words)]
        found.insert(0, _name(name))
    return found, [piece.text for piece in plain]


def _parted(piece: _Piece) -> Iterator[_Piece]:
    """`Sales Manager, Nordpak A/S` and `Director at Nordpak` are two; `Kapihan ni Lola, Inc.` is one."""
    for mark in (", ", " at ", " hos ", " @ "):
        left, found, right = piece.text.partition(mark)
        if not found:
            continue
        one, other = _Piece(left, piece.start), _Piece(right, piece.start + len(left) + len(mark))
        parts = {_part_of(one), _part_of(other)}
        if CardPart.TITLE in parts and CardPart.ADDRESS not in parts and parts != {CardPart.TITLE}:
            yield from (one, other)
            return
    yield piece


def _part_of(piece: _Piece) -> CardPart | None:
    words = _words()
    if any(word in words.organisations for word in piece.words):
        return CardPart.ORGANISATION
    if any(char.isdigit() for char in piece.text) or any(word in words.streets for word in piece.words[1:]):
        return CardPart.ADDRESS
    if any(word in words.titles for word in piece.words):
        return CardPart.TITLE
    return None


def _of_email(fields: Sequence[CardField]) -> tuple[str, str]:
    for field in fields:
        if field.part == CardPart.EMAIL:
            local, _at, domain = field.value.partition("@")
            return _letters(local), _letters(domain.rpartition(".")[0])
    return "", ""


def _letters(text: str) -> str:
    return "".join(char for char in folded(text) if char.isalnum())


def _likeness(piece: _Piece, text: str) -> int:
    """How many letters of the words stand in the text; initials and words of two letters say nothing."""
    return sum(
        len(word) for word in {_letters(word) for word in piece.words} if len(word) > 2 and word in text
    )


def _name(piece: _Piece) -> CardField:
    """A name without the letters of a degree behind it."""
    name, comma, degree = piece.text.partition(", ")
    if comma and degree.replace(".", "").replace(" ", "").isupper() and len(degree) <= 8:
        return CardField(CardPart.NAME, name, Span(piece.start, piece.start + len(name)))
    return CardField(CardPart.NAME, piece.text, piece.span)


def _without_twins(fields: Sequence[CardField]) -> Iterator[CardField]:
    met: set[tuple[CardPart, str]] = set()
    for field in fields:
        key = field.part, _SPACE.sub("", field.value).casefold()
        if key not in met:
            met.add(key)
            yield field
