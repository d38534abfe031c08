"""Signatures and business cards, all invented: each gives the fields a person would tick."""

from pathlib import Path

from hypothesis import given, settings

from rapport.customers.capture.services import read_signature
from tests.capture.spoken import any_text

CARDS = Path(__file__).with_name("cards.txt").read_text(encoding="utf-8")
# Least share, in percent, of cards whose every field is right, and of fields.
FLOORS = (90, 95)


def cards() -> list[tuple[str, list[str]]]:
    """Each text with its expected fields as `part label: value`."""
    body = "\n".join(line for line in CARDS.splitlines() if not line.startswith("# "))
    found = []
    for one in body.split("\n---\n"):
        text, _gap, expected = one.partition("\n\n= ")
        found.append((text, [line.removeprefix("= ") for line in expected.splitlines() if line]))
    return found


def said(text: str) -> list[str]:
    return [
        f"{field.part} {field.label}".strip() + f": {field.value}" for field in read_signature(text).fields
    ]


def test_it_reads_cards_of_six_countries() -> None:
    whole = fields = wanted = 0
    for text, expected in cards():
        found = said(text)
        whole += sorted(found) == sorted(expected)
        fields += len(set(found) & set(expected))
        wanted += len(set(found) | set(expected))
        if sorted(found) != sorted(expected):
            print(
                f"{text}\n  missing {sorted(set(expected) - set(found))}\n  wrong {sorted(set(found) - set(expected))}"
            )
    shares = 100 * whole / len(cards()), 100 * fields / wanted
    print(f"cards read whole: {whole} of {len(cards())}, {shares[0]:.0f} %; fields {shares[1]:.0f} %")

    assert len(cards()) >= 30
    assert (shares[0] >= FLOORS[0], shares[1] >= FLOORS[1]) == (True, True)


@settings(deadline=None, max_examples=100)
@given(any_text(400))
def test_it_reads_any_text_as_a_card_with_its_places(text: str) -> None:
    card = read_signature(text)

    assert [field.span.of(text) for field in card.fields] == [field.value for field in card.fields]


def test_it_reads_a_long_text_in_bounded_time() -> None:
    assert len(read_signature("a@" * 50_000 + "1 " * 50_000).fields) < 1_000
