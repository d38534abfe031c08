"""Measured in this process: search, and what the database itself takes for a list."""

from collections.abc import Iterator
from functools import partial

from benchmarks import homes
from benchmarks.rows import Row, row_of, timed

# Beginnings of names, in several scripts; digits of phones.
QUERIES = {
    "2 letters": (
        "ma",
        "an",
        "so",
        "be",
        "ka",
        "jo",
        "lí",
        "ås",
        "mu",
        "sa",
        "pe",
        "li",
        "ri",
        "da",
        "zz",
        "ja",
    ),
    "3 letters": (
        "mar",
        "ann",
        "sør",
        "ber",
        "kav",
        "joh",
        "kal",
        "முர",
        "san",
        "pet",
        "lin",
        "rik",
        "dac",
        "zzz",
    ),
    "5 letters": (
        "maria",
        "søren",
        "sorens",
        "berzi",
        "kalni",
        "முருக",
        "bauti",
        "peter",
        "linds",
        "großm",
        "qqqqq",
    ),
    "digits": ("8123", "3441", "+45 34", "0912", "12 34", "5678", "21 2", "74104"),
    "two words": ("anna be", "jens mø", "siti ra", "maria sa", "ilze ka", "murugan 8123"),
}


def rows() -> Iterator[Row]:
    """Search of each length beside the bare index; the list's bare SQL."""
    homes.setup()
    from django.db import connection

    from rapport.foundation.kernel.access.queries import actor_for
    from rapport.foundation.kernel.actors.models import User
    from rapport.foundation.kernel.search.queries import find
    from rapport.foundation.kernel.search.rules import query_words

    actor = actor_for(User.objects.get(email="dace@practice.example"))
    for name, texts in QUERIES.items():
        asked = [text for text in texts for _again in range(8)]
        found = timed([partial(find, text, actor=actor, limit=8) for text in asked])
        floor = None
        if connection.vendor == "sqlite":
            terms = [" AND ".join(f'"{options[0]}"*' for options in query_words(text)) for text in asked]
            floor = timed([partial(_bare, term) for term in terms])
        yield row_of(f"search, {name}, in process", found, target=15, floor=floor, note="floor: bare FTS5")
    sql = "SELECT * FROM people_party WHERE kind = 'person' ORDER BY updated_at DESC, id DESC LIMIT 51"
    yield row_of("list, bare SQL", timed([lambda: _fetch(sql)] * 60))


def _bare(term: str) -> None:
    _fetch("SELECT rowid FROM search_words WHERE search_words MATCH %s ORDER BY rowid DESC LIMIT 8", [term])


def _fetch(sql: str, values: list[str] | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.fetchall()
