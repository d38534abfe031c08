"""Keeps the search index true: a projection of records, written inside each act's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.db import connection

from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.services import Touched
from rapport.foundation.kernel.ledger.services.rows import insert_rows, next_keys
from rapport.foundation.kernel.records.rules import Known, RecordType, record_types
from rapport.foundation.kernel.search.models import Document
from rapport.foundation.kernel.search.rules import OURS, index_words

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
    for one in record_types():
        if one.known is not None and touched.roots.get(one.model):
            types.setdefault(one.model, []).append(one)
    for model, some in types.items():
        _reindex(some, sorted(touched.roots[model]), touched.fresh(model))


def reindex(record_type: RecordType, keys: Sequence[int], *, fresh: Iterable[int] = ()) -> None:
    """Rebuild the documents of these records; those that are gone lose theirs. `fresh` ones have none yet."""
    _reindex([record_type], keys, set(fresh))


def _reindex(types: Sequence[RecordType], keys: Sequence[int], fresh: set[int]) -> None:
    """The same for types that share a table, which is asked once for all of them."""
    if old := [key for key in keys if key not in fresh]:
        _remove([one.key for one in types], old)
    pending: list[tuple[RecordType, int, Whose, Known]] = []
    for one, there in _there(types, keys):
        known = one.known(list(there)) if one.known is not None else {}
        pending += [(one, key, whose, _with(known[key], words)) for key, (whose, words) in there.items()]
    numbers = next_keys(Document, len(pending)) if pending else ()
    documents = [
        _document(number, one.key, key, whose, known)
        for number, (one, key, whose, known) in zip(numbers, pending, strict=True)
    ]
    if not documents:
        return
    insert_rows(Document, _COLUMNS, documents)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_words (rowid, words) VALUES (%s, %s)",
                [(row[0], row[-1]) for row in documents],  # type: ignore[misc]
            )


type Whose = tuple[int | None, int | None, int | None]


def _there(
    types: Sequence[RecordType], keys: Sequence[int]
) -> Iterator[tuple[RecordType, dict[int, tuple[Whose, list[str]]]]]:
    """Per type, the records that are there: owner, team and department of each, and what its searchable fields say.

    Read as values, without a model's cost."""
    columns = {field.attname for field in types[0].model._meta.concrete_fields}
    names = [name for name in ("owner_id", "team_id", "department_id") if name in columns]
    marks = sorted({name for one in types for name in one.defaults})
    searched = {one.key: [field.name for field in one.fields if field.searchable] for one in types}
    said = sorted({name for some in searched.values() for name in some if name in columns} - {*names, *marks})
    rows = types[0].rows() if len(types) == 1 else types[0].model._base_manager.all()
    found: dict[str, dict[int, tuple[Whose, list[str]]]] = {}
    for key, *values in rows.filter(pk__among=keys).values_list("pk", *names, *marks, *said):
        there = dict(zip([*names, *marks, *said], values, strict=True))
        for one in types:
            if all(there[name] == value for name, value in one.defaults.items()):
                whose = there.get("owner_id"), there.get("team_id"), there.get("department_id")
                words = [str(there[name]) for name in searched[one.key] if there.get(name)]
                found.setdefault(one.key, {})[key] = whose, words
    return ((one, found[one.key]) for one in types if one.key in found)


def _with(known: Known, words: Sequence[str]) -> Known:
    """The same, with what the declared searchable fields say beyond it."""
    more = [word for word in words if word not in known.words and word not in known.subtitle]
    return replace(known, words=[*known.words, *more]) if more else known


def _document(number: int, kind: str, record: int, whose: Whose, known: Known) -> tuple[object, ...]:
    words = index_words(
        dict.fromkeys([known.title, known.subtitle, *known.words]), known.emails, known.phones
    )
    reach = {f"{OURS}k{kind.replace('_', '')}"}
    reach |= {f"{OURS}{letter}{value}" for letter, value in zip("otd", whose, strict=True) if value}
    return number, kind, record, known.title, known.subtitle, *whose, " ".join(sorted(words | reach))


def _remove(types: Sequence[str], records: Sequence[int]) -> None:
    documents = Document.objects.filter(record_type__in=types, record__among=records)
    if connection.vendor == "sqlite":
        if not (ids := list(documents.values_list("pk", flat=True))):
            return
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM search_words WHERE rowid = %s", [(pk,) for pk in ids])
        documents = Document.objects.filter(pk__among=ids)
    documents._raw_delete(documents.db)


def rebuild() -> int:
    """Make the whole index anew from the records; returns how many documents."""
    done = 0
    for one in record_types():
        if one.known is None:
            continue
        keys = list(one.rows().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), 2_000):
            reindex(one, keys[start : start + 2_000])
        done += len(keys)
    return done
