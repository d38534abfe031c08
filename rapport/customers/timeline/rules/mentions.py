"""Which colleagues a text names, by an @ before the name."""

import re
from collections.abc import Mapping

_AT = re.compile(r"(?<!\w)@(?=\w)")


def named(words: str, colleagues: Mapping[int, str]) -> list[int]:
    """The keys of the colleagues who are named, in the order of the text, each once.

    The longest full name that stands there counts; else a first word that only one of them is called by."""
    found: list[int] = []
    for at in _AT.finditer(words):
        rest = words[at.end() :].casefold()
        whole = [key for key, name in colleagues.items() if _begins(rest, name.casefold())]
        first = [
            key for key, name in colleagues.items() if name and _begins(rest, name.casefold().split()[0])
        ]
        if whole:
            found.append(max(whole, key=lambda key: len(colleagues[key])))
        elif len(first) == 1:
            found.append(first[0])
    return list(dict.fromkeys(found))


def _begins(text: str, name: str) -> bool:
    after = text[len(name) : len(name) + 1]
    return bool(name) and text.startswith(name) and not (after.isalnum() or after == "_")
