"""Reading .vcf files of version 2.1, 3.0 and 4.0 as real programs write them, one card in memory at a time."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from msgspec import Struct

from rapport.doors.connect.imports.rules.card import Card
from rapport.doors.connect.imports.rules.cards_apart import Bundle, cards_apart
from rapport.doors.connect.imports.rules.properties import Property, decode, properties_of
from rapport.doors.connect.imports.rules.vcard_meanings import Draft

_NOT_CONTACTS = {
    "group": "a list of other cards",
    "location": "a place",
    "application": "a program",
    "device": "a device",
}
_KIND_NAMES = ("KIND", "X-ADDRESSBOOKSERVER-KIND")


class BadCard(Struct, frozen=True):
    """A card that cannot become a contact: where it begins, its text, and why, in a sentence for the user."""

    line: int
    raw: str
    reason: str


def read_vcards(lines: Iterable[bytes] | BinaryIO) -> Iterator[Card | BadCard]:
    """Give every card of the file in its order; one that cannot be read becomes a BadCard and stops nothing.

    `lines` is an open binary file at its beginning, or its lines. A file without any card gives one BadCard.
    Sources: RFC 6350, RFC 2426, versit vCard 2.1, and the exports in tests/real_input/expected_vcards.json.
    """
    count = 0
    for bundle in cards_apart(lines):
        count += 1
        yield _read(bundle)
    if not count:
        yield BadCard(1, "", "The file is empty: there is no contact in it.")


def _read(bundle: Bundle) -> Card | BadCard:
    raw = decode(b"\n".join(bundle.lines))
    if bundle.is_too_large:
        return BadCard(bundle.line, raw[:2000], "The card is larger than 16 MB, or its END:VCARD is missing.")
    if not bundle.is_card:
        return BadCard(
            bundle.line, raw, "These lines are outside any card: no BEGIN:VCARD stands before them."
        )
    properties = list(properties_of(bundle.lines))
    if what := _not_a_contact(properties):
        return BadCard(
            bundle.line, _whole(bundle, raw), f"The card is {what}, not a person or an organisation."
        )
    card = Draft(properties).card(raw=_whole(bundle, raw), remarks=_remarks(bundle, properties))
    if not card.is_somebody:
        return BadCard(bundle.line, card.raw, "The card has no name, organisation, e-mail or phone.")
    return card


def _not_a_contact(properties: list[Property]) -> str:
    kinds = (prop.text.lower() for prop in properties if prop.name in _KIND_NAMES)
    return next((_NOT_CONTACTS[kind] for kind in kinds if kind in _NOT_CONTACTS), "")


def _whole(bundle: Bundle, raw: str) -> str:
    return f"BEGIN:VCARD\n{raw}\n" + ("END:VCARD\n" if bundle.has_end else "")


def _remarks(bundle: Bundle, properties: list[Property]) -> list[tuple[str, str]]:
    """What the user should know about the reading itself, in the words of 'also in the card'."""
    remarks = []
    if not bundle.has_end:
        remarks.append(("END", "The line END:VCARD was missing; the card was read up to the next one."))
    for prop in properties:
        if prop.is_guessed:
            promised = prop.param("CHARSET")
            read_as = f"{promised} with letters missing" if promised else "Windows-1252"
            remarks.append((prop.name, f"The text was not {promised or 'UTF-8'}; it was read as {read_as}."))
    return remarks
