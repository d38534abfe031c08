"""Taking a .vcf file apart into the lines of its cards, one card in memory at a time."""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from msgspec import Struct, field

MOST_BYTES = 16 * 1024 * 1024  # a card with a large photo is about 5 MB; more is a damaged file
_BEGIN = re.compile(rb"^\s*BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE)
_END = re.compile(rb"^\s*END\s*:\s*VCARD\s*$", re.IGNORECASE)
# vCard 2.1 puts a whole card inside AGENT; there BEGIN does not mean that an END was forgotten.
_AGENT = re.compile(rb"^(?:[\w-]+\.)?AGENT\b[^:]*:\s*$", re.IGNORECASE)


class Bundle(Struct):
    """The lines of one card without BEGIN and END, or lines that stand outside any card (`is_card` false)."""

    line: int
    is_card: bool
    lines: list[bytes] = field(default_factory=list)
    has_end: bool = False
    size: int = 0

    @property
    def is_too_large(self) -> bool:
        """Whether lines were dropped because the card is larger than `MOST_BYTES`."""
        return self.size > MOST_BYTES

    def add(self, line: bytes) -> None:
        """Keep a line while there is room, so that a file without END cannot fill the memory."""
        self.size += len(line) + 1
        if not self.is_too_large:
            self.lines.append(line)


def cards_apart(source: Iterable[bytes] | BinaryIO) -> Iterator[Bundle]:
    """Give the lines card by card, in the file's order; a missing END ends at the next BEGIN or at the end.

    Line ends may be any of CR LF, LF, CR and the doubled CR CR LF that iPhone exports get on the way.
    """
    bundle: Bundle | None = None
    depth = 0
    before = b""
    for number, line in enumerate(_lines(source), 1):
        if _BEGIN.match(line) and not (bundle and bundle.is_card and (depth > 1 or _AGENT.match(before))):
            if bundle:
                yield bundle
            bundle, depth = Bundle(number, is_card=True), 1
        elif _BEGIN.match(line):
            depth += 1
            _kept(bundle, number).add(line)
        elif _END.match(line) and bundle and bundle.is_card:
            depth -= 1
            if depth:
                bundle.add(line)
            else:
                bundle.has_end = True
                yield bundle
                bundle = None
        elif line.strip() or bundle:
            bundle = _kept(bundle, number)
            bundle.add(line)
        before = line if line.strip() else before
    if bundle:
        yield bundle


def _kept(bundle: Bundle | None, number: int) -> Bundle:
    return bundle or Bundle(number, is_card=False)


def _lines(source: Iterable[bytes] | BinaryIO) -> Iterator[bytes]:
    for number, piece in enumerate(_utf8(_pieces(source))):
        line = (piece if number else piece.removeprefix(codecs.BOM_UTF8)).rstrip(b"\r\n")
        if b"\r" in line:
            yield from line.split(b"\r")
        else:
            yield line


def _pieces(source: Iterable[bytes] | BinaryIO) -> Iterator[bytes]:
    readline = getattr(source, "readline", None)
    if readline is None:
        return iter(source)
    # Bounded, because a file without a line end is otherwise one line as large as the file.
    return iter(lambda: readline(MOST_BYTES), b"")


def _utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Let UTF-8 and 8-bit pieces through; turn UTF-16 with its mark (old phones) into lines of UTF-8."""
    first = next(pieces, b"")
    if not first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield first
        yield from pieces
        return
    decode = codecs.getincrementaldecoder("utf-16")(errors="replace").decode
    rest = decode(first)
    for piece in pieces:
        *whole, rest = (rest + decode(piece)).split("\n")
        yield from (line.encode() for line in whole)
    yield rest.encode()
