"""PostgreSQL's write-ahead log in numbered pieces, each a file that says where it belongs and of when it is.

A file begins as Litestream's do with what `parcels.stamp_of` reads; so one mechanism ships both."""

import os
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from msgspec import Struct

from rapport.doors.operations.copies.services.keys import CopyRefused
from rapport.doors.operations.copies.services.sealing import DAMAGED

KIND, WHOLE_KIND = "0", "9"
FOLDER, SUFFIX = "wal", ".wal"
MAGIC = b"RAPPORT1"
# Magic, timeline, bytes of a segment, number of bytes within, position in the log, moment in milliseconds since 1970.
HEAD = struct.Struct("!8sIIQQQ")
# The first number of a line: one is what stands before all changes, a whole copy.
FIRST = 2


class Head(Struct, frozen=True):
    """What a piece says of itself; `at` is the server's own clock."""

    timeline: int
    segment: int
    size: int
    start: int
    at: int

    @property
    def end(self) -> int:
        """The position after its last byte."""
        return self.start + self.size

    def packed(self) -> bytes:
        """As it stands in the file."""
        return HEAD.pack(MAGIC, self.timeline, self.segment, self.size, self.start, self.at)


def head_of(file: IO[bytes], name: object) -> Head:
    """What a piece says of itself. Raises CopyRefused when it is none."""
    said = file.read(HEAD.size)
    if len(said) != HEAD.size or not said.startswith(MAGIC):
        raise CopyRefused(DAMAGED.format(name))
    return Head(*HEAD.unpack(said)[1:])


def put(path: Path, head: Head, data: bytes) -> None:
    """Write a piece, which appears whole or not at all, and stays."""
    mine = path.with_suffix(".part")
    with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(head.packed() + zlib.compress(data, 1))
        file.flush()
        os.fsync(file.fileno())
    mine.rename(path)


def lay(pieces: Iterable[Path], into: Path) -> None:
    """Put the log together again in its segments. Raises CopyRefused where bytes are missing between two pieces."""
    end = 0
    for path in pieces:
        with path.open("rb") as file:
            head, data = head_of(file, path.name), zlib.decompress(file.read())
        if len(data) != head.size or (end and head.start != end):
            raise CopyRefused(DAMAGED.format(path.name))
        end = head.end
        segment = into / segment_name(head.timeline, head.start // head.segment, head.segment)
        if not segment.exists():
            with open(os.open(segment, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                file.truncate(head.segment)
        with segment.open("r+b") as file:
            file.seek(head.start % head.segment)
            file.write(data)


def segment_name(timeline: int, number: int, size: int) -> str:
    """As PostgreSQL names a segment (https://www.postgresql.org/docs/current/wal-internals.html)."""
    of_one = 2**32 // size
    return f"{timeline:08X}{number // of_one:08X}{number % of_one:08X}"


def position(text: str) -> int:
    """A position in the log from its two halves, such as 0/16F05E0."""
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def said(position: int) -> str:
    """The same in words of PostgreSQL's."""
    return f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"
