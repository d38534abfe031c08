"""Reads Litestream's files of changes, and puts a database together from them.

The form is that of https://github.com/superfly/ltx, format 2: a header of 100 bytes; of each page that a change
touched its number, its flags, its packed size, and itself packed by LZ4; an empty page; an index; and 16 bytes that end
with the CRC-64 (ISO) of all that stands before, the pages unpacked. Why we do it ourselves: docs/decisions/0020."""

import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from fastcrc.crc64 import go_iso
from lz4.block import LZ4BlockError, decompress
from msgspec import Struct

PIECE = 2**20
_HEADER = struct.Struct(">4sIIIQQq60x")
_PAGE = struct.Struct(">IH")
_SIZE = struct.Struct(">I")
_PACKED = 1  # the flag of a page whose size stands before it, as Litestream writes them all
_PAGE_SIZES = {2**power for power in range(9, 17)}
_END = 16
_CHECKED = 1 << 63


class Unreadable(Exception):
    """A file of changes is missing, was cut short, or is not as it was written."""


class Changes(Struct, frozen=True):
    """A file of changes: it leads from what change `least` found to what change `last` left."""

    path: Path
    least: int
    last: int

    @classmethod
    def of(cls, path: Path) -> "Changes":
        """As its name says."""
        least, _, last = path.stem.partition("-")
        return cls(path, int(least, 16), int(last, 16))


def way_to(files: Iterable[Path], change: int = 0) -> list[Changes]:
    """The files that lead from nothing to `change` (0 is the newest), each going on where the one before it ends, the
    longest step first. Empty when they lead elsewhere."""
    known = [one for one in map(Changes.of, files) if not change or one.last <= change]
    known.sort(key=lambda one: one.least, reverse=True)  # there may be ten thousand of an hour
    way: list[Changes] = []
    reached = 0
    longest: Changes | None = None
    while True:
        while known and known[-1].least <= reached + 1:
            step = known.pop()
            longest = step if longest is None or step.last > longest.last else longest
        if longest is None or longest.last <= reached:
            break
        way.append(longest)
        reached = longest.last
    return way if not change or reached == change else []


def put_together(way: Iterable[Changes], to: Path) -> None:
    """Write the database to which the files lead. Raises Unreadable, naming the file."""
    with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", 4 * PIECE) as database:
        for one in way:
            try:
                with one.path.open("rb", PIECE) as source:
                    _apply(source, database)
            except FileNotFoundError:
                raise Unreadable(f"{one.path.name} is missing") from None
            except (struct.error, LZ4BlockError, ValueError) as error:
                raise Unreadable(f"{one.path.name} is not as it was written: {error}") from None
        database.flush()
        os.fsync(database.fileno())


def _apply(source: IO[bytes], database: IO[bytes]) -> None:
    """Write its pages where they belong, and give the database the length it says. ValueError for what is damaged."""
    header = source.read(_HEADER.size)
    magic, _flags, size, pages, *_ = _HEADER.unpack(header)
    if magic != b"LTX1" or size not in _PAGE_SIZES:
        raise ValueError("it does not begin as such a file does")
    sum_, expected = go_iso(header), 0
    for number, seen, page in _pages(source, size):
        sum_ = go_iso(page, go_iso(seen, sum_))
        if number != expected:
            database.seek((number - 1) * size)
        database.write(page)
        expected = number + 1
    rest = source.read()
    sum_ = go_iso(rest[: 8 - _END], go_iso(bytes(_PAGE.size), sum_))
    if sum_ | _CHECKED != int.from_bytes(rest[8 - _END :], "big"):
        raise ValueError("its sum differs")
    database.truncate(pages * size)


def _pages(source: IO[bytes], size: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Of each page its number, what stands before it, and itself."""
    while True:
        named = source.read(_PAGE.size)
        number, flags = _PAGE.unpack(named)
        if not number:
            return
        if flags != _PACKED:
            raise ValueError("its pages are packed in another way")
        packed = source.read(_SIZE.size)
        page = decompress(source.read(*_SIZE.unpack(packed)), uncompressed_size=size)
        if len(page) != size:
            raise ValueError("a page is too short")
        yield number, named + packed, page
