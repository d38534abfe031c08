"""Cuts a sentence into words, numbers and signs, each with its place. Linear in the length of the text."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from rapport.customers.capture.rules.reading import Span
from rapport.foundation.kernel.search.rules import fold

# What is analysed of a text; all of it stays in the note.
LONGEST = 1_000
# Letters, and the marks that belong to them: accents that stand apart, Tamil vowel signs, joiners.
_MARKS = "\u0300-\u036f\u0b80-\u0bff\u200c\u200d"
_TOKEN = re.compile(
    rf"(?P<number>\d+(?:[.,:/-]\d+)*)|(?P<word>[^\W\d_][^\W\d_{_MARKS}]*(?:[{_MARKS}'’]+[^\W\d_]*)*)|(?P<sign>\S|\n)"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HYPHENS = "-‐‑–"
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})


class Token(Struct, frozen=True):
    """A word, a number or a sign. `folded` compares; `is_glued` when no space stands before it."""

    text: str
    folded: str
    start: int
    end: int
    kind: str
    is_glued: bool

    @property
    def is_word(self) -> bool:
        """True for a word."""
        return self.kind == "word"

    @property
    def is_capital(self) -> bool:
        """True for a word written with a capital."""
        return self.is_word and self.text[0].isupper()


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text, up to LONGEST characters. A hyphen between words is none, but glues them."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text, 0, analysed(text)):
        kind, said = match.lastgroup or "sign", match[0]
        if kind == "word":
            said = said.rstrip("'’")
        if said in _HYPHENS and found and match.start() == end:
            end = match.end()
            continue
        if kind == "sign" and said != "\n" and unicodedata.category(said) in {"Cf", "Cc"}:
            end = match.end() if match.start() == end else end
            continue
        glued = match.start() == end and end > 0
        end = match.start() + len(said)
        found.append(Token(said, folded(said), match.start(), end, kind, glued))
    return found


def analysed(text: str) -> int:
    """How many characters are analysed: up to the last space before LONGEST, or up to it where there is none."""
    if len(text) <= LONGEST:
        return len(text)
    return text.rfind(" ", 1, LONGEST) + 1 or LONGEST


def folded(word: str) -> str:
    """A word as it compares: composed, without case, without marks on Latin letters."""
    plain = unicodedata.normalize("NFC", word.translate(_QUOTES)).casefold()
    return fold(plain.replace("\u200c", "").replace("\u200d", ""))


@lru_cache(maxsize=5_000)  # a name that is known is compared again with every key
def phrase(text: str) -> tuple[str, ...]:
    """The words of a phrase of a grammar, or of a name, cut as a sentence is."""
    return tuple(token.folded for token in tokens_of(text))


def note_of(text: str) -> str:
    """The text without control characters and outer space: nothing else is lost, nothing added."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def span_of(tokens: Sequence[Token], start: int, end: int) -> Span:
    """The place of the tokens from `start` to before `end`."""
    return Span(tokens[start].start, tokens[end - 1].end)
