"""Reading tables: what is read of every real file, what is refused, and how broken rows are told."""

import io
import json
import tracemalloc
from pathlib import Path

import pytest

from rapport.doors.connect.imports.rules.columns import guess, is_usable
from rapport.doors.connect.imports.rules.encodings import encoding_of
from rapport.doors.connect.imports.rules.tables import SAMPLE_BYTES, Row, Unreadable, describe, read_rows
from rapport.doors.connect.imports.tests.real_files import REAL_FILES, needs_real_files

WORKBOOK = "This is an Excel or LibreOffice workbook, not CSV. Save the sheet as CSV UTF-8 and import that."
OLD_WORKBOOK = "This is an old Excel workbook, not CSV. Save the sheet as CSV UTF-8 and import that."
JSON = "This is a JSON document, not a table. Export the list as CSV and import that."
ONLY_HEADER = "The file has a header line but no row under it. Export the list again with its contacts."
NOTHING_UNDER = "The file is empty: there is no row in it."

# file: (encoding, separator, line of the header, columns, rows, usable) or the refusal
TORTURE: dict[str, tuple[str, str, int, int, int, bool] | str] = {
    "agate/realdata/Datagov_FY10_EDU_recp_by_State.csv": ("utf-8", ",", 1, 9, 53, False),
    "agate/realdata/README.csv": ("utf-8", ",", 1, 4, 1, False),
    "agate/realdata/ks_1033_data.csv": ("utf-8", ",", 1, 14, 1575, False),
    "agate/tableset/table1.csv": ("utf-8", ",", 1, 2, 3, False),
    "agate/tableset/table3.csv": ("utf-8", ",", 1, 2, 3, False),
    "agate/tableset/type_error/table2.csv": ("utf-8", ",", 1, 2, 3, False),
    "agate/test.csv": ("utf-8", ",", 1, 6, 3, False),
    "agate/test_crlf.csv": ("utf-8", ",", 1, 6, 3, False),
    "agate/test_csv_sniff.csv": ("utf-8", "|", 1, 6, 3, False),
    "agate/test_latin1.csv": ("cp1252", ",", 1, 3, 2, False),
    "agate/test_quote_nonnumeric.csv": ("utf-8", ",", 1, 6, 3, False),
    "agate/test_utf16_big.csv": ("utf-16", ",", 1, 3, 2, False),
    "agate/test_utf16_little.csv": ("utf-16", ",", 1, 3, 2, False),
    "csv-spectrum/csvs/comma_in_quotes.csv": ("utf-8", ",", 1, 5, 1, True),
    "csv-spectrum/csvs/empty.csv": ("utf-8", ",", 1, 3, 2, False),
    "csv-spectrum/csvs/empty_crlf.csv": ("utf-8", ",", 1, 3, 2, False),
    "csv-spectrum/csvs/escaped_quotes.csv": ("utf-8", ",", 1, 2, 2, False),
    "csv-spectrum/csvs/json.csv": ("utf-8", ",", 1, 2, 1, False),
    "csv-spectrum/csvs/location_coordinates.csv": ("utf-8", ",", 1, 4, 1, True),
    "csv-spectrum/csvs/newlines.csv": ("utf-8", ",", 1, 3, 3, False),
    "csv-spectrum/csvs/newlines_crlf.csv": ("utf-8", ",", 1, 3, 3, False),
    "csv-spectrum/csvs/quotes_and_newlines.csv": ("utf-8", ",", 1, 2, 2, False),
    "csv-spectrum/csvs/simple.csv": ("utf-8", ",", 1, 3, 1, False),
    "csv-spectrum/csvs/simple_crlf.csv": ("utf-8", ",", 1, 3, 1, False),
    "csv-spectrum/csvs/utf8.csv": ("utf-8", ",", 1, 3, 2, False),
    "csv-spectrum/json/comma_in_quotes.json": JSON,
    "csv-spectrum/json/empty.json": JSON,
    "csv-spectrum/json/empty_crlf.json": JSON,
    "csv-spectrum/json/escaped_quotes.json": JSON,
    "csv-spectrum/json/json.json": JSON,
    "csv-spectrum/json/location_coordinates.json": JSON,
    "csv-spectrum/json/newlines.json": JSON,
    "csv-spectrum/json/newlines_crlf.json": JSON,
    "csv-spectrum/json/quotes_and_newlines.json": JSON,
    "csv-spectrum/json/simple.json": JSON,
    "csv-spectrum/json/simple_crlf.json": JSON,
    "csv-spectrum/json/utf8.json": JSON,
    "csvkit/bad_skip_lines.csv": ("utf-8", ",", 4, 3, 3, False),
    "csvkit/blanks.csv": ("utf-8", ",", 1, 6, 1, False),
    "csvkit/dummy.xlsx": WORKBOOK,
    "csvkit/dummy2.csv": ("utf-8", ",", 1, 3, 1, False),
    "csvkit/dummy_col_shuffled.csv": ("utf-8", ",", 1, 3, 1, False),
    "csvkit/dummy_col_shuffled_ragged.csv": ("utf-8", ",", 1, 4, 1, False),
    "csvkit/foo1.csv": ("utf-8", ",", 1, 3, 2, True),
    "csvkit/foo2.csv": ("utf-8", ",", 1, 3, 2, True),
    "csvkit/iris.csv": ("utf-8", ",", 1, 5, 150, False),
    "csvkit/irismeta.csv": ("utf-8", ",", 1, 3, 3, False),
    "csvkit/join_a_short.csv": ("utf-8", ",", 1, 3, 3, False),
    "csvkit/join_b.csv": ("utf-8", ",", 1, 3, 3, False),
    "csvkit/no_header_row.csv": ("utf-8", ",", 0, 3, 1, False),
    "csvkit/realdata/Datagov_FY10_EDU_recp_by_State.csv": ("utf-8", ",", 3, 9, 55, False),
    "csvkit/realdata/README.csv": ("utf-8", ",", 1, 4, 3, False),
    "csvkit/realdata/acs2012_5yr_population.csv": ("utf-8", ",", 1, 4, 93, True),
    "csvkit/realdata/census_2000/census2000_geo_schema.csv": ("utf-8", ",", 1, 3, 83, False),
    "csvkit/realdata/census_2000/determination_schema.csv": ("utf-8", ",", 1, 6, 21, False),
    "csvkit/realdata/ks_1033_data.csv": ("utf-8", ",", 1, 14, 1575, False),
    "csvkit/sheets.xls": OLD_WORKBOOK,
    "csvkit/sheets.xlsx": WORKBOOK,
    "csvkit/sniff_limit.csv": ("utf-8", ";", 1, 3, 1, False),
    "csvkit/test.xls": OLD_WORKBOOK,
    "csvkit/test_empty_columns.csv": ("utf-8", ",", 1, 5, 3, False),
    "csvkit/test_extra_header.csv": ("utf-8", ",", 1, 4, 1, False),
    "csvkit/test_geojson.csv": ("utf-8", ",", 1, 7, 3, False),
    "csvkit/test_latin1.csv": ("cp1252", ",", 1, 3, 2, False),
    "csvkit/test_no_leading_zeroes.csv": ("utf-8", ",", 1, 3, 1, False),
    "csvkit/test_precision.csv": ("utf-8", ",", 1, 1, 1, False),
    "csvkit/test_skip_lines.csv": ("utf-8", ",", 4, 3, 1, False),
    "csvkit/test_skip_lines.xls": OLD_WORKBOOK,
    "csvkit/test_skip_lines.xlsx": WORKBOOK,
    "csvkit/test_utf16_big.csv": ("utf-16", ",", 1, 3, 2, False),
    "csvkit/test_utf16_little.csv": ("utf-16", ",", 1, 3, 2, False),
    "csvkit/testfixed_schema_no_inference.csv": ("utf-8", ",", 1, 3, 3, False),
}
HEADERS: dict[str, tuple[str, str, int, int, int, bool] | str] = {
    "google_contacts_2024.csv": ONLY_HEADER,
    "linkedin_connections.csv": ONLY_HEADER,
    "mailchimp_audience.csv": ("utf-8", ",", 1, 19, 1, True),
    "outlook_com.csv": ONLY_HEADER,
    "pipedrive_sample_import.csv": ONLY_HEADER,
    "salesforce_contact.csv": ONLY_HEADER,
}


