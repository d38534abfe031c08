"""The grammar of a language, read from its file in `languages/`; docs/grammar.md says what each table is for."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from rapport.customers.capture.rules.patterns import Index
from rapport.customers.capture.rules.words import Token, folded, phrase

FOLDER = Path(__file__).parent / "languages"
# Phrases that say how a word group is to be taken; each is a list in the table [phrases].
LISTS = (
    "stops", "before", "after", "fillers", "and", "with", "we", "they", "is", "ours", "theirs", "promised",
    "deeds", "our_deeds", "their_deeds", "said_we", "said_they", "owed_we", "owed_they", "polite", "new",
    "name_parts", "before_name", "prefers", "call_me", "birthday", "deadline", "abbreviations", "must",
)  # fmt: skip


class Phrases(Struct, frozen=True):
    """A set of phrases, found at a token in one look."""

    by_first: Mapping[str, tuple[tuple[str, ...], ...]]

    def end(self, tokens: Sequence[Token], at: int) -> int:
        """The token after the longest phrase that begins here; `at` itself when none does."""
        for words in self.by_first.get(tokens[at].folded, ()):
            if tuple(token.folded for token in tokens[at : at + len(words)]) == words:
                return at + len(words)
        return at

    def ends_at(self, tokens: Sequence[Token], end: int) -> int:
        """Where a phrase that ends before the token `end` begins; `end` itself when none does."""
        for start in range(max(0, end - 4), end):
            if self.end(tokens, start) == end:
                return start
        return end

    def __contains__(self, word: str) -> bool:
        return (word,) in self.by_first.get(word, ())


class Grammar(Struct, frozen=True):
    """All that is known of one language."""

    language: str
    options: Mapping[str, Any]
    phrases: Mapping[str, Phrases]
    words: Mapping[str, Mapping[str, Any]]
    endings: tuple[str, ...]
    name_endings: tuple[tuple[str, str], ...]
    our_endings: tuple[str, ...]
    their_endings: tuple[str, ...]
    moments: Index
    contacts: Index
    known_words: frozenset[str]

    def is_(self, name: str, token: Token) -> bool:
        """True when the token alone is a phrase of the list."""
        return token.folded in self.phrases[name]

    def look_up(self, table: str, word: str) -> Any:
        """What a word, with or without an ending, stands for in a table (weekdays, months, units, numbers)."""
        words = self.words[table]
        if word in words:
            return words[word]
        for ending in self.endings:
            if word.endswith(ending) and (stem := word.removesuffix(ending)) in words:
                return words[stem]
        return None

    def forms(self, word: str) -> tuple[str, ...]:
        """What a word of a name may be in the nominative, itself first."""
        found = {word: None}
        for ending, base in self.name_endings:
            if word.endswith(ending) and len(word) - len(ending) >= 2:
                found[word.removesuffix(ending) + base] = None
        return tuple(found)


def languages() -> tuple[str, ...]:
    """The languages that have a grammar."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@lru_cache(maxsize=16)
def grammar(language: str) -> Grammar:
    """The grammar of a language, such as `da` or `en-GB`; of English where there is none of its own."""
    known = languages()
    code = language.replace("_", "-").partition("-")[0].lower()
    code = code if code in known else "en"
    table = tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    phrases = {name: _phrases(table["phrases"].get(name, ())) for name in LISTS}
    words = {name: dict(_words(table["words"].get(name, {}))) for name in _TABLES}
    moments, contacts = Index(), Index()
    for entry in table["moments"]:
        for say in entry["say"]:
            moments.add(say, entry)
    for entry in table["contacts"]:
        for say in entry["say"]:
            contacts.add(say, entry)
    endings = table.get("endings", {})
    return Grammar(
        language=code,
        options=table.get("options", {}),
        phrases=phrases,
        words=words,
        endings=_longest_first(endings.get("dates", ())),
        name_endings=tuple((folded(a), folded(b)) for a, b in endings.get("names", ())),
        our_endings=_longest_first(endings.get("ours", ())),
        their_endings=_longest_first(endings.get("theirs", ())),
        moments=moments,
        contacts=contacts,
        known_words=frozenset(_every_word(phrases, words, moments, contacts)),
    )


_TABLES = ("weekdays", "months", "units", "numbers", "ordinals", "currencies")
# Lists whose words may be part of a name, or are no words of their own.
_NO_STOPS = frozenset({"name_parts", "abbreviations", "before_name"})


def _phrases(texts: Iterable[str]) -> Phrases:
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for words in {phrase(text) for text in texts}:
        by_first.setdefault(words[0], []).append(words)
    return Phrases({first: tuple(sorted(some, key=len, reverse=True)) for first, some in by_first.items()})


def _words(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """`monday = 0` and `0 = ["monday", "mon"]` both."""
    for name, value in table.items():
        if isinstance(value, list):
            yield from ((phrase(word)[0], int(name) if name.isdigit() else name) for word in value)
        else:
            yield phrase(name)[0], value


def _every_word(
    phrases: Mapping[str, Phrases], words: Mapping[str, Mapping[str, Any]], *indexes: Index
) -> Iterator[str]:
    """Every word of the grammar: no name begins with one of these unless it is capital or known."""
    for name, some in phrases.items():
        if name not in _NO_STOPS:
            yield from (word for group in some.by_first.values() for one in group for word in one)
    for table in words.values():
        yield from table
    for index in indexes:
        for group in [*index.by_word.values(), index.others]:
            yield from (word for one in group for part in one.elements for word in part.words)


def _longest_first(some: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(map(folded, some), key=len, reverse=True))
