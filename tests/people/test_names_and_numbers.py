"""Names as people write them, phones in E.164 beside what was typed, and strings that break other programs."""

import csv
import html
import json
import random
from pathlib import Path

import phonenumbers
import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from rapport.customers.people.models import Party
from rapport.customers.people.rules import check_email, e164, sort_key
from rapport.customers.timeline.models import Interaction, Note
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.ledger.services import act
from tests.cast import BACKEND, Cast, doing, part, person

SAID = {"channel": "phone", "direction": "ours", "at": "2026-11-19T10:00", "whose": "ours"}


@pytest.fixture
def ana(cast: Cast) -> Client:
    """Ana's browser."""
    client = Client()
    client.force_login(cast.ana, backend=BACKEND)
    return client


@pytest.mark.parametrize(
    ("typed", "region", "expected"),
    [
        ("32 12 34 56", "DK", "+4532123456"), ("+371 2212 3456", None, "+37122123456"),
        ("0905 123 4567", "PH", "+639051234567"), ("081234 56789", "IN", "+918123456789"),
        ("12", "DK", ""), ("not a number", "DK", ""), ("32 12 34 56", None, ""),
        ("+1 418 656 9254 ext. 102", None, "+14186569254;ext=102"),
    ],
)  # fmt: skip
def test_it_reads_a_phone_by_its_country(typed: str, region: str | None, expected: str) -> None:
    assert e164(typed, region) == expected


