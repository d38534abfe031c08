"""Recognising columns: by their words in six languages, by their neighbours and by their values."""

import csv

import pytest

from rapport.doors.connect.imports.rules.columns import TARGETS, guess, is_usable
from rapport.doors.connect.imports.rules.days import DAY_FIRST, MONTH_FIRST
from rapport.doors.connect.imports.rules.words import WORDS
from rapport.doors.connect.imports.tests.real_files import REAL_FILES, needs_real_files


def targets(header: str, *rows: str) -> str:
    """The targets of a comma-separated header, with `target:label` where there is a label and `#` for the group."""
    columns = header.split(",")
    found = guess(columns, [row.split(",") for row in rows] or [["x"] * len(columns)])
    words = []
    for item in found:
        label = f":{item.label}" if item.label and item.target != "custom" else ""
        words.append(item.target + label + (f"#{item.group}" if item.group else ""))
    return " ".join(words)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            "First name,Last name,Company,Job title,E-mail,Phone,Mobile,Street,City,Zip,State,Country,"
            "Birthday,Notes,Website,Tags",
            "given family organisation job_title email phone phone:mobile street city postal_code region "
            "country birthday note link tags",
        ),
        (
            "Fornavn,Efternavn,Firma,Stilling,E-mail,Telefon,Mobil,Adresse,Postnr.,By,Land,Fødselsdag,"
            "Bemærkninger,Hjemmeside,Kategori",
            "given family organisation job_title email phone phone:mobile street postal_code city "
            "country birthday note link tags",
        ),
        (
            "Vārds,Uzvārds,Uzņēmums,Amats,E-pasts,Tālrunis,Mobilais,Iela,Pilsēta,Pasta indekss,Valsts,"
            "Dzimšanas diena,Piezīmes,Mājaslapa",
            "given family organisation job_title email phone phone:mobile street city postal_code "
            "country birthday note link",
        ),
        (
            "பெயர்,நிறுவனம்,பதவி,தொலைபேசி,கைபேசி,மின்னஞ்சல்,முகவரி,நகரம்,அஞ்சல் குறியீடு,நாடு,பிறந்த நாள்,குறிப்பு,இணையதளம்",
            "name organisation job_title phone phone:mobile email street city postal_code country "
            "birthday note link",
        ),
        (
            "Nama,Syarikat,Jawatan,No. Telefon,Telefon Bimbit,E-mel,Alamat,Bandar,Poskod,Negeri,Negara,"
            "Tarikh Lahir,Nota,Laman Web",
            "name organisation job_title phone phone:mobile email street city postal_code region country "
            "birthday note link",
        ),
        (
            "Pangalan,Apelyido,Kumpanya,Posisyon,Telepono,Cellphone,Email,Tirahan,Lungsod,Zip Code,Bansa,"
            "Kaarawan,Mga Tala",
            "given family organisation job_title phone phone:mobile email street city postal_code "
            "country birthday note",
        ),
    ],
)
def test_it_knows_plain_lists_in_the_readers_languages(header: str, said: str) -> None:
    assert targets(header) == said


@pytest.mark.parametrize("header", ["E-MAIL", "e mail", "Email:", " E-Mail ", "ēpasts", "epasts", "E_mail"])
def test_it_compares_words_without_case_and_punctuation(header: str) -> None:
    assert targets(header) in {"email"}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            "Work Phone,Phone (home),Business Fax,Fax,Mobile number",
            "phone:work phone:home phone:work fax phone:fax phone:mobile",
        ),
        (
            "E-mail 2 Address,Home Phone 2,Work email,Personal e-mail",
            "email#2 phone:home#2 email:work email:home",
        ),
        (
            "Business Street,Business Street 2,Business Postal Code",
            "street:work street:work postal_code:work",
        ),
        ("MailingStreet,MailingCity,OtherPostalCode", "street:mailing city:mailing postal_code:other"),
        (
            "Name,Manager's Name,Spouse,LinkedIn,Skype",
            "name relation_value:manager relation_value:spouse link:LinkedIn messaging:Skype",
        ),
        ("Full name,Owner,Lifecycle stage,Record ID,Language", "name owner stage external_id language"),
    ],
)
def test_it_takes_labels_from_the_words_beside(header: str, said: str) -> None:
    assert targets(header) == said


def test_it_knows_the_older_google_contacts() -> None:
    header = (
        "Name,Given Name,Additional Name,Family Name,Name Prefix,Name Suffix,Group Membership,E-mail "
        "1 - Type,E-mail 1 - Value,"
        "IM 1 - Service,IM 1 - Value,Organization 1 - Name,Organization 1 - Title,Event 1 - Type,"
        "Event 1 - Value,"
        "Custom Field 1 - Type,Custom Field 1 - Value"
    )
    assert targets(header) == (
        "name given middle family prefix suffix tags email_label#1 email#1 messaging_label#1 "
        "messaging#1 organisation job_title"
        " day_label#1 day#1 custom_label#1 custom_value#1"
    )


def test_it_knows_thunderbird() -> None:
    header = (
        "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work "
        "Phone,Fax Number,Pager Number,"
        "Home Address,Home Address 2,Home City,Home ZipCode,Organization,Web Page 1,Birth Year,Birth "
        "Month,Birth Day,Custom 1,Notes"
    )
    assert targets(header) == (
        "given family name call_me email:main email:other messaging phone:work phone:fax phone:pager "
        "street:home street:home"
        " city:home postal_code:home organisation link#1 birth_year birth_month birth_day custom note"
    )


