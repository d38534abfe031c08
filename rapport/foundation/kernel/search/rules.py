"""Folding words so that names in any script are found however they are typed. One function for both databases."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii

# What documents are made of: raised with every change here, so that the worker makes an older index anew.
FORMAT = 2
# Letters that people also write as two (Danish and German practice), beside the plain letter without its mark.
_TWO_LETTERS = str.maketrans({"å": "aa", "ø": "oe", "æ": "ae", "ä": "ae", "ö": "oe", "ü": "ue"})
_PHONE = re.compile(r"[+(\d][\d\s()./+-]*\Z")
_ASCII = re.compile(r"[a-z0-9]+")
_DIGITS = re.compile(r"[0-9]+")
PHONE_ENDING = 4
# What begins the words that are ours and no user's: a private-use sign, which no typed word can hold.
OURS = "\ue000"
# What begins a word of something said, which has no name: it is found beside the names, not among them.
SAID = "\ue001"
# How much of something said is indexed, in characters, and how many words of a question are asked.
SAID_TO, SAID_WORDS = 20_000, 12
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


def said_words(texts: Iterable[str], only_for: int | None) -> set[str]:
    """The words that something said is indexed by; what is for one user alone is said to that user alone."""
    mark = _said_mark(only_for)
    return {mark + word for word in index_words(text[:SAID_TO] for text in texts)}


def said_query(text: str, reader: int | None) -> list[list[str]]:
    """What to look for among what was said: to everybody, and to this reader alone."""
    marks = [_said_mark(None), *([] if reader is None else [_said_mark(reader)])]
    return [[mark + fold(word) for mark in marks] for word in words_in(text)[:SAID_WORDS]]


def _said_mark(only_for: int | None) -> str:
    return SAID if only_for is None else f"{SAID}{only_for}{SAID}"


# Spelling: words that are letters alone can be mistyped; a number is another number.
SHORTEST, LONGEST_SPELT = 4, 32
# One slip within these first letters leads to a word, and no slip beyond them changes them.
FIRST = 6


def is_spelt(word: str) -> bool:
    """True for a word whose typos are forgiven."""
    return SHORTEST <= len(word) <= LONGEST_SPELT and not any(c.isdigit() or c in (OURS, SAID) for c in word)


def slips(word: str) -> set[str]:
    """What a word is looked up by: its first letters, and these with one of them left out.

    Two words that differ by one letter left out, added, changed or swapped with its neighbour have one in common
    (SymSpell, Garbe 2012; with its prefix index)."""
    first = word[:FIRST]
    return {first} | {first[:place] + first[place + 1 :] for place in range(len(first))}


def is_one_edit(typed: str, word: str) -> bool:
    """True when one letter left out, added, changed or swapped with its neighbour makes one word the other."""
    if typed == word or abs(len(typed) - len(word)) > 1:
        return False
    place = next(
        (i for i, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), min(len(typed), len(word))
    )
    rest, other = typed[place:], word[place:]
    return (
        rest[1:] == other[1:]
        or rest[1:] == other
        or rest == other[1:]
        or (rest[1::-1] == other[:2] and rest[2:] == other[2:])
    )


def nearest(typed: str, words: Iterable[str], limit: int) -> list[str]:
    """The words one edit away, best first; then those that begin so. The first letter is mistyped least (Pollock and
    Zamora 1984)."""
    whole = [word for word in words if is_one_edit(typed, word)]
    begun = [
        word
        for word in words
        if word not in whole and any(is_one_edit(typed, word[:n]) for n in _about(typed))
    ]
    best = sorted(whole, key=lambda word: (word[0] != typed[0], abs(len(word) - len(typed)), word))
    return [*best, *sorted(begun, key=lambda word: (word[0] != typed[0], len(word), word))][:limit]


def _about(typed: str) -> range:
    return range(len(typed) - 1, len(typed) + 2)
