"""Turning rows into cards: every value arrives, and none is guessed."""

import csv
from collections.abc import Sequence
from typing import Any

import pytest

from rapport.doors.connect.imports.rules.card import Address, Card, Day, Point, Relative
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


def header(name: str, line: int = 0) -> list[str]:
    with (REAL_FILES / "crm_csv_headers" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[line]


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


@needs_real_files
@pytest.mark.real_input
def test_it_brings_every_value_of_google_contacts() -> None:
    said = {
        "First Name": "Ana",
        "Middle Name": "Maria",
        "Last Name": "Ozola",
        "Phonetic First Name": "AH-na",
        "Phonetic Middle Name": "ma-REE-a",
        "Phonetic Last Name": "OH-zo-la",
        "Name Prefix": "Dr.",
        "Name Suffix": "Jr.",
        "Nickname": "Annie",
        "File As": "Ozola Ana",
        "Organization Name": "Acme",
        "Organization Title": "Buyer",
        "Organization Department": "Purchasing",
        "Birthday": " --03-22",
        "Notes": "Likes tea.\nCalls late.",
        "Photo": "https://example.org/ana.jpg",
        "Labels": "* myContacts ::: * starred ::: VIP",
        "E-mail 1 - Label": "* Work",
        "E-mail 1 - Value": "ana@acme.example ::: ana2@acme.example",
        "E-mail 2 - Label": "Home",
        "E-mail 2 - Value": "ana@home.example",
        "E-mail 3 - Label": "Newsletter",
        "E-mail 3 - Value": "ana@news.example",
        "Phone 1 - Label": "Mobile",
        "Phone 1 - Value": "+371 20000001",
        "Phone 2 - Label": "Work Fax",
        "Phone 2 - Value": "+371 60000002",
        "Address 1 - Label": "Home",
        "Address 1 - Formatted": "Iela 1\nRīga",
        "Address 1 - Street": "Iela 1",
        "Address 1 - City": "Rīga",
        "Address 1 - PO Box": "PK 7",
        "Address 1 - Region": "Vidzeme",
        "Address 1 - Postal Code": "LV-1010",
        "Address 1 - Country": "LV",
        "Address 1 - Extended Address": "dz. 2",
        "Address 2 - Label": "Work",
        "Address 2 - Formatted": "Vej 2\nAarhus",
        "Address 2 - Street": "Vej 2",
        "Address 2 - City": "Aarhus",
        "Address 2 - PO Box": "PB 8",
        "Address 2 - Region": "Midtjylland",
        "Address 2 - Postal Code": "8000",
        "Address 2 - Country": "DK",
        "Address 2 - Extended Address": "2. sal",
        "Relation 1 - Label": "Spouse",
        "Relation 1 - Value": "Bo",
        "Website 1 - Label": "Profile",
        "Website 1 - Value": "https://example.org/ana",
    }
    columns = header("google_contacts_2024.csv")
    assert sorted(said) == sorted(columns)
    assert guessed(columns, [said[column] for column in columns]) == [
        Card(
            name="Dr. Ana Maria Ozola Jr.",
            call_me="Annie",
            organisation="Acme",
            job_title="Buyer",
            department="Purchasing",
            emails=(
                Point("work", "ana@acme.example", preferred=True),
                Point("work", "ana2@acme.example", preferred=True),
                Point("home", "ana@home.example"),
                Point("Newsletter", "ana@news.example"),
            ),
            phones=(Point("mobile", "+371 20000001"), Point("work fax", "+371 60000002")),
            links=(Point("Profile", "https://example.org/ana"),),
            addresses=(
                Address(
                    "home", "Iela 1", "Rīga", "Vidzeme", "LV-1010", "LV", "PK 7", "dz. 2", "Iela 1\nRīga"
                ),
                Address(
                    "work", "Vej 2", "Aarhus", "Midtjylland", "8000", "DK", "PB 8", "2. sal", "Vej 2\nAarhus"
                ),
            ),
            days=(Day("birthday", None, 3, 22),),
            relatives=(Relative("spouse", "Bo"),),
            notes=("Likes tea.\nCalls late.",),
            tags=("starred", "VIP"),
            custom=(
                ("Phonetic First Name", "AH-na"),
                ("Phonetic Middle Name", "ma-REE-a"),
                ("Phonetic Last Name", "OH-zo-la"),
                ("File As", "Ozola Ana"),
                ("Photo", "https://example.org/ana.jpg"),
            ),
        )
    ]


@needs_real_files
@pytest.mark.real_input
def test_it_brings_every_value_of_outlook() -> None:
    columns = header("outlook_com.csv")
    said = {column: f"<{column}>" for column in columns} | {
        "Title": "Mrs",
        "First Name": "Inge",
        "Middle Name": "K.",
        "Last Name": "Berg",
        "Suffix": "II",
        "Birthday": "3/22/1980",
        "Anniversary": "13/1/2011",
    }
    [card] = guessed(columns, [said[column] for column in columns])

    def values(points: tuple[Point, ...]) -> list[tuple[str, str]]:
        return [(point.label, point.value.strip("<>")) for point in points]

    assert (card.name, card.call_me, card.job_title) == ("Mrs Inge K. Berg II", "<Nickname>", "<Job Title>")
    assert (card.organisation, card.department, card.notes) == ("<Company>", "<Department>", ("<Notes>",))
    assert values(card.emails) == [
        ("other", "E-mail Address"),
        ("other", "E-mail 2 Address"),
        ("other", "E-mail 3 Address"),
    ]
    assert values(card.phones) == [
        ("home", "Home Phone"),
        ("home", "Home Phone 2"),
        ("work", "Business Phone"),
        ("work", "Business Phone 2"),
        ("mobile", "Mobile Phone"),
        ("car", "Car Phone"),
        ("other", "Other Phone"),
        ("main", "Primary Phone"),
        ("pager", "Pager"),
        ("work fax", "Business Fax"),
        ("home fax", "Home Fax"),
        ("fax", "Other Fax"),
        ("main", "Company Main Phone"),
        ("callback", "Callback"),
        ("radio", "Radio Phone"),
        ("telex", "Telex"),
        ("TTY/TDD", "TTY/TDD Phone"),
        ("assistant", "Assistant's Phone"),
    ]
    assert values(card.links) == [("home", "Personal Web Page"), ("other", "Web Page")]
    assert values(card.messaging) == [("other", "IMAddress")]
    assert card.addresses == tuple(
        Address(
            label=label,
            street=f"<{word} Street>",
            city=f"<{word} City>",
            region=f"<{word} State>",
            postal_code=f"<{word} Postal Code>",
            country=f"<{word} Country/Region>",
        )
        for label, word in (("work", "Business"), ("home", "Home"), ("other", "Other"))
    )
    assert card.days == (Day("birthday", 1980, 3, 22), Day("anniversary", 2011, 1, 13))
    assert card.relatives == (
        Relative("manager", "<Manager's Name>"),
        Relative("assistant", "<Assistant's Name>"),
        Relative("spouse", "<Spouse>"),
    )
    homeless = [
        "Given Yomi",
        "Surname Yomi",
        "Office Location",
        "Company Yomi",
        "Schools",
        "Hobby",
        "Location",
    ]
    assert card.custom == tuple((name, f"<{name}>") for name in homeless)
    assert card.also == ()


@needs_real_files
@pytest.mark.real_input
def test_it_brings_what_pipedrive_says_of_a_person() -> None:
    columns = header("pipedrive_sample_import.csv")
    row = [
        "Ana Ozola",
        "Ana",
        "Ozola",
        "+371 2",
        "a@w.lv",
        "a@h.lv",
        "Acme",
        "Iela 1, Rīga",
        "Big",
        "7",
        "Call",
        "2024-01-01",
        "Hi",
    ]
    assert guessed(columns, row) == [
        Card(
            name="Ana Ozola",
            organisation="Acme",
            phones=(Point("other", "+371 2"),),
            emails=(Point("work", "a@w.lv"), Point("home", "a@h.lv")),
            addresses=(Address("work", formatted="Iela 1, Rīga"),),
            notes=("Hi",),
            custom=(
                ("Deal - Title", "Big"),
                ("Deal - Value", "7"),
                ("Activity - Subject*", "Call"),
                ("Activity - Due date", "2024-01-01"),
            ),
        )
    ]


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
