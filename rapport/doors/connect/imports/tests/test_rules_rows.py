"""Turning rows into cards: every value arrives, and none is guessed."""

from collections.abc import Sequence
from typing import Any

import pytest

from rapport.doors.connect.imports.rules.card import Address, Card, Day, Point
from rapport.doors.connect.imports.rules.columns import guess
from rapport.doors.connect.imports.rules.days import DAY_FIRST
from rapport.doors.connect.imports.rules.recognition import Place
from rapport.doors.connect.imports.rules.rows import BadRow, card_of
from rapport.doors.connect.imports.rules.tables import SAMPLE_BYTES, describe, read_rows
from rapport.doors.connect.imports.tests.real_files import REAL_FILES, expected, needs_real_files

EXPECTED = expected("expected_contacts.json")


def guessed(columns: Sequence[str], *rows: Sequence[str]) -> list[Card]:
    mapping = [item.place for item in guess(columns, rows)]
    return [card_of(row, mapping, columns) for row in rows]


def one(**said: str) -> Card:
    """The card of one row with these columns; underscores stand for blanks."""
    columns = [name.replace("_", " ") for name in said]
    return guessed(columns, list(said.values()))[0]


def read_file(path: str, language: str = "en") -> list[Card]:
    with (REAL_FILES / path).open("rb") as file:
        dialect = describe(file.read(SAMPLE_BYTES), language=language)
        file.seek(0)
        return guessed(dialect.columns, *[row.values for row in read_rows(file, dialect)])


@needs_real_files
@pytest.mark.real_input
@pytest.mark.parametrize("name", EXPECTED)
def test_it_reads_contact_lists_in_every_script(name: str) -> None:
    said: list[dict[str, Any]] = []
    for card in read_file(f"encodings/{name}"):
        [phone] = card.phones
        [address] = card.addresses
        said.append(
            {"name": card.name, "phone": phone.value, "language": card.language, "country": address.country}
        )
        said[-1] |= {header.lower(): value for header, value in card.custom}
    assert said == EXPECTED[name]


@needs_real_files
@pytest.mark.real_input
def test_it_reads_a_list_of_accounts_as_organisations() -> None:
    cards = read_file("maven_crm/accounts.csv")
    assert {card.kind for card in cards} == {"organisation"}
    assert len({card.name for card in cards}) == len(cards) == 85
    assert cards[6] == Card(
        kind="organisation",
        name="Bluth Company",
        organisation="Bluth Company",
        parent="Acme Corporation",
        custom=(
            ("sector", "technolgy"),
            ("year_established", "1993"),
            ("revenue", "1242.32"),
            ("employees", "3027"),
            ("office_location", "United States"),
        ),
    )


def test_it_keeps_a_salutation_that_the_full_name_leaves_out() -> None:
    card = one(Salutation="Mrs", FirstName="Inge", LastName="Berg", Name="Inge Berg", Title="Buyer")
    assert (card.name, card.job_title, card.custom) == ("Inge Berg", "Buyer", (("Salutation", "Mrs"),))


def test_it_keeps_the_order_the_file_s_own_full_name_has() -> None:
    assert one(Name="山田 太郎", First_name="太郎", Last_name="山田").name == "山田 太郎"


def test_it_joins_the_lines_of_a_street() -> None:
    card = one(Name="Ana", Home_Address="Iela 1", Home_Address_2="3. stāvs", Home_City="Rīga")
    assert card.addresses == (Address("home", street="Iela 1\n3. stāvs", city="Rīga"),)