def rows_of(data: bytes, language: str = "en") -> list[Row]:
    return list(read_rows(io.BytesIO(data), describe(data, language=language)))


def outcome(path: Path) -> tuple[str, str, int, int, int, bool] | str:
    try:
        with path.open("rb") as file:
            dialect = describe(file.read(SAMPLE_BYTES), language="en")
            file.seek(0)
            rows = list(read_rows(file, dialect))
            assert not file.closed
    except Unreadable as refusal:
        return str(refusal)
    usable = is_usable(guess(dialect.columns, [row.values for row in rows[:200]]))
    return dialect.encoding, dialect.delimiter, dialect.header_line, len(dialect.columns), len(rows), usable


@needs_real_files
@pytest.mark.real_input
@pytest.mark.parametrize("name", TORTURE)
def test_it_reads_or_refuses_every_hard_file(name: str) -> None:
    assert outcome(REAL_FILES / "csv_torture" / name) == TORTURE[name]


@needs_real_files
@pytest.mark.real_input
@pytest.mark.parametrize("name", HEADERS)
def test_it_reads_or_refuses_every_bare_header(name: str) -> None:
    assert outcome(REAL_FILES / "crm_csv_headers" / name) == HEADERS[name]


@needs_real_files
@pytest.mark.real_input
def test_it_has_an_expectation_for_every_file() -> None:
    for folder, known in (("csv_torture", TORTURE), ("crm_csv_headers", HEADERS)):
        found = {path for path in (REAL_FILES / folder).rglob("*.*") if path.suffix not in {".md", ".txt"}}
        assert {str(path.relative_to(REAL_FILES / folder)) for path in found if path.is_file()} == set(known)


