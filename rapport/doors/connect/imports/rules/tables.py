"""Reading CSV-like files of any origin: finding their encoding, separator and header, then streaming their rows."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from msgspec import Struct

from rapport.doors.connect.imports.rules.dialects import (
    BLANKS,
    GAPS,
    Record,
    Unreadable,
    apart,
    best_delimiter,
    find_header,
    is_header,
    names_of,
    refuse_other_formats,
    without_separator_line,
)
from rapport.doors.connect.imports.rules.encodings import encoding_of

__all__ = ["SAMPLE_BYTES", "Dialect", "Row", "Unreadable", "describe", "read_rows"]

SAMPLE_BYTES = 1024 * 1024  # what `describe` should be given of a longer file
# A note of a CRM can be a whole e-mail thread; the module's own 128 KB refuses real exports.
LONGEST_VALUE = 1024 * 1024
# A line longer than this is cut, so that a file without line ends cannot fill the memory.
_LONGEST_LINE = 2 * LONGEST_VALUE
_ESCAPED = re.compile("[\udc80-\udcff]")


class Dialect(Struct, frozen=True):
    """How a file is written. `header_line` counts from 1; without a header it is 0 and the columns are numbered."""

    encoding: str
    delimiter: str
    quote: str
    header_line: int
    columns: tuple[str, ...]
    has_header: bool


class Row(Struct, frozen=True):
    """One record: the line it begins at, its values padded to the columns, and what is wrong with it, if anything."""

    line: int
    values: tuple[str, ...]
    problem: str = ""


def describe(sample: bytes, *, language: str, encoding: str = "", delimiter: str = "") -> Dialect:
    """How the file that begins with `sample` (up to `SAMPLE_BYTES`) is written; `language` is the user's, such as lv.
    What the user knows better is given: its encoding, its separator.

    Raises LookupError for an encoding there is not, Unreadable, with a sentence that says what to do instead.
    """
    refuse_other_formats(sample)
    encoding = encoding or encoding_of(sample, language=language)
    text = sample.decode(encoding, "replace").removeprefix("\ufeff")
    if "\0" in text:
        raise Unreadable("This is not a text file. Export the list as CSV and import that.")
    skipped, announced, text = without_separator_line(text)
    delimiter = delimiter or announced or best_delimiter(text)
    records = [
        Record(record.line + skipped, record.values)
        for record in _sample_records(text, delimiter, is_cut=len(sample) >= SAMPLE_BYTES)
    ]
    if not any(record.says_something for record in records):
        raise Unreadable("The file is empty: there is no row in it.")
    header = find_header(records)
    has_header = is_header(header.values)
    after = [record for record in records if record.line > header.line and record.says_something]
    if has_header and not after:
        raise Unreadable(
            "The file has a header line but no row under it. Export the list again with its contacts."
        )
    width = len(header.values)
    columns = (
        names_of(header.values) if has_header else tuple(f"Column {number}" for number in range(1, width + 1))
    )
    return Dialect(encoding, delimiter, '"', header.line if has_header else 0, columns, has_header)


def read_rows(stream: BinaryIO, dialect: Dialect) -> Iterator[Row]:
    """Give the rows under the header; `stream` stands at its beginning and stays open. Memory is flat.

    Short rows are padded; a row with more values than columns keeps the first ones and says so in `problem`, unless the
    rest is empty. Empty lines are no rows, lines of bare separators are.
    """
    errors = "replace" if dialect.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    text = io.TextIOWrapper(stream, encoding=dialect.encoding, errors=errors, newline="")
    try:
        for record in _records(text, dialect.delimiter):
            if record.line > dialect.header_line and not _announces(record):
                yield _row(record, len(dialect.columns))
    finally:
        text.detach()  # else the wrapper closes a file that is not ours


def _announces(record: Record) -> bool:
    return record.line == 1 and len(record.values) <= 2 and record.values[0].casefold().startswith("sep=")


def _row(record: Record, width: int) -> Row:
    values, problem = record.values, record.problem
    if _ESCAPED.search("".join(values)):
        values = _mended(values)
        problem = (
            problem
            or "has letters in another encoding than the rest of the file; they were read as Windows-1252"
        )
    if len(values) == width:
        return Row(record.line, values, problem)
    if any(value.strip() for value in values[width:]) and not problem:
        problem = f"has {len(values)} values, the header has {width}"
    return Row(record.line, (*values[:width], *[""] * (width - len(values))), problem)


def _mended(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(_ESCAPED.sub(_as_windows, value) for value in values)


def _as_windows(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace")


def _sample_records(text: str, delimiter: str, *, is_cut: bool) -> list[Record]:
    records = list(_records(io.StringIO(text, newline=""), delimiter))
    return records[:-1] if is_cut and len(records) > 2 else records


class _Lines:
    """The lines of a text, bounded in length, counted, with the parity of their quotes."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self.count = 0
        self.quotes = 0
        self.is_cut = False

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(_LONGEST_LINE):
            self.count += 1
            self.quotes += line.count('"')
            if len(line) == _LONGEST_LINE and line[-1] not in "\r\n":
                self._skip_rest()
            yield line

    def _skip_rest(self) -> None:
        self.is_cut = True
        while (rest := self._text.readline(_LONGEST_LINE)) and rest[-1] not in "\r\n":
            pass


def _records(text: io.TextIOBase, delimiter: str) -> Iterator[Record]:
    csv.field_size_limit(LONGEST_VALUE)
    lines = _Lines(text)
    reader = _reader(lines, delimiter)
    while True:
        first, lines.quotes, lines.is_cut = lines.count + 1, 0, False
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            reason = "a quotation mark is not closed, or a value is over 1 MB"
            yield Record(first, (), f"could not be read up to line {lines.count}: {reason}")
            continue
        if values:
            yield Record(first, tuple(values), _damage(lines, first))


def _reader(lines: _Lines, delimiter: str) -> Iterator[list[str]]:
    if delimiter in {BLANKS, GAPS}:
        return (apart(line, delimiter) for line in lines)
    return csv.reader(iter(lines), delimiter=delimiter, quotechar='"', skipinitialspace=False)


def _damage(lines: _Lines, first: int) -> str:
    """A quotation mark that is never closed swallows all following lines; that must not pass for a long note."""
    if lines.is_cut:
        return "is longer than 2 MB and was cut"
    if lines.count > first and lines.quotes % 2:
        return f"swallows everything up to line {lines.count}: a quotation mark is not closed"
    return ""
