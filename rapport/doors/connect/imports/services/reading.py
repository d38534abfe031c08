"""Reads a stored file row by row into cards, a chunk in memory at a time, from any line on."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import asdict, replace

from rapport.customers.people.rules import sort_key
from rapport.doors.connect.imports.models import Import
from rapport.doors.connect.imports.rules.card import Card
from rapport.doors.connect.imports.rules.happenings import Happening, happening_of
from rapport.doors.connect.imports.rules.recognition import Place
from rapport.doors.connect.imports.rules.rows import BadRow, card_of
from rapport.doors.connect.imports.rules.tables import Dialect, Row, read_rows
from rapport.doors.connect.imports.rules.vcards import BadCard, read_vcards
from rapport.doors.connect.imports.services.files import path_of
from rapport.foundation.kernel.actors.models import check_text

CHUNK = 1_000
CHUNK_CHARS = 8 * 1024 * 1024
LONGEST = {"tag": 200, "external_id": 200}
# What the reader reports of a row that it could not make out; anything else it reports is only a doubt.
_DAMAGE = ("could not be read", "swallows", "is longer")

# One encoder for all rows: json.dumps makes a new one at each call.
_written = json.JSONEncoder(ensure_ascii=False).encode


class Item(Struct):
    """A row of the file: its card, or the reason why there is none. `doubt` is what the user should know.

    Of a table of what happened the card is of whom it was with."""

    line: int
    raw: str
    fingerprint: str
    card: Card | None = None
    happening: Happening | None = None
    reason: str = ""
    doubt: str = ""
    key: str = ""

    @property
    def weight(self) -> int:
        """Roughly what it takes in memory, in characters."""
        return len(self.raw) + (len(self.card.raw) + len(self.card.photo) if self.card else 0)


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """A name as names are compared here: its words folded, in their order; exact where it has no words."""
    if not name:
        return ""
    key = sort_key(name)
    return key if key != "\uffff" and len(key) < 200 else f"{key}={name.casefold()}"


def chunks(one: Import, after: int) -> Iterator[list[Item]]:
    """The rows behind a line, in pieces that fit the memory."""
    chunk: list[Item] = []
    weight = 0
    for item in items(one, after):
        chunk.append(item)
        weight += item.weight
        if len(chunk) >= CHUNK or weight >= CHUNK_CHARS:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk


def items(one: Import, after: int = 0) -> Iterator[Item]:
    """Every row behind a line; of vCards, `line` counts the cards."""
    with path_of(one.path).open("rb") as file:
        if one.kind == Import.Kind.VCARD:
            for number, card in enumerate(read_vcards(file), 1):
                if number > after:
                    yield _of_card(number, card)
            return
        dialect = dialect_of(one)
        of_row = _reader(one, dialect)
        for row in read_rows(file, dialect):
            if row.line > after:
                yield of_row(row)


def item_of(one: Import, line: int, values: Sequence[str]) -> Item:
    """A row of a table as somebody has put it right."""
    return _reader(one, dialect_of(one))(Row(line, tuple(values)))


def _reader(one: Import, dialect: Dialect) -> Callable[[Row], Item]:
    mapping = [Place(*place) for place in one.mapping]
    signature = blake2b(json.dumps([dialect.columns, one.mapping]).encode(), digest_size=32).digest()
    said = _parties if one.holds == Import.Holds.PARTIES else _happenings
    return lambda row: _of_row(row, mapping, dialect.columns, signature, said)


type Said = Callable[[Sequence[str], list[Place], tuple[str, ...]], tuple[Card, Happening | None]]


def _parties(
    values: Sequence[str], mapping: list[Place], columns: tuple[str, ...]
) -> tuple[Card, Happening | None]:
    return card_of(values, mapping, columns), None


def _happenings(
    values: Sequence[str], mapping: list[Place], columns: tuple[str, ...]
) -> tuple[Card, Happening | None]:
    """A happening with the card of whom it was with; one of whom only a number is known is called by it."""
    card, happening = happening_of(values, mapping, columns)
    if not card.is_somebody:
        card = replace(card, name=_("Customer %s") % card.external_id)
    return card, happening


def dialect_of(one: Import) -> Dialect:
    """How the table is written, as it was described or as the user put it right."""
    return Dialect(**{**one.dialect, "columns": tuple(one.dialect["columns"])})


def _of_row(
    row: Row, mapping: list[Place], columns: tuple[str, ...], signature: bytes, said_of: Said
) -> Item:
    joined = "\x1f".join(row.values)
    try:
        said = joined.encode()
    except UnicodeEncodeError:
        said = joined.encode("utf-8", "surrogatepass")
        return Item(row.line, _safe(json.dumps(row.values)), _print(said, signature), reason=_half())
    item = Item(row.line, _written(row.values), _print(said, signature))
    if "\x00" in joined:
        item.raw, item.reason = _safe(item.raw), _("It holds a NUL character, which cannot be kept.")
        return item
    if row.problem.startswith(_DAMAGE):
        item.reason = _("The row %(problem)s.") % {"problem": row.problem}
        return item
    try:
        item.card, item.happening = said_of(row.values, mapping, columns)
    except BadRow as error:
        item.reason = f"{error}."
        return item
    item.doubt = _("The row %(problem)s.") % {"problem": row.problem} if row.problem else ""
    return _measured(item)


def _of_card(number: int, card: Card | BadCard) -> Item:
    said = card.raw.encode("utf-8", "surrogatepass")
    fingerprint = _print(said, b"vcard")
    if isinstance(card, BadCard):
        return Item(number, _safe(card.raw[:100_000]), fingerprint, reason=card.reason)
    try:
        check_text(_texts(card))
    except ValidationError as error:
        return Item(number, _safe(card.raw[:100_000]), fingerprint, reason=" ".join(error.messages))
    names = (card.name, card.organisation, *(point.value for point in (*card.emails, *card.phones)))
    return _measured(Item(number, _written([name for name in names if name]), fingerprint, card))


def _texts(card: Card) -> list[str]:
    """Every text of a card, where a quoted-printable NUL may have come in."""
    points = (*card.emails, *card.phones, *card.links, *card.messaging)
    pairs = (*card.custom, *card.also, *((one.label, one.name) for one in card.relatives))
    own = [value for value in asdict(card).values() if isinstance(value, str)]
    addresses = [text for address in card.addresses for text in asdict(address).values()]
    return [
        *own,
        *card.notes,
        *card.tags,
        *addresses,
        *(text for point in points for text in (point.label, point.value)),
        *(text for pair in pairs for text in pair),
        *(day.label for day in card.days),
    ]


def _measured(item: Item) -> Item:
    """The item with its name's key, or with the reason why a part of it is too long for an index."""
    card = item.card
    if card is None:
        return item
    if any(len(tag) > LONGEST["tag"] for tag in card.tags):
        item.card, item.reason = None, _("A tag is longer than 200 characters.")
    elif len(card.external_id) > LONGEST["external_id"]:
        item.card, item.reason = None, _("The number elsewhere is longer than 200 characters.")
    else:
        item.key = name_key(card.name or card.native_name)
    if item.card is None and not item.raw:
        item.raw = card.raw[:100_000]
    return item


def _print(said: bytes, signature: bytes) -> str:
    return blake2b(said, digest_size=16, key=signature).hexdigest()


def _half() -> str:
    return _("Half a character (a lone surrogate) cannot be kept.")


def _safe(text: str) -> str:
    """Text that any database holds, for showing what was rejected."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