@needs_real_files
@pytest.mark.real_input
def test_it_reads_the_very_values_of_csv_spectrum() -> None:
    folder = REAL_FILES / "csv_torture" / "csv-spectrum"
    for path in sorted((folder / "csvs").glob("*.csv")):
        if path.stem == "location_coordinates":
            continue  # its JSON has another phone number
        data = path.read_bytes()
        columns = describe(data, language="en").columns
        said = [dict(zip(columns, row.values, strict=True)) for row in rows_of(data)]
        assert said == json.loads((folder / "json" / f"{path.stem}.json").read_text("utf-8")), path.name


@needs_real_files
@pytest.mark.real_input
@pytest.mark.parametrize("language", ["en", "da", "lv", "ms", "fil", "ta"])
def test_it_tells_the_encoding_of_contact_lists_for_every_reader(language: str) -> None:
    folder = REAL_FILES / "encodings"
    known = json.loads((folder / "expected.json").read_text("utf-8"))
    for name, said in known.items():
        data = (folder / name).read_bytes()
        if not name.startswith("contacts_"):
            continue
        dialect = describe(data, language=language)
        assert (name, dialect.encoding, dialect.delimiter) == (name, said["encoding"], said["delimiter"])
        assert len(rows_of(data, language)) == said["rows"]


@needs_real_files
@pytest.mark.real_input
def test_it_tells_the_encoding_of_texts_in_many_scripts() -> None:
    folder = REAL_FILES / "encodings"
    known = json.loads((folder / "expected.json").read_text("utf-8"))
    for name, said in known.items():
        found = encoding_of((folder / name).read_bytes(), language="en")
        assert (name, found.replace("-", "_")) == (name, said["encoding"].replace("-", "_"))


def test_it_reads_latvian_code_pages_for_a_latvian() -> None:
    data = "Vārds;Uzvārds\nJānis;Bērziņš\nLīga;Kalniņa\nĢirts;Žagars\n".encode("cp1257")
    dialect = describe(data, language="lv")
    assert (dialect.encoding, dialect.columns) == ("cp1257", ("Vārds", "Uzvārds"))
    danish = "Fornavn;Efternavn\nBjørn;Sørensen\nÆgir;Ågård\n".encode("cp1252")
    assert describe(danish, language="lv").encoding == "cp1252"


def test_it_reads_utf16_without_a_mark() -> None:
    data = "பெயர்,E-mail\nராஜ,raja@example.in\n".encode("utf-16-le")
    assert describe(data, language="ta").encoding == "utf-16-le"
    assert rows_of(data) == [Row(2, ("ராஜ", "raja@example.in"))]


def test_it_says_when_later_letters_are_in_another_encoding() -> None:
    head = b"Name,E-mail\n" + b"Ana,ana@x.lv\n" * 10
    dialect = describe(head, language="en")
    last = list(read_rows(io.BytesIO(head + b"Bj\xf8rn,b@x.dk\n"), dialect))[-1]
    assert last.values == ("Bjørn", "b@x.dk")
    assert (
        last.problem
        == "has letters in another encoding than the rest of the file; they were read as Windows-1252"
    )


def test_it_pads_short_rows_and_tells_long_ones() -> None:
    assert rows_of(b"Name,E-mail,Phone\nAna\nBo,b@x.lv,1,,\nEva,e@x.lv,2,3,4\n,,\n\nIda,i@x.lv,5\n") == [
        Row(2, ("Ana", "", "")),
        Row(3, ("Bo", "b@x.lv", "1")),
        Row(4, ("Eva", "e@x.lv", "2"), "has 5 values, the header has 3"),
        Row(5, ("", "", "")),
        Row(7, ("Ida", "i@x.lv", "5")),
    ]


def test_it_counts_the_lines_a_row_begins_at() -> None:
    assert [row.line for row in rows_of(b'Name,Note\r\nAna,"one\r\ntwo"\r\nBo,three\r\n')] == [2, 4]