def test_it_gives_the_e164_of_every_example_and_leaves_the_others_as_typed(real_data: Path) -> None:
    with (real_data / "phones_libphonenumber" / "example_numbers.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    wrong = []
    for row in rows:
        expected = row["e164"] if row["valid"] == "True" else ""
        for typed in (row["international"], row["national"], row["e164"]):
            if e164(typed, row["region"]) != expected:
                wrong.append((row["region"], typed, e164(typed, row["region"]), expected))
    assert len(rows) == 570
    assert wrong == []


@pytest.mark.long
def test_it_reads_plain_numbers_just_as_the_library_does() -> None:
    """Most numbers are told without its parser; here those of every country, in many a way, right and wrong."""
    chance, wrong, plain = random.Random(5), [], 0
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        known = phonenumbers.example_number(region)
        if known is None:
            continue
        own, code = phonenumbers.national_significant_number(known), known.country_code
        changed = own[:-2] + str(chance.randrange(10, 100))
        for digits in (own, changed, own + "7", own[:-1]):
            for typed in (f"+{code}{digits}", f"+{code} {digits[:3]}-{digits[3:]}", digits, f"0{digits}",
                          f"{code}{digits}", f"00{code}{digits}", f"+{code} (0) {digits}", f"+0{digits}"):  # fmt: skip
                for place in (region, None, "DK"):
                    plain += 1
                    if e164(typed, place) != by_library(typed, place):
                        wrong.append((typed, place))
    assert plain > 20_000
    assert wrong == []


def by_library(text: str, region: str | None) -> str:
    """What libphonenumber makes of a number."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    is_valid = phonenumbers.is_valid_number(number)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if is_valid else ""


@pytest.mark.parametrize("wrong", ["joey(at)kapihan", "joey", "@x.example", "a@", "a b@c.example"])
def test_it_refuses_what_is_no_address_and_says_so(wrong: str) -> None:
    with pytest.raises(ValidationError):
        check_email(wrong)


@pytest.mark.parametrize(
    "right", ["søren@kjær.example", "o'brien@x.example", "முருகன்@x.example", "a+b@x.example"]
)
def test_it_takes_addresses_as_people_have_them(right: str) -> None:
    check_email(right)


def test_it_sorts_names_as_written_and_the_nameless_last() -> None:
    names = ["Ødegård", "Zariņa", "anna", "", "Åse", "முருகன்"]
    assert sorted(names, key=sort_key) == ["anna", "Åse", "Ødegård", "Zariņa", "முருகன்", ""]


def test_it_keeps_a_number_that_is_none_as_typed(cast: Cast) -> None:
    number = part(SYSTEM, "contact-points", person(SYSTEM, "Berg"), type="phone", value="ask for Lis, room 3")

    assert (number.value, number.normal) == ("ask for Lis, room 3", "")


def naughty(real_data: Path) -> list[str]:
    """The strings that have something to see in them."""
    strings: list[str] = json.loads((real_data / "naughty_strings" / "blns.json").read_text())
    return strings


@pytest.mark.long
def test_it_keeps_every_naughty_string_in_every_text_and_shows_it_escaped(
    cast: Cast, ana: Client, real_data: Path
) -> None:
    kept = [text for text in naughty(real_data) if text.strip() and "\x00" not in text]
    with act("import.part", **doing(SYSTEM)) as writer:
        parties = [
            Party(
                name=text,
                kind="person",
                sort_key="x",
                job_title=text,
                native_name=text,
                call_me=text,
                language=text,
            )
            for text in kept
        ]
        writer.bulk_create(parties)
        notes = writer.bulk_create(
            [Note(party=party, words=text) for party, text in zip(parties, kept, strict=True)]
        )
    assert [note.words for note in Note.objects.filter(pk__in=[n.pk for n in notes]).order_by("pk")] == kept
    assert len(kept) > 450

    for party, text in list(zip(parties, kept, strict=True))[::9]:
        answer = ana.get(f"/people/{party.pk}/")
        assert answer.status_code == 200, text
        body = answer.content.decode()
        assert html.escape(text) in body.replace("&#39;", "&#x27;"), text
        if text != html.escape(text):
            assert f'<h1 tabindex="-1"><bdi>{text}</bdi>' not in body
    assert ana.get("/people/?sort=name").status_code == 200


def test_it_takes_every_naughty_string_through_the_form_or_says_why_not(
    cast: Cast, ana: Client, real_data: Path
) -> None:
    for text in naughty(real_data)[::7]:
        answer = ana.post("/people/new/", {"name": text})
        if text.strip() and not any(
            ord(char) in {0, 0x85, 0x2028, 0x2029} or ord(char) < 32 for char in text
        ):
            assert answer.status_code == 303, repr(text)
            assert Party.objects.latest("pk").name == text.strip()
        else:
            assert answer.status_code in {303, 422}, repr(text)


def test_it_keeps_what_was_typed_when_a_form_is_wrong(cast: Cast, ana: Client) -> None:
    berg = person(cast.actor("ana"), "Berg", owner=cast.ana)
    sent = SAID | {"words": "hello", "key": "the-same"}

    first, second = (ana.post(f"/parties/{berg.pk}/saying/", sent) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert Interaction.objects.count() == 1


@pytest.mark.parametrize(
    ("due", "words"),
    [("2020-01-01", b"That day has passed"), ("9999-12-31", b"too far off"), ("31-02-2026", b"valid date")],
)
def test_it_refuses_a_day_that_no_promise_can_have(cast: Cast, ana: Client, due: str, words: bytes) -> None:
    berg = person(cast.actor("ana"), "Berg", owner=cast.ana)
    answer = ana.post(f"/parties/{berg.pk}/promising/", {"words": "x", "whose": "ours", "due": due})

    assert answer.status_code == 422
    assert words in answer.content


def test_it_offers_to_add_an_organisation_that_is_not_known(cast: Cast, ana: Client) -> None:
    sent = {"name": "Berg", "organisation": "Havnen"}
    answer = ana.post("/people/new/", sent)
    assert answer.status_code == 422
    assert b"organisation-add" in answer.content

    assert (
        ana.post(
            "/people/new/", {"name": "Berg", "organisation": "Havnen", "organisation-add": "1"}
        ).status_code
        == 303
    )
    assert str(Party.objects.people().get().organisation) == "Havnen"


def test_a_persons_page_says_languages_and_ways_in_words_and_no_codes(cast: Cast, ana: Client) -> None:
    one = person(cast.actor("ana"), "Kavitha", language="ta", channel="chat", owner=cast.ana)
    told = {"purpose": "offers", "channel": "in_person", "source": "the fair", "said_date": "2026-11-01"}
    part(cast.actor("ana"), "consents", one, is_given=True, **told)
    page = ana.get(f"/people/{one.pk}/").content.decode()
    assert page.count("Tamil") >= 2, "before you talk, and among the facts"
    assert "In person" in page
    assert "in_person" not in page
    assert 'value="ta"' in ana.get(f"/people/{one.pk}/fields/language/").content.decode()
