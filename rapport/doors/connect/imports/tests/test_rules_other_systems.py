"""The columns of other systems, all filled: every value must arrive in the card."""

import csv
from collections.abc import Sequence

import pytest

from rapport.doors.connect.imports.rules.card import Address, Card, Day, Point, Relative
from rapport.doors.connect.imports.rules.columns import guess
from rapport.doors.connect.imports.rules.rows import card_of
from rapport.doors.connect.imports.tests.real_files import REAL_FILES, needs_real_files

GOOGLE_ROW = {
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

GOOGLE_CARD = Card(
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
        Address("home", "Iela 1", "Rīga", "Vidzeme", "LV-1010", "LV", "PK 7", "dz. 2", "Iela 1\nRīga"),
        Address("work", "Vej 2", "Aarhus", "Midtjylland", "8000", "DK", "PB 8", "2. sal", "Vej 2\nAarhus"),
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
OUTLOOK_RELATIVES = (
    Relative("manager", "<Manager's Name>"),
    Relative("assistant", "<Assistant's Name>"),
    Relative("spouse", "<Spouse>"),
)
OUTLOOK_PHONES = [
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


def header(name: str, line: int = 0) -> list[str]:
    with (REAL_FILES / "crm_csv_headers" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[line]


def guessed(columns: Sequence[str], row: Sequence[str]) -> Card:
    return card_of(row, [item.place for item in guess(columns, [row])], columns)


@needs_real_files
@pytest.mark.real_input
def test_it_brings_every_value_of_google_contacts() -> None:
    columns = header("google_contacts_2024.csv")
    assert sorted(GOOGLE_ROW) == sorted(columns)
    assert guessed(columns, [GOOGLE_ROW[column] for column in columns]) == GOOGLE_CARD


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
    card = guessed(columns, [said[column] for column in columns])

    def values(points: tuple[Point, ...]) -> list[tuple[str, str]]:
        return [(point.label, point.value.strip("<>")) for point in points]

    assert (card.name, card.call_me, card.job_title) == ("Mrs Inge K. Berg II", "<Nickname>", "<Job Title>")
    assert (card.organisation, card.department, card.notes) == ("<Company>", "<Department>", ("<Notes>",))
    assert values(card.emails) == [
        ("other", "E-mail Address"),
        ("other", "E-mail 2 Address"),
        ("other", "E-mail 3 Address"),
    ]
    assert values(card.phones) == OUTLOOK_PHONES
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
    assert card.relatives == OUTLOOK_RELATIVES
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
    assert guessed(columns, row) == Card(
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
