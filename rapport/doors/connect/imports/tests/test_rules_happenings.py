"""Reading a table of what happened: its days, its columns, tables without separators, and what a row says."""

import io
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice

import pytest

from rapport.doors.connect.imports.rules.days import UnclearDay
from rapport.doors.connect.imports.rules.happening_columns import (
    guess_happenings,
    is_usable_history,
    tells_what_happened,
)
from rapport.doors.connect.imports.rules.happenings import Happening, happening_of
from rapport.doors.connect.imports.rules.tables import Row, describe, read_rows
from rapport.doors.connect.imports.rules.whens import looks_like_when, read_when
from rapport.doors.connect.imports.tests.real_files import REAL_FILES, needs_real_files


@pytest.mark.parametrize(
    ("text", "order", "when"),
    [
        ("2024-03-05", "", date(2024, 3, 5)),
        ("19970118", "", date(1997, 1, 18)),
        ("2024-03-05 14:30", "", datetime(2024, 3, 5, 14, 30)),
        ("2024-03-05T14:30:15Z", "", datetime(2024, 3, 5, 14, 30, 15, tzinfo=UTC)),
        ("2024-03-05T14:30+02:00", "", datetime(2024, 3, 5, 14, 30, tzinfo=timezone(timedelta(hours=2)))),
        ("2024-03-05 00:00:00", "", date(2024, 3, 5)),
        ("13.03.2024", "", date(2024, 3, 13)),
        ("05/03/2024", "day first", date(2024, 3, 5)),
        ("05/03/2024", "month first", date(2024, 5, 3)),
        ("05/03/97", "month first", date(1997, 5, 3)),
        ("5-3-24 9:05", "day first", datetime(2024, 3, 5, 9, 5)),
        ("3/5/2024 2:30 PM", "month first", datetime(2024, 3, 5, 14, 30)),
        ("3/5/2024 12:15 a.m.", "month first", datetime(2024, 3, 5, 0, 15)),
        ("5. marts 2024 kl. 14.30", "", datetime(2024, 3, 5, 14, 30)),
        ("5 Mar 2024", "", date(2024, 3, 5)),
        ("45356", "", date(2024, 3, 5)),
        ("45356.25", "", datetime(2024, 3, 5, 6, 0)),
    ],
)
def test_it_reads_a_day_with_or_without_its_hour(text: str, order: str, when: date) -> None:
    assert read_when(text, order) == when
    assert type(read_when(text, order)) is type(when)


def test_it_takes_the_hour_from_a_column_of_its_own() -> None:
    assert read_when("2024-03-05", "", "14:30") == datetime(2024, 3, 5, 14, 30)


@pytest.mark.parametrize(
    "text", ["", "soon", "31/02/2024", "5 March", "9999-01-01", "12", "2024-03-05 25:00"]
)
def test_it_refuses_what_is_no_day(text: str) -> None:
    with pytest.raises(UnclearDay):
        read_when(text, "day first")


def test_it_takes_no_plain_number_for_a_day() -> None:
    assert [looks_like_when(text) for text in ("19970101", "45356", "0001", "2.5", "19971301")] == [
        True,
        False,
        False,
        False,
        False,
    ]


def table(text: str, *, day_first: bool = True) -> tuple[bool, dict[str, str]]:
    dialect = describe(text.encode(), language="en")
    rows = [row.values for row in read_rows(io.BytesIO(text.encode()), dialect)]
    found = guess_happenings(dialect.columns, rows, day_first=day_first)
    return tells_what_happened(found, rows), {
        item.column: f"{item.target} {item.label} {item.certainty}" for item in found
    }


def test_it_tells_a_table_of_what_happened_from_one_of_people() -> None:
    calls = "Date,Customer,Notes\n2024-03-01,Ana,a\n2024-03-02,Ana,b\n2024-03-03,Bo,c\n"
    assert table(calls)[0]
    assert table("Date,Customer,Direction\n2024-03-01,Ana,in\n")[0]
    assert not table("Name,Company,Date\nAna,Acme,2024-03-01\nBo,Acme,2024-03-02\n")[0]
    assert not table("Name,Birthday\nAna,1980-03-01\nAna,1981-03-02\n")[0]
    assert not table("Name,Created at,Type\nAna,2024-03-01,x\nBo,2024-03-02,y\n")[0]


