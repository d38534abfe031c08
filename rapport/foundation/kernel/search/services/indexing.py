"""Keeps the search index true: a projection of records, written inside each act's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from msgspec.structs import replace

from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from rapport.foundation.kernel.ledger.services import Touched
from rapport.foundation.kernel.ledger.services.rows import insert_rows, next_keys
from rapport.foundation.kernel.records.rules import Known, RecordType, record_types
from rapport.foundation.kernel.search.models import Document, Standing
from rapport.foundation.kernel.search.rules import FORMAT, OURS, index_words, said_words
from rapport.foundation.kernel.search.services.spelling import forget_spelling, learn, stir

# How many records are read anew at a time.
PIECE = 2_000
# While others write: a piece holds the lock for some tenths of a second.
SMALL_PIECE = 200

_COLUMNS = (
    "id",
    "record_type",
    "record",
    "title",
    "subtitle",
    "owner_id",
    "team_id",
    "department_id",
    "words",
)


def project(touched: Touched) -> None:
    """Rebuild the documents of every whole that an act touched."""
    types: dict[type[Versioned], list[RecordType]] = {}
    keys: dict[type[Versioned], set[int]] = {}
    for one in record_types():
        found = touched.roots.get(one.model, set()) if one.known else touched.rows.get(one.model, set())
        if one.found_by is not None and found:
            types.setdefault(one.model, []).append(one)
            keys[one.model] = found
    for model, some in types.items():
        _reindex(some, sorted(keys[model]), touched.fresh(model))


def reindex(record_type: RecordType, keys: Sequence[int], *, fresh: Iterable[int] = ()) -> None:
    """Rebuild the documents of these records; those that are gone lose theirs. `fresh` ones have none yet."""
    _reindex([record_type], keys, set(fresh))


def _reindex(
    types: Sequence[RecordType], keys: Sequence[int], fresh: set[int], *, is_anew: bool = False
) -> None:
    """The same for types that share a table, which is asked once for all of them. Made `anew`, no spelling is known."""
    old = [key for key in keys if key not in fresh]
    went = _remove([one.key for one in types], old) if old else set()
    pending: list[tuple[RecordType, int, Whose, Known]] = []
    for one, there in _there(types, keys):
        known = one.found_by(list(there)) if one.found_by is not None else {}
        pending += [(one, key, whose, _with(known[key], words)) for key, (whose, words) in there.items()]
    numbers = next_keys(Document, len(pending)) if pending else ()
    documents = [
        _document(number, one, key, whose, known)
        for number, (one, key, whose, known) in zip(numbers, pending, strict=True)
    ]
    if documents:
        insert_rows(Document, _COLUMNS, documents)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO search_words (rowid, words) VALUES (%s, %s)",
                    [(row[0], row[-1]) for row in documents],  # type: ignore[misc]
                )
    came: set[str] = set()
    came.update(*(str(row[-1]).split() for row in documents))
    stir(came if is_anew else came - went, went - came)


type Whose = tuple[int | None, int | None, int | None]


def _there(
    types: Sequence[RecordType], keys: Sequence[int]
) -> Iterator[tuple[RecordType, dict[int, tuple[Whose, list[str]]]]]:
    """Per type, the records that are there: owner, team and department of each, and what its searchable fields say.

    Read as values, without a model's cost."""
    names, rows = _values(tuple(types))
    searched = {one.key: _searched(one) for one in types}
    found: dict[str, dict[int, tuple[Whose, list[str]]]] = {}
    for key, *values in rows(keys):
        there = dict(zip(names, values, strict=True))
        for one in types:
            if all(there[name] == value for name, value in one.defaults.items()):
                whose = there.get("owner_id"), there.get("team_id"), there.get("department_id")
                words = [str(there[name]) for name in searched[one.key] if there.get(name)]
                found.setdefault(one.key, {})[key] = whose, words
    return ((one, found[one.key]) for one in types if one.key in found)


def _searched(one: RecordType) -> list[str]:
    return [field.name for field in one.fields if field.searchable]


