"""What a card says besides its own fields, as rows of other tables; and which of it a party has already."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model
from msgspec.structs import asdict

from rapport.customers.people.models import (
    Card as OriginalCard,
)
from rapport.customers.people.models import (
    ContactPoint,
    PartyTag,
    Photo,
    PostalAddress,
    Relation,
    Remembered,
)
from rapport.customers.timeline.models import Note
from rapport.doors.connect.imports.rules.card import Address, Point
from rapport.doors.connect.imports.services.files import picture_type
from rapport.doors.connect.imports.services.matching import LONGEST_NORMAL, Judged
from rapport.foundation.kernel.ledger.models.values import made

# In the order they are written; undo goes the other way.
MODELS: tuple[type[Any], ...] = (
    ContactPoint, PostalAddress, Remembered, Relation, PartyTag, OriginalCard, Photo, Note,
)  # fmt: skip
_ADDRESS = ("po_box", "extended", "street", "city", "region", "postal_code", "country", "formatted")
# What tells two parts of a party apart.
_TELLING: dict[type[Any], tuple[str, ...]] = {
    ContactPoint: ("type", "normal", "value"),
    PostalAddress: _ADDRESS,
    Remembered: ("label", "year", "month", "day"),
    Relation: ("label", "other_name"),
    PartyTag: ("tag",),
    OriginalCard: ("raw", "also"),
    Photo: (),
    Note: ("words",),
}


def parts_of_row(
    row: Judged, party: int, author: int | None, at: Any, more: Sequence[tuple[str, str]]
) -> list[Model]:
    """Rows for everything the card says besides the party's own fields, not yet written. `more` are words that have
    found no other place. A photo has no file yet."""
    card = row.card
    parts: list[Model] = []
    for type_, points in (
        ("email", card.emails),
        ("phone", card.phones),
        ("link", card.links),
        ("messaging", card.messaging),
    ):
        if points:
            parts += _points(type_, points, party, row)
    parts += [_address(address, party, place) for place, address in enumerate(card.addresses)]
    days = [day for day in card.days if _is_day(day.year, day.month, day.day)]
    parts += [
        made(Remembered, party_id=party, label=one.label, year=one.year, month=one.month, day=one.day)
        for one in days
    ]
    parts += [made(Relation, party_id=party, label=one.label, other_name=one.name) for one in card.relatives]
    parts += [made(PartyTag, party_id=party, tag=tag) for tag in dict.fromkeys(card.tags)]
    parts += [made(Note, party_id=party, words=words, owner_id=author, at=at) for words in card.notes]
    also = [*map(list, card.also), *map(list, more)]
    also += [[day.label, f"{day.year or ''}-{day.month}-{day.day}"] for day in card.days if day not in days]
    if card.photo and (type_ := picture_type(card.photo)):
        parts.append(made(Photo, party_id=party, content_type=type_))
    elif card.photo:
        also.append(["PHOTO", f"{card.photo_type}, {len(card.photo)} bytes"])
    if card.raw or also:
        parts.append(made(OriginalCard, party_id=party, raw=card.raw, also=also))
    return parts


def _is_day(year: int | None, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31 and (year is None or 0 < year < 10_000)


def _points(type_: str, points: Sequence[Point], party: int, row: Judged) -> list[Model]:
    """The preferred ones first; the others in the order of the file."""
    compared = dict(zip((point.value for point in points), _normals(type_, points, row), strict=True))
    ordered = sorted(points, key=_is_behind) if len(points) > 1 else points
    return [
        made(
            ContactPoint,
            party_id=party,
            type=type_,
            value=point.value,
            normal=compared[point.value],
            label=point.label,
            position=position,
        )
        for position, point in enumerate(ordered)
    ]


def _is_behind(point: Point) -> bool:
    return not point.preferred


def _normals(type_: str, points: Sequence[Point], row: Judged) -> Iterable[str]:
    if type_ == "email":
        return row.emails
    if type_ == "phone":
        return row.numbers
    return [point.value.strip()[:LONGEST_NORMAL] for point in points]


def _address(address: Address, party: int, position: int) -> PostalAddress:
    return made(PostalAddress, party_id=party, position=position, **asdict(address))


class Belongings:
    """What some parties have already, so that nothing is added twice."""

    def __init__(self, parties: Sequence[int]) -> None:
        self._there: dict[tuple[type[Any], int], set[tuple[Any, ...]]] = defaultdict(set)
        self._points: dict[tuple[int, str], int] = defaultdict(int)
        for model in MODELS if parties else ():
            names = _TELLING[model]
            for party, *values in model.objects.filter(party__among=parties).values_list("party_id", *names):
                self._there[model, party].add(_key(model, values))
                if model is ContactPoint:
                    self._points[party, values[0]] += 1

    def lacking(self, party: int, parts: Iterable[Any]) -> list[Any]:
        """Those parts that the party lacks; from now on it counts as having them."""
        found = []
        keys = [
            (type(part), _key(type(part), [getattr(part, name) for name in _TELLING[type(part)]]))
            for part in parts
        ]
        for part, (model, key) in zip(parts, keys, strict=True):
            if key in self._there[model, party]:
                continue
            if model is ContactPoint:
                part.position += self._points[party, part.type]
            found.append(part)
        for model, key in keys:
            self._there[model, party].add(key)
        return found


def _key(model: type[Any], values: Sequence[Any]) -> tuple[Any, ...]:
    if model is ContactPoint:
        return values[0], values[1] or values[2]
    if model is OriginalCard:
        return values[0], json.dumps(values[1]) if not values[0] else ""
    return tuple(values)