def test_it_knows_hubspot() -> None:
    header = (
        "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Contact owner,"
        "Lifecycle Stage,Company name,Job Title,"
        "Street Address,City,State/Region,Postal Code,Country/Region,Website URL,Create Date"
    )
    assert targets(header) == (
        "external_id given family email phone phone:mobile owner stage organisation job_title street "
        "city region postal_code country"
        " link custom"
    )


@needs_real_files
@pytest.mark.real_input
@pytest.mark.parametrize(
    ("name", "line", "without_home"),
    [
        (
            "google_contacts_2024.csv",
            0,
            ["Phonetic First Name", "Phonetic Middle Name", "Phonetic Last Name", "File As", "Photo"],
        ),
        (
            "outlook_com.csv",
            0,
            ["Given Yomi", "Surname Yomi", "Office Location", "Company Yomi", "Schools", "Hobby", "Location"],
        ),
        ("linkedin_connections.csv", 3, ["Connected On"]),
        (
            "pipedrive_sample_import.csv",
            0,
            ["Deal - Title", "Deal - Value", "Activity - Subject*", "Activity - Due date"],
        ),
        (
            "salesforce_contact.csv",
            0,
            [
                *(
                    "IsDeleted",
                    "MasterRecordId",
                    "AccountId",
                    "RecordTypeId",
                    "OtherLatitude",
                    "OtherLongitude",
                ),
                *(
                    "OtherGeocodeAccuracy",
                    "MailingLatitude",
                    "MailingLongitude",
                    "MailingGeocodeAccuracy",
                    "ReportsToId",
                ),
                *(
                    "LeadSource",
                    "HasOptedOutOfEmail",
                    "HasOptedOutOfFax",
                    "DoNotCall",
                    "CreatedDate",
                    "CreatedById",
                ),
            ],
        ),
    ],
)
def test_it_finds_a_home_for_every_column_of_other_systems_but_these(
    name: str, line: int, without_home: list[str]
) -> None:
    with (REAL_FILES / "crm_csv_headers" / name).open(encoding="utf-8", newline="") as file:
        columns = list(csv.reader(file))[line]
    found = guess(columns, [["x"] * len(columns)])
    assert [item.column for item in found if item.target == "custom"] == without_home
    assert is_usable(found)


def test_it_tells_a_title_before_a_name_from_a_job() -> None:
    assert targets("Title,First Name,Suffix") == "prefix given suffix"
    assert targets("Title,Name", "Dr.,Ana", "hr.,Bo") == "prefix name"
    assert targets("Title,Name", "Buyer,Ana", "CEO,Bo") == "job_title name"
    assert targets("Salutation,Name,Title") == "prefix name job_title"


def test_it_takes_a_bare_name_for_the_missing_half() -> None:
    assert targets("Name,Vorname") == "family given"
    assert targets("Pangalan,Apelyido") == "given family"


def test_it_takes_the_company_for_the_subject_when_there_are_no_persons() -> None:
    assert targets("account,sector,subsidiary_of") == "organisation_name custom parent"
    assert targets("Name,Industry,Website") == "organisation_name custom link"
    assert targets("Company,Contact,Phone") == "organisation name phone"


def test_it_lets_the_values_decide_when_the_header_says_nothing() -> None:
    found = guess(
        ["A", "B", "C", "D", "E"],
        [
            ["ana@x.lv", "+371 2000 0000", "https://x.lv", "red", ""],
            ["bo@x.dk", "(02) 3234 5678", "www.x.dk", "2024-01-31", ""],
        ],
    )
    assert [(item.target, item.certainty) for item in found] == [
        ("email", "likely"),
        ("phone", "likely"),
        ("link", "likely"),
        ("custom", "none"),
        ("ignore", "none"),
    ]


def test_it_takes_no_dates_or_plain_numbers_for_phones() -> None:
    assert targets("A,B,C", "2024-01-31,12345678,5.1", "2024-02-01,22345678,4.9") == "custom custom custom"


def test_it_reads_the_order_of_day_and_month_off_the_whole_column() -> None:
    assert guess(["Birthday"], [["03/04/1980"], ["22/04/1980"]])[0].label == DAY_FIRST
    assert guess(["Birthday"], [["03/04/1980"], ["04/22/1980"]])[0].label == MONTH_FIRST
    assert guess(["Birthday"], [["03/04/1980"], ["05/06/1980"]])[0].label == ""
    assert guess(["Birthday"], [["22/04/1980"], ["04/22/1980"]])[0].label == ""


def test_it_keeps_a_second_column_of_the_same_kind_under_its_own_name() -> None:
    found = guess(["Company", "Employer", "E-mail", "E-mail (2)"], [["Acme", "Beta", "a", "b"]])
    assert [(item.target, item.label) for item in found] == [
        ("organisation_name", ""),
        ("custom", "Employer"),
        ("email", ""),
        ("email", ""),
    ]


def test_it_calls_a_table_without_contacts_unusable() -> None:
    assert not is_usable(guess(["product", "series", "sales_price"], [["GTX", "G", "550"]]))
    assert is_usable(guess(["x"], [["ana@x.lv"]]))


def test_it_has_no_word_that_means_two_places_in_one_language_table() -> None:
    seen: dict[str, str] = {}
    for target, label, words in WORDS:
        for word in words.split("|"):
            assert seen.setdefault(word, f"{target} {label}") == f"{target} {label}", word
        assert target in TARGETS | {"title"}