def test_it_puts_thunderbird_s_birthday_together() -> None:
    columns = ["Name", "Birth Year", "Birth Month", "Birth Day"]
    assert guessed(columns, ["Ana", "1980", "3", "22"])[0].days == (Day("birthday", 1980, 3, 22),)
    assert guessed(columns, ["Ana", "", "3", "22"])[0].days == (Day("birthday", None, 3, 22),)
    card = guessed(columns, ["Ana", "1980", "", ""])[0]
    assert (card.days, card.custom) == ((), (("Birth Year", "1980"),))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1980-03-22", Day("birthday", 1980, 3, 22)),
        ("1980-03-22 00:00:00", Day("birthday", 1980, 3, 22)),
        ("19800322", Day("birthday", 1980, 3, 22)),
        ("1980.03.22.", Day("birthday", 1980, 3, 22)),
        ("22.03.1980", Day("birthday", 1980, 3, 22)),
        ("22/3/1980", Day("birthday", 1980, 3, 22)),
        ("3/22/1980", Day("birthday", 1980, 3, 22)),
        ("05/05/1980", Day("birthday", 1980, 5, 5)),
        ("22/03", Day("birthday", None, 3, 22)),
        ("22 March 1980", Day("birthday", 1980, 3, 22)),
        ("Mar 22, 1980", Day("birthday", 1980, 3, 22)),
        ("22. marts 1980", Day("birthday", 1980, 3, 22)),
        ("1980. gada 22. maijs", Day("birthday", 1980, 5, 22)),
        ("22 Ogos 1980", Day("birthday", 1980, 8, 22)),
    ],
)
def test_it_reads_days_that_can_be_only_one(written: str, day: Day) -> None:
    card = one(Name="Ana", Birthday=written)
    assert (card.days, card.custom) == ((day,), ())


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("03/04/1980", "it does not say which is the day and which the month"),
        ("22/03/80", "it is not a day we can read"),
        ("31/02/1980", "there is no day 31/02/1980"),
        ("spring", "it is not a day we can read"),
        ("² maj 1980", "it is not a day we can read"),
    ],
)
def test_it_guesses_no_day(written: str, reason: str) -> None:
    card = one(Name="Ana", Birthday=written)
    assert card.days == ()
    assert card.custom == (("Birthday", written),)
    assert card.also == (("Birthday", f"{written}: {reason}"),)


def test_it_reads_an_unclear_day_as_its_column_or_the_user_says() -> None:
    first, _ = guessed(["Name", "Birthday"], ["Ana", "03/04/1980"], ["Bo", "22/04/1980"])
    assert first.days == (Day("birthday", 1980, 4, 3),)
    card = card_of(["Ana", "03/04/1980"], [Place("name"), Place("anniversary", DAY_FIRST)])
    assert card.days == (Day("anniversary", 1980, 4, 3),)


def test_it_takes_outlook_s_empty_day_for_none() -> None:
    card = one(Name="Ana", Birthday="0/0/00")
    assert (card.days, card.custom, card.also) == ((), (), ())


def test_it_splits_tags() -> None:
    assert one(Name="Ana", Tags="VIP; press, VIP ::: * myContacts ::: buyers").tags == (
        "VIP",
        "press",
        "buyers",
    )


def test_it_puts_custom_fields_and_events_of_google_together() -> None:
    columns = ["Name", "Event 1 - Type", "Event 1 - Value", "Custom Field 1 - Type", "Custom Field 1 - Value"]
    [card] = guessed(columns, ["Ana", "Wedding", "2001-05-01", "Shoe size", "38"])
    assert (card.days, card.custom) == ((Day("Wedding", 2001, 5, 1),), (("Shoe size", "38"),))


def test_it_reads_an_organisation_without_a_person() -> None:
    card = one(Name="", Company="Acme", Phone="1 23")
    assert (card.kind, card.name, card.organisation) == ("organisation", "Acme", "Acme")


def test_it_invents_no_name_for_an_address() -> None:
    card = one(Name="", E_mail="info@acme.example")
    assert (card.kind, card.name, card.emails) == ("person", "", (Point("other", "info@acme.example"),))


def test_it_follows_what_the_user_has_changed() -> None:
    mapping = [
        Place("name"),
        Place("ignore"),
        Place("custom", "Shoe size"),
        Place("job_title"),
        Place("job_title"),
    ]
    card = card_of(["Ana", "secret", "38", "Buyer", "Chair"], mapping, ["A", "B", "C", "D", "E"])
    assert card == Card(name="Ana", job_title="Buyer", custom=(("E", "Chair"), ("Shoe size", "38")))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (["", " ", ""], "The row is empty"),
        ([], "The row is empty"),
        (["", "", "likes tea"], "The row has no name, organisation, e-mail or phone"),
    ],
)
def test_it_refuses_rows_without_anybody(values: list[str], reason: str) -> None:
    with pytest.raises(BadRow) as refusal:
        card_of(values, [Place("name"), Place("email"), Place("note")])
    assert str(refusal.value) == reason