@cache
def _values(types: tuple[RecordType, ...]) -> tuple[list[str], KeptQuery[Any]]:
    """What is asked of records of these types, which share a table, and the question."""
    columns = {field.attname for field in types[0].model._meta.concrete_fields}
    whose = [name for name in ("owner_id", "team_id", "department_id") if name in columns]
    marks = sorted({name for one in types for name in one.defaults})
    said = sorted({name for one in types for name in _searched(one) if name in columns} - {*whose, *marks})
    names = [*whose, *marks, *said]

    def ask(some: Sequence[int]) -> QuerySet[Any, Any]:
        rows = types[0].rows() if len(types) == 1 else types[0].model._base_manager.all()
        return rows.filter(pk__among=some).values_list("pk", *names)

    return names, KeptQuery(ask)


def _with(known: Known, words: Sequence[str]) -> Known:
    """The same, with what the declared searchable fields say beyond it."""
    more = [word for word in words if word not in known.words and word not in known.subtitle]
    return replace(known, words=[*known.words, *more]) if more else known


def _document(number: int, one: RecordType, record: int, whose: Whose, known: Known) -> tuple[object, ...]:
    texts, kind = dict.fromkeys([known.title, known.subtitle, *known.words]), one.key
    is_named = one.known is not None
    words = index_words(texts, known.emails, known.phones) if is_named else said_words(texts, known.only_for)
    reach = {f"{OURS}k{kind.replace('_', '')}"}
    reach |= {f"{OURS}{letter}{value}" for letter, value in zip("otd", whose, strict=True) if value}
    return number, kind, record, known.title, known.subtitle, *whose, " ".join(sorted(words | reach))


@cache
def _standing(types: tuple[str, ...]) -> KeptQuery[Any]:
    """The documents of records of these types."""
    return KeptQuery(
        lambda keys: Document.objects.filter(record_type__in=types, record__among=keys).values_list(
            "pk", "words"
        )
    )


def _remove(types: Sequence[str], records: Sequence[int]) -> set[str]:
    """Take documents out; returns the words that were in them."""
    found = _standing(tuple(types))(records)
    if not found:
        return set()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany("DELETE FROM search_words WHERE rowid = %s", [(pk,) for pk, _words in found])
        cursor.executemany("DELETE FROM search_document WHERE id = %s", [(pk,) for pk, _words in found])
    return set().union(*(words.split() for _pk, words in found))


def rebuild() -> int:
    """Make the whole index anew from the records, with the spelling of its words; returns how many documents."""
    done = 0
    forget_spelling()
    for one in record_types():
        if one.found_by is None:
            continue
        keys = list(one.rows().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), PIECE):
            _reindex([one], keys[start : start + PIECE], set(), is_anew=True)
        done += len(keys)
    while learn():
        pass
    Standing.objects.update_or_create(pk=1, defaults={"format": FORMAT, "record_type": "", "after": 0})
    return done


def keep_up(_at: datetime) -> int:
    """A piece of the worker's part: make anew an index of an older format, then learn the spelling of what is new."""
    return _renew() or learn()


def _renew() -> int:
    standing = Standing.objects.filter(pk=1).first() or Standing(pk=1)
    if standing.format == FORMAT:
        return 0
    types = [one for one in record_types() if one.found_by is not None]
    left = [one for one in types if (one.order, one.key) >= _place(standing.record_type)]
    with transaction.atomic():
        if not standing.record_type:
            forget_spelling()
        for one in left:
            after = standing.after if one.key == standing.record_type else 0
            keys = list(
                one.rows().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:SMALL_PIECE]
            )
            if keys:
                _reindex([one], keys, set(), is_anew=True)
                standing.record_type, standing.after = one.key, keys[-1]
                standing.save()
                return len(keys)
        standing.format, standing.record_type, standing.after = FORMAT, "", 0
        standing.save()
    return 1


def _place(key: str) -> tuple[int, str]:
    return next(((one.order, one.key) for one in record_types() if one.key == key), (-1, ""))
