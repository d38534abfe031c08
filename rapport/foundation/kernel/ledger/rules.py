"""The ledger's pure part: canonical text, digests that cannot be read two ways, and what refusals say."""

import hashlib
import json
from collections.abc import Callable, Mapping
from json import encoder
from typing import Any, Never

from msgspec import Struct

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode

type Plain = Any  # None, bool, int, str, or lists and mappings of them; never a float


class Source(Struct, frozen=True):
    """Through which door an act came: a screen, the API, import 12."""

    kind: str
    key: str = ""


SCREEN = Source("screen")
COMMAND = Source("command")


class Refused(Exception):
    """What was asked cannot be done; the text says why in the user's words."""


class UnrecordedWrite(Exception):
    """A row of a record table was about to be written outside an act. Always a fault of the program."""


class Clash(Struct, frozen=True):
    """A field that two people changed: what I want, what stands now, what stood when I began."""

    field: str
    mine: Plain
    theirs: Plain
    before: Plain


class Conflict(Refused):
    """The record was changed in the same fields since the version this save has seen."""

    def __init__(self, record: Any, clashes: tuple[Clash, ...]) -> None:
        super().__init__("Somebody changed this at the same time.")
        self.record = record
        self.clashes = clashes


class AlreadyDone(Exception):
    """The same key was used before: the first answer holds. `act` is the id of what was done then."""

    def __init__(self, act: int) -> None:
        super().__init__(f"done before in act {act}")
        self.act = act


class Kept(Struct, frozen=True):
    """Something an undo left as it is, and why; `by_act` is the later act it gave way to, where one is known."""

    kind: str
    record: int
    field: str
    reason: str
    by_act: int | None = None


class Undone(Struct, frozen=True):
    """What an undo did: its own act (None when nothing could be taken back), how much, and what it kept."""

    act: int | None
    restored: int
    kept: tuple[Kept, ...] = ()


def canonical(values: Mapping[str, Plain]) -> str:
    """One text for one meaning: sorted keys, no spaces, no escapes.

    Kept as text and not as the database's JSON, which reorders keys and rewrites numbers."""
    return _encoded(values) if values else "{}"


def _encoder() -> Callable[[Mapping[str, Plain]], str]:
    """Python's own encoder, made once: `JSONEncoder.encode` makes one for every text, half the time of a small one."""
    make = getattr(encoder, "c_make_encoder", None)
    if make is None:
        return _encode
    encode = make(None, _refuse, encoder.encode_basestring, None, ":", ",", True, False, False)
    return lambda values: "".join(encode(values, 0))


def _refuse(value: object) -> Never:
    raise TypeError(f"the ledger keeps no {type(value).__name__}")


_encoded = _encoder()


def same(one: Plain, other: Plain) -> bool:
    """Equality of plain values in which True is not 1."""
    if isinstance(one, dict | list) or isinstance(other, dict | list):
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    return type(one) is type(other) and bool(one == other)


def digest(*parts: bytes | str | int | None) -> bytes:
    """SHA-256 over parts, each with its length before it, so that no two lists of parts join alike."""
    pieces: list[bytes] = []
    for part in parts:
        if part is None:
            pieces.append(b"-1:\x00")
        else:
            raw = part if isinstance(part, bytes) else str(part).encode()
            pieces += b"%d:" % len(raw), raw
    return hashlib.sha256(b"".join(pieces)).digest()