def test_it_says_where_the_order_of_day_and_month_is_not_sure() -> None:
    told = "Date,Customer\n03/04/2024,Ana\n13/04/2024,Ana\n"
    unclear = "Date,Customer\n03/04/2024,Ana\n04/04/2024,Ana\n"
    assert table(told, day_first=False)[1]["Date"] == "when day first certain"
    assert table(unclear)[1]["Date"] == "when day first order"
    assert table(unclear, day_first=False)[1]["Date"] == "when month first order"


def test_it_reads_columns_apart_by_blanks() -> None:
    text = " 0004 19970101  2   29.33\n 0004 19970118 12  129.73\n 0021 19970101  3   63.34\n"
    dialect = describe(text.encode(), language="en")
    assert (dialect.delimiter, dialect.has_header, len(dialect.columns)) == (" ", False, 4)
    assert list(read_rows(io.BytesIO(text.encode()), dialect))[1] == Row(
        2, ("0004", "19970118", "12", "129.73")
    )
    assert table(text) == (
        True,
        {
            "Column 1": "external_id  likely",
            "Column 2": "when  likely",
            "Column 3": "detail  none",
            "Column 4": "detail  none",
        },
    )
    wide = "Customer      Date        Amount\nAna Ozola     2024-03-01  10.00\nBo Van Holm   2024-03-02  7\n"
    dialect = describe(wide.encode(), language="en")
    assert (dialect.delimiter, dialect.columns) == ("  ", ("Customer", "Date", "Amount"))
    assert next(read_rows(io.BytesIO(wide.encode()), dialect)).values == ("Ana Ozola", "2024-03-01", "10.00")


def test_it_takes_no_list_of_names_for_columns() -> None:
    assert describe(b"Full name\nAna Ozola\nBo Holm\n", language="en").columns == ("Full name",)


def test_it_keeps_every_value_of_a_row() -> None:
    columns = ("Date", "Hour", "Who", "How", "Note", "Note 2", "deal_stage", "Left")
    targets = ("when", "hour", "name", "channel", "words", "words", "detail", "outcome")
    from rapport.doors.connect.imports.rules.recognition import Place

    places = [Place(target) for target in targets]
    values = ("2024-03-05", "14:30", "Ana", "Telegram", "one", "two", "Won", "a hat")
    card, said = happening_of(values, places, columns)
    assert (card.name, card.custom) == ("Ana", ())
    words = "one\ntwo\nDeal stage: Won · How: Telegram · Left: a hat"
    assert said == Happening(datetime(2024, 3, 5, 14, 30), words)


@needs_real_files
def test_it_takes_no_list_of_contacts_of_other_systems_for_history() -> None:
    for path in sorted((REAL_FILES / "crm_csv_headers").glob("*.csv")):
        header = path.read_text("utf-8-sig").splitlines()[0].split(",")
        rows = [[f"{word} {n}" for word in header] for n in range(3)]
        assert not tells_what_happened(guess_happenings(header, rows, day_first=True), rows), path.name


@needs_real_files
def test_it_knows_the_columns_of_a_sales_pipeline() -> None:
    with (REAL_FILES / "maven_crm" / "sales_pipeline.csv").open("rb") as file:
        dialect = describe(file.read(100_000), language="en")
        file.seek(0)
        rows = [row.values for row in islice(read_rows(file, dialect), 200)]
    found = guess_happenings(dialect.columns, rows, day_first=True)
    assert [item.target for item in found] == [
        *("number", "owner", "detail", "organisation_name", "detail", "when_else", "when", "detail")
    ]
    assert tells_what_happened(found, rows) and is_usable_history(found)