def test_it_skips_what_stands_before_the_header() -> None:
    linkedin = b'Notes:\n"When exporting, you may notice, that ""some"" are missing."\n\n'
    data = linkedin + b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    data += b"Ana,Ozola,,a@x.lv,Acme,Boss,01 Jan 2024\n"
    assert describe(data, language="en").header_line == 4
    assert rows_of(data) == [Row(5, ("Ana", "Ozola", "", "a@x.lv", "Acme", "Boss", "01 Jan 2024"))]
    titled = b"Customers,January\n\nName;E-mail;Phone\nAna;a@x.lv;1\nBo;b@x.lv;2\n"
    assert describe(titled, language="en").header_line == 3


def test_it_reads_the_separator_excel_announces() -> None:
    data = b"sep=|\nName|Note\nAna|a, b, c\n"
    dialect = describe(data, language="en")
    assert (dialect.delimiter, dialect.header_line, dialect.columns) == ("|", 2, ("Name", "Note"))
    assert rows_of(data) == [Row(3, ("Ana", "a, b, c"))]


def test_it_prefers_the_separator_that_is_consistent() -> None:
    data = b"Name;Note\nAna;Riga, Latvia, and more, much more\nBo;one, two\nEva;nothing\n"
    assert describe(data, language="en").delimiter == ";"


def test_it_keeps_both_of_two_equal_headers_and_names_empty_ones() -> None:
    assert describe(b"E-mail,E-mail,,E-mail\na,b,c,d\n", language="en").columns == (
        "E-mail",
        "E-mail (2)",
        "Column 3",
        "E-mail (3)",
    )


def test_it_sees_that_there_is_no_header() -> None:
    data = b"Ana Ozola;+371 20000000;ana@example.lv\nBo Berg;+45 32123456;bo@example.dk\n"
    dialect = describe(data, language="lv")
    assert (dialect.has_header, dialect.header_line) == (False, 0)
    assert dialect.columns == ("Column 1", "Column 2", "Column 3")
    assert [row.line for row in rows_of(data)] == [1, 2]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", NOTHING_UNDER),
        (b"\xef\xbb\xbf \r\n\r\n", NOTHING_UNDER),
        (b",,,\n,,,\n", NOTHING_UNDER),
        (b'" "," "\n', NOTHING_UNDER),
        (b"Name,E-mail\r\n", ONLY_HEADER),
        (b"Name,E-mail\r\n,\r\n", ONLY_HEADER),
        (b"PK\x03\x04rest", WORKBOOK),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", OLD_WORKBOOK),
        (b'[{"name": "Ana"}, {"na', JSON),
        (
            b"<!DOCTYPE html><html>",
            "This is a web page or XML document, not a table. Export the list as CSV and import that.",
        ),
        (b"BEGIN:VCARD\r\nFN:Ana", "This is a vCard file. Give it the ending .vcf and import it as vCards."),
        (b"%PDF-1.7", "This is a PDF, not a table. Export the list as CSV and import that."),
        (
            b"\x7fELF\x02\x01\x01\0\0\0\0\n\xff",
            "This is not a text file. Export the list as CSV and import that.",
        ),
    ],
)
def test_it_refuses_what_is_no_table_and_says_what_to_do(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        describe(data, language="en")
    assert str(refusal.value) == reason


def test_it_does_not_swallow_rows_after_an_open_quote() -> None:
    found = rows_of(b'Name,Note\nAna,"never closed\nBo,b\nEva,e\n')
    assert [(row.line, row.problem) for row in found] == [
        (2, "swallows everything up to line 4: a quotation mark is not closed")
    ]


def test_it_reads_on_after_a_value_that_is_too_long() -> None:
    data = b"Name,Note\nAna," + b"x" * 1_100_000 + b"\nBo,b\n"
    dialect = describe(data[:100] + b"\nBo,b\n", language="en")
    first, *rest = read_rows(io.BytesIO(data), dialect)
    assert "a value is over 1 MB" in first.problem
    assert rest[-1].values == ("Bo", "b")


def test_it_reads_long_files_in_flat_memory() -> None:
    class Endless(io.RawIOBase):
        """Half a megabyte of rows that are never in memory together."""

        def __init__(self) -> None:
            self.left = 520_000

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            piece = (b"Ana,ana@x.lv\n" * 700)[: min(len(buffer), self.left)]
            buffer[: len(piece)] = piece
            self.left -= len(piece)
            return len(piece)

    dialect = describe(b"Name,E-mail\nAna,ana@x.lv\n", language="en")
    tracemalloc.start()
    count = sum(1 for _ in read_rows(io.BufferedReader(Endless()), dialect))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 39_000
    assert peak < 200_000
