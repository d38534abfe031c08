"""Patterns over tokens, as the grammar files write them: words, `a|b`, `[optional]` and `{slot}`. No backtracking
beyond the optional words of one pattern, so that reading stays linear in the length of a sentence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from rapport.customers.capture.rules.words import Token, phrase

# Answers each value that a slot may take from here, with the token after it.
type Slot = Callable[[Sequence[Token], int], tuple[Any, int] | None]
type Slots = Mapping[str, Slot]


class Element(Struct, frozen=True):
    """One word of a pattern, or one slot."""

    words: frozenset[str] = frozenset()
    slot: str = ""
    is_optional: bool = False


class Pattern(Struct, frozen=True):
    """A compiled pattern and what it means."""

    elements: tuple[Element, ...]
    meaning: Mapping[str, Any]


class Index(Struct):
    """Patterns by their first word, so that few are tried at each token."""

    by_word: dict[str, list[Pattern]] = field(default_factory=dict)
    others: list[Pattern] = field(default_factory=list)

    def add(self, say: str, meaning: Mapping[str, Any]) -> None:
        """Compile and keep one pattern."""
        pattern = Pattern(tuple(_elements(say)), meaning)
        if (words := _first_words(pattern.elements)) is None:
            self.others.append(pattern)
            return
        for word in words:
            self.by_word.setdefault(word, []).append(pattern)

    def match(
        self, tokens: Sequence[Token], at: int, slots: Slots
    ) -> tuple[Pattern, int, dict[str, Any]] | None:
        """The longest pattern that begins here: itself, the token after it, and what its slots hold."""
        best: tuple[Pattern, int, dict[str, Any]] | None = None
        for pattern in [*self.by_word.get(tokens[at].folded, ()), *self.others]:
            found = _match(pattern.elements, 0, tokens, at, slots)
            # Of two as long, the one that says more of it in its own words: `susunod na linggo` is a week, no Sunday.
            if found is not None and (best is None or (found[0], -len(found[1])) > (best[1], -len(best[2]))):
                best = pattern, *found
        return best


def _first_words(elements: Sequence[Element]) -> set[str] | None:
    """The words with which it can begin; nothing where that may be a slot."""
    words: set[str] = set()
    for element in elements:
        if element.slot:
            return None
        words |= element.words
        if not element.is_optional:
            return words
    return words


def _elements(say: str) -> Iterator[Element]:
    for word in say.split():
        is_optional = word.startswith("[")
        part = word.strip("[]")
        if part.startswith("{"):
            yield Element(slot=part.strip("{}"), is_optional=is_optional)
            continue
        alternatives = [phrase(one) for one in part.split("|")]
        if len(alternatives) == 1:
            yield from (Element(frozenset({word}), is_optional=is_optional) for word in alternatives[0])
        else:
            yield Element(frozenset(one[0] for one in alternatives), is_optional=is_optional)


def _match(
    elements: Sequence[Element], number: int, tokens: Sequence[Token], at: int, slots: Slots
) -> tuple[int, dict[str, Any]] | None:
    if number == len(elements):
        return at, {}
    element = elements[number]
    for place in _places(tokens, at, is_first=number == 0):
        step = _step(element, tokens, place, slots)
        if step is not None:
            value, after = step
            rest = _match(elements, number + 1, tokens, after, slots)
            if rest is not None:
                return rest[0], ({element.slot: value} if element.slot else {}) | rest[1]
    return _match(elements, number + 1, tokens, at, slots) if element.is_optional else None


def _places(tokens: Sequence[Token], at: int, *, is_first: bool) -> Iterator[int]:
    """Here, and behind a full stop that hangs on the word before: `kl. 10`, `15. marts`."""
    if at < len(tokens):
        yield at
        if not is_first and tokens[at].text == "." and tokens[at].is_glued and at + 1 < len(tokens):
            yield at + 1


def _step(element: Element, tokens: Sequence[Token], at: int, slots: Slots) -> tuple[Any, int] | None:
    if element.slot:
        return slots[element.slot](tokens, at)
    return (None, at + 1) if tokens[at].folded in element.words else None
