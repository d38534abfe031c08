"""Telling from its first part how a table is written: its separator and its header line; other formats are refused."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter

from msgspec import Struct

from rapport.doors.connect.imports.rules.recognition import is_known_header

DELIMITERS = ",;\t|"
# Columns apart by any number of blanks, or by two and more where a value has single ones in it.
BLANKS, GAPS = " ", "  "
_BETWEEN = {BLANKS: re.compile(r"\s+"), GAPS: re.compile(r"\s{2,}|\t")}
_NUMBERS_ONLY = re.compile(r"^[+-]?\d[\d.,/:-]*$")
_NEARLY_ALL = 0.95
_ENOUGH_RECORDS = 200
_SEPARATOR_LINE = re.compile(r"^\ufeff?\"?sep=([,;\t|:^~ ])\"?[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
_NUMBER = re.compile(r"^[+-]?[\d\s.,:/()%-]*\d[\d\s.,:/()%-]*$")
_ADDRESS = re.compile(r"^\S+@\S+\.\S+$|^https?://|^www\.", re.IGNORECASE)
_STARTS = (
    (
        b"PK\x03\x04",
        "This is an Excel or LibreOffice workbook, not CSV. Save the sheet as CSV UTF-8 and import that.",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "This is an old Excel workbook, not CSV. Save the sheet as CSV UTF-8 and import that.",
    ),
    (b"%PDF", "This is a PDF, not a table. Export the list as CSV and import that."),
    (b"\x1f\x8b", "This file is compressed. Unpack it and import the CSV file inside."),
    (b"{\\rtf", "This is a text document, not a table. Export the list as CSV and import that."),
)


class Unreadable(ValueError):
    """The file cannot be read as a table; the sentence says why and what to do."""


class Record(Struct, frozen=True):
    """One record of the file as it stands: the line it begins at and its values."""

    line: int
    values: tuple[str, ...]
    problem: str = ""

    @property
    def says_something(self) -> bool:
        """Whether any value is more than blanks."""
        return any(value.strip() for value in self.values)


def refuse_other_formats(sample: bytes) -> None:
    """Raise Unreadable for what is certainly no table: empty files, workbooks, web pages, JSON and vCards."""
    for start, reason in _STARTS:
        if sample.startswith(start):
            raise Unreadable(reason)
    text = sample.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise Unreadable("The file is empty: there is no row in it.")
    if text.startswith(b"<"):
        raise Unreadable(
            "This is a web page or XML document, not a table. Export the list as CSV and import that."
        )
    if text[:11].upper() == b"BEGIN:VCARD":
        raise Unreadable("This is a vCard file. Give it the ending .vcf and import it as vCards.")
    if _is_json(text):
        raise Unreadable("This is a JSON document, not a table. Export the list as CSV and import that.")


def _is_json(text: bytes) -> bool:
    if not text.startswith((b"{", b"[")):
        return False
    try:
        json.loads(text)
    except ValueError:
        return bool(re.match(rb'^\{\s*"|^\[\s*[\[{]', text))  # perhaps the sample is only its beginning
    return True


def without_separator_line(text: str) -> tuple[int, str, str]:
    """Excel's own first line `sep=;`: how many lines it takes, the separator it announces, and the text after it."""
    if match := _SEPARATOR_LINE.match(text):
        return 1, match[1], text[match.end() :]
    return 0, "", text


def best_delimiter(text: str) -> str:
    """The separator that gives the most records the same number of values; blanks where none gives two and they make
    columns of numbers; else a comma.

    csv.Sniffer is not used: it takes letters for separators and gives up on one long note.
    """
    found = max(DELIMITERS, key=lambda delimiter: _consistency(text, delimiter))
    if any(_consistency(text, found)):
        return found
    return next((blanks for blanks in _BETWEEN if _is_table_of_blanks(text, blanks)), found)


def apart(line: str, blanks: str) -> list[str]:
    """The values of a line whose columns stand apart by blanks."""
    return [value for value in _BETWEEN[blanks].split(line.strip()) if value]


def _is_table_of_blanks(text: str, blanks: str) -> bool:
    """Whether nearly all lines have as many values, and some column has nothing but numbers under its header: the
    words of a sentence, or first and last names, are no columns."""
    rows = [apart(line, blanks) for line in text.splitlines()[:_ENOUGH_RECORDS] if line.strip()]
    widths = Counter(map(len, rows))
    width, count = max(widths.items(), key=itemgetter(1), default=(0, 0))
    if width < 2 or count < _NEARLY_ALL * len(rows):
        return False
    body = [row for row in rows if len(row) == width][1:]
    return bool(body) and any(all(_NUMBERS_ONLY.match(row[n]) for row in body) for n in range(width))


def _consistency(text: str, delimiter: str) -> tuple[float, int]:
    widths: Counter[int] = Counter()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for values in reader:
            if any(values):
                widths[len(values)] += 1
            if widths.total() >= _ENOUGH_RECORDS:
                break
    except csv.Error:
        pass
    parted = {width: count for width, count in widths.items() if width > 1}
    if not parted:
        return 0.0, 0
    width, count = max(parted.items(), key=lambda item: (item[1], item[0]))
    # Two commas in every second sentence must not beat seven semicolons in the only header.
    return count / widths.total() * (1 + min(width, 10) / 10), width


def find_header(records: Sequence[Record]) -> Record:
    """The header: the first record that is filled as the table is, unless only a later one holds known column names.

    What stands before it (LinkedIn's notes, a title, empty lines) is preamble.
    """
    filled = [record for record in records[:_ENOUGH_RECORDS] if record.says_something]
    widths = Counter(len(record.values) for record in filled)
    width = max(widths, key=lambda width: (width > 1, widths[width], width))
    needed = max(2, width / 2) if width > 1 else 1
    first = next((record for record in filled if _count(record) >= needed), filled[0])
    if not any(is_known_header(value) for value in first.values):
        return next((record for record in filled[:20] if _known(record) >= 2), first)
    return first


def _known(record: Record) -> int:
    return sum(is_known_header(value) for value in record.values)


def _count(record: Record) -> int:
    return sum(bool(value.strip()) for value in record.values)


def is_header(values: Sequence[str]) -> bool:
    """Whether the record names columns: it holds a known column name, or nothing that looks like data."""
    if any(is_known_header(value) for value in values):
        return True
    return not any(
        _NUMBER.match(value.strip()) or _ADDRESS.match(value.strip()) for value in values if value.strip()
    )


def names_of(header: Sequence[str]) -> tuple[str, ...]:
    """The column names, each different: an empty one is called by its place, an equal one gets a number behind it."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for place, value in enumerate(header, 1):
        name = " ".join(value.split()) or f"Column {place}"
        seen[name] += 1
        while seen[name] > 1 and f"{name} ({seen[name]})" in names:
            seen[name] += 1
        names.append(f"{name} ({seen[name]})" if seen[name] > 1 else name)
    return tuple(names)
