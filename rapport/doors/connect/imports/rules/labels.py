"""The words of vCard for kinds of addresses and numbers, turned into ours."""

import re
from collections.abc import Collection

# Apple wraps its own labels so that a person's words are never taken for them.
_APPLE = re.compile(r"^_\$!<(.*)>!\$_$")
_APPLE_WORDS = {
    "homefax": "home fax",
    "workfax": "work fax",
    "otherfax": "fax",
    "assistantphone": "assistant",
    "homepage": "home page",
    "iphone": "mobile",
}
# These say how a number or address is used, not whose or where it is (RFC 2426, 3.2.1 and 3.3.1; RFC 6350, 6.4.1).
_SILENT = {
    *(
        "voice",
        "msg",
        "text",
        "video",
        "pref",
        "internet",
        "x400",
        "postal",
        "parcel",
        "intl",
        "dom",
        "bbs",
        "modem",
    ),
    *("isdn", "pcs", "textphone", "uri", "x-internet", "x-evolution-ui-slot"),
}
_PLAIN = {"home": "home", "work": "work", "main": "main", "other": "other", "main-number": "main"}


def label_of(types: Collection[str], own: str = "") -> str:
    """Our label for vCard TYPE words (lower case), or for the person's own X-ABLabel, which wins.

    A fax keeps its place (work fax); a mobile at work is a mobile.
    """
    if own:
        return own_label(own)
    said = [word for word in types if word not in _SILENT]
    if "fax" in said:
        return next((f"{place} fax" for place in ("work", "home") if place in said), "fax")
    if "pager" in said:
        return "pager"
    if {"cell", "mobile", "iphone"} & set(said):
        return "mobile"
    for word in said:
        if word in _PLAIN:
            return _PLAIN[word]
    return said[0].removeprefix("x-").replace("-", " ") if said else "other"


def own_label(text: str) -> str:
    """A label as a person or Apple wrote it: Apple's in lower case, the person's untouched."""
    match = _APPLE.match(text)
    if not match:
        return text
    word = match[1].casefold()
    return _APPLE_WORDS.get(word, word)
