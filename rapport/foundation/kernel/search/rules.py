"""Folding words so that names in any script are found however they are typed. One function for both databases."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii

# Letters that people also write as two (Danish and German practice), beside the plain letter without its mark.
_TWO_LETTERS = str.maketrans({"å": "aa", "ø": "oe", "æ": "ae", "ä": "ae", "ö": "oe", "ü": "ue"})
_PHONE = re.compile(r"[+(\d][\d\s()./+-]*\Z")
_ASCII = re.compile(r"[a-z0-9]+")
_DIGITS = re.compile(r"[0-9]+")
PHONE_ENDING = 4
# What begins the words that are ours and no user's: a private-use sign, which no typed word can hold.
OURS = "\ue000"
# A longer word is found by its first letters; PostgreSQL keeps no lexeme over 2 KB.
LONGEST = 120


class _Letters(dict[int, str]):
    """What is left of each character: letters, numbers, the marks that belong to them (Tamil vowel signs are Mc and
    Mn) and symbols such as emoji; nothing of those that only give form; a space of all others. Filled as they come."""

    def __missing__(self, code: int) -> str:
        char, category = chr(code), unicodedata.category(chr(code))
        is_word = category[0] in "LNM" or category == "So"
        self[code] = char if is_word else "" if category == "Cf" else " "
        return self[code]


_LETTERS = _Letters()


def words_in(text: str) -> list[str]:
    """The words of a text, casefolded and composed; format characters inside a word are dropped, not split at."""
    if text.isascii():
        return [word[:LONGEST] for word in _ASCII.findall(text.lower())]
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFC", text)
    return [word[:LONGEST] for word in text.translate(_LETTERS).split()]


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """A word without the marks on Latin, Greek and Cyrillic letters (ø to o, ł to l, ß to ss); others as they are."""
    if word.isascii():
        return word
    return "".join(_plain_letter(char) for char in unicodedata.normalize("NFC", word))


def _plain_letter(char: str) -> str:
    if char.isascii():
        return char
    if unicodedata.name(char, "").startswith("LATIN"):
        return anyascii(char).casefold()
    base = unicodedata.normalize("NFD", char)
    if unicodedata.name(base[0], "").startswith(("GREEK", "CYRILLIC")):
        return base[0]
    return char


@lru_cache(maxsize=20_000)
def _forms(word: str) -> frozenset[str]:
    """Every form a word is found by: folded, with two-letter spellings, and in Latin letters."""
    forms = {fold(word)}
    two = word.translate(_TWO_LETTERS)
    if two != word:
        forms.add(fold(two))
    if not fold(word).isascii():
        forms.update(words_in(anyascii(word)))
    return frozenset(forms)


def index_words(texts: Iterable[str], emails: Iterable[str] = (), phones: Iterable[str] = ()) -> set[str]:
    """The words a record is indexed by. E-mail addresses give their parts between @ . - _ +; a phone number gives
    its digits, and its digits backwards, so that an ending is a beginning."""
    found: set[str] = set()
    for text in (*texts, *emails):
        words = words_in(text)
        if text.isascii():
            found.update(words)  # their only form
        else:
            found.update(*map(_forms, words))
    for phone in phones:
        digits = "".join(_DIGITS.findall(phone))
        if digits:
            found |= {digits, f"{OURS}p{digits[::-1]}"}
    return found


def query_words(text: str) -> list[list[str]]:
    """What to look for: every inner list holds alternatives, one of which a record must have a word beginning with.

    A query of digits and phone punctuation is a phone's beginning, or its ending from four digits on, with or
    without the zero that stands for the country."""
    stripped = text.strip()
    digits = "".join(c for c in stripped if c.isdigit() and c.isascii())
    if digits and _PHONE.match(stripped):
        options = [digits]
        if len(digits) >= PHONE_ENDING:
            options += [f"{OURS}p{digits[::-1]}"]
            without_zero = digits.lstrip("0")
            if without_zero != digits and len(without_zero) >= PHONE_ENDING:
                options += [f"{OURS}p{without_zero[::-1]}", without_zero]
        return [options]
    return [[fold(word)] for word in words_in(text)]


def is_exact(words: set[str], query: list[list[str]]) -> bool:
    """True when every part of the query is a whole word of the record."""
    return all(any(option in words for option in options) for options in query)


def is_match(words: set[str], query: list[list[str]]) -> bool:
    """True when every part of the query begins a word of the record: the meaning of search, by full scan."""
    return bool(query) and all(
        any(word.startswith(option) for word in words for option in options) for options in query
    )
