"""The spelling of the words in the index, by which a typo is forgiven. An act only says which words came and went; the
worker learns them after it, so that writing costs no more and no two writers wait for each other's words."""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from rapport.foundation.kernel.search.models import Stirred
from rapport.foundation.kernel.search.rules import is_spelt, slips

# Words to one row: a piece of the worker's holds the lock for some tenths of a second.
_TO_A_ROW = 500


def stir(came: Iterable[str], went: Iterable[str]) -> None:
    """Leave words for the worker."""
    rows = [Stirred(came=" ".join(some)) for some in _pieces(came)]
    rows += [Stirred(went=" ".join(some)) for some in _pieces(went)]
    Stirred.objects.bulk_create(rows)


def _pieces(words: Iterable[str]) -> list[list[str]]:
    spelt = sorted(filter(is_spelt, words))
    return [spelt[start : start + _TO_A_ROW] for start in range(0, len(spelt), _TO_A_ROW)]


def learn() -> int:
    """Learn what one act left, or forget what no document holds any more; returns how many words."""
    row = Stirred.objects.order_by("pk").first()
    if row is None:
        return 0
    came, went = row.came.split(), row.went.split()
    with transaction.atomic():
        if came:
            _add(_unknown(came))
        if went:
            _forget([word for word in went if not _is_held(word)])
        row.delete()
    return len(came) + len(went)


def _unknown(words: Sequence[str]) -> list[str]:
    """Those whose spelling is not known yet."""
    known: set[str] = set()
    for start in range(0, len(words), 500):
        some = words[start : start + 500]
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT word FROM search_spelling WHERE word IN ({marks})", list(some))  # noqa: S608
            known.update(row[0] for row in cursor.fetchall())
    return [word for word in words if word not in known]


def _add(words: Sequence[str]) -> None:
    rows = [(slip, word) for word in words for slip in sorted(slips(word))]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_spelling (slip, word) VALUES (%s, %s) ON CONFLICT DO NOTHING", rows
        )


def _forget(words: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM search_spelling WHERE word = %s", [(word,) for word in words])


def _is_held(word: str) -> bool:
    """True when a document has this word."""
    where = "search_words WHERE search_words MATCH %s"
    if connection.vendor == "postgresql":
        where = "search_document WHERE tokens @@ %s::tsquery"
    quoted = f"'{word}'" if connection.vendor == "postgresql" else f'"{word}"'
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {where} LIMIT 1", [quoted])  # noqa: S608
        return cursor.fetchone() is not None


def forget_spelling() -> None:
    """Forget all of it, before all of it is learnt anew."""
    Stirred.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_spelling")
