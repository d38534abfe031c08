"""Keeps the search index true: a projection of records, written inside each act's transaction."""

from collections.abc import Iterable, Sequence

from django.db import connection

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
    for one in record_types():
        if one.known is not None and (keys := touched.roots.get(one.model)):
            reindex(one, sorted(keys), fresh=touched.fresh(one.model))


def reindex(record_type: RecordType, keys: Sequence[int], *, fresh: Iterable[int] = ()) -> None:
    """Rebuild the documents of these records; those that are gone lose theirs. `fresh` ones have none yet."""
    if record_type.known is None:
        raise ValueError(record_type.key)
    new = set(fresh)
    _remove(record_type.key, [key for key in keys if key not in new])
    owners = _owners(record_type, keys)
    if not owners:
        return
    known = record_type.known(list(owners))
    numbers = next_keys(Document, len(owners))
    documents = [
        _document(number, record_type.key, key, whose, known[key])
        for number, (key, whose) in zip(numbers, owners.items(), strict=True)
    ]
    insert_rows(Document, _COLUMNS, documents)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_words (rowid, words) VALUES (%s, %s)",
                [(row[0], row[-1]) for row in documents],  # type: ignore[misc]
            )


type Whose = tuple[int | None, int | None, int | None]


def _owners(record_type: RecordType, keys: Sequence[int]) -> dict[int, Whose]:
    """The owner, team and department of each of these records that is there; read as values, without a model's cost."""
    columns = {field.attname for field in record_type.model._meta.concrete_fields}
    names = [name for name in ("owner_id", "team_id", "department_id") if name in columns]
    found: dict[int, Whose] = {}
    for key, *values in record_type.rows().filter(pk__in=keys).values_list("pk", *names):
        there = dict(zip(names, values, strict=True))
        found[key] = there.get("owner_id"), there.get("team_id"), there.get("department_id")
    return found


def _document(number: int, kind: str, record: int, whose: Whose, known: Known) -> tuple[object, ...]:
    words = index_words([known.title, known.subtitle, *known.words], known.emails, known.phones)
    reach = {f"{OURS}k{kind.replace('_', '')}"}
    reach |= {f"{OURS}{letter}{value}" for letter, value in zip("otd", whose, strict=True) if value}
    return number, kind, record, known.title, known.subtitle, *whose, " ".join(sorted(words | reach))


def _remove(key: str, records: Sequence[int]) -> None:
    documents = Document.objects.filter(record_type=key, record__in=records)
    if connection.vendor == "sqlite":
        ids = list(documents.values_list("pk", flat=True))
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM search_words WHERE rowid = %s", [(pk,) for pk in ids])
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
