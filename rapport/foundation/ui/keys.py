"""The single-letter keys: what each does, which letter it ships with, and the letter of one's own that replaces it.

A user's own letters are kept as text, two signs for each that differs: `cq na` puts Q in the place of C."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct


class Key(Struct, frozen=True):
    """One letter as it is shipped, and what it does. `name` stands in addresses and forms."""

    name: str
    letter: str
    label: str | Promise


KEYS = (
    Key("capture", "c", _("Say what happened, from any page")),
    Key("find", "/", _("Find or do")),
    Key("go", "g", _("Go to a place, with its letter after it")),
    Key("new", "n", _("New")),
    Key("promise", "p", _("Promise something, on a person’s page")),
    Key("remind", "r", _("Remind me of what the page is about")),
    Key("filter", "f", _("Filter")),
    Key("next", "j", _("Next row")),
    Key("previous", "k", _("Previous row")),
    Key("select", "x", _("Select the row")),
    Key("edit", "e", _("Edit the first cell or fact")),
    Key("keep", "d", _("Keep the promise, or be done with the reminder")),
    Key("move", "m", _("Move the promise or the reminder")),
    Key("hand", "h", _("Hand the promise over")),
    Key("let-be", "b", _("Let be who is going quiet")),
    Key("undo", "z", _("Undo")),
    Key("keys", "?", _("All keys")),
)


def own_letters(kept: str) -> dict[str, str]:
    """From the shipped letter to one's own, as far as they differ; what is no pair is passed over."""
    return {pair[0]: pair[1] for pair in kept.split() if len(pair) == 2}


def kept_letters(own: Mapping[str, str]) -> str:
    """The text that `own_letters` reads, without what is as shipped."""
    return " ".join(
        f"{key.letter}{own[key.letter]}" for key in KEYS if own.get(key.letter, key.letter) != key.letter
    )
