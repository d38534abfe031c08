"""Finds records as one types. Exact words first, then beginnings; among these one's own first, then the latest.

Each of the four branches is asked in that order and capped, so that no hit is lost behind a cap of another."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from rapport.foundation.kernel.access.rules import Actor, Reach, Verb
from rapport.foundation.kernel.records.rules import record_types
from rapport.foundation.kernel.search.models import Document
from rapport.foundation.kernel.search.rules import OURS, is_exact, query_words

LIMIT = 200
_SAFE = re.compile(r'["\'\\\x00]')


@dataclass(frozen=True)
class Hit:
    """A record that was found."""

    record_type: str
    record: int
    title: str
    subtitle: str
    is_mine: bool


def find(text: str, *, actor: Actor, limit: int = 20, only: Sequence[str] = ()) -> list[Hit]:
    """The records that match, best first; only what the actor may see; none for an empty text."""
    query = query_words(text)
    scope = _scope(actor, only)
    if not query or scope is None:
        return []
    mine = [[f"{OURS}o{actor.key}"]] if actor.key is not None else []
    keys: set[int] = set()
    for exact, own in ((True, mine), (True, []), (False, mine), (False, [])):
        if own is mine and not mine:
            continue
        if len(keys) < limit:
            keys.update(_branch(query, exact, own, scope, limit))
    if not keys:
        return []
    found = Document.objects.in_bulk(keys)
    ranked = sorted(
        found.values(),
        key=lambda d: (not is_exact(set(d.words.split()), query), not _is_mine(d, actor), -d.pk),
    )
    return [Hit(d.record_type, d.record, d.title, d.subtitle, _is_mine(d, actor)) for d in ranked[:limit]]


def _is_mine(document: Document, actor: Actor) -> bool:
    return actor.key is not None and document.owner_id == actor.key


def _scope(actor: Actor, only: Sequence[str]) -> list[list[list[str]]] | None:
    """The reach as alternatives of requirements: per record type its token, and the tokens of whose it may be.

    An empty list means everything; None means nothing at all."""
    types = [one for one in record_types() if one.known is not None]
    alternatives: list[list[list[str]]] = []
    everything = not only
    for one in types:
        reach = actor.reach(one.key, Verb.SEE)
        if reach is None or (only and one.key not in only):
            everything = False
            continue
        kind = [f"{OURS}k{one.key.replace('_', '')}"]
        if reach == Reach.ALL:
            alternatives.append([kind])
        else:
            everything = False
            alternatives.append([kind, _whose(actor, reach)])
    return [] if everything else (alternatives or None)


def _whose(actor: Actor, reach: Reach) -> list[str]:
    tokens = [f"{OURS}o{actor.key}"]
    if reach in {Reach.TEAM, Reach.DEPARTMENT}:
        tokens += [f"{OURS}t{team}" for team in sorted(actor.team_ids)]
    if reach == Reach.DEPARTMENT and actor.department_id:
        tokens.append(f"{OURS}d{actor.department_id}")
    return tokens


def _branch(
    query: list[list[str]], exact: bool, own: list[list[str]], scope: list[list[list[str]]], limit: int
) -> list[int]:
    """The keys of the latest documents that hold the words (whole or beginnings), the owner's token and the reach."""
    parts = [_any([_term(word, not exact) for word in options]) for options in query]
    parts += [_any([_term(word, False) for word in options]) for options in own]
    if scope:
        parts.append(_any([_all([_any([_term(w, False) for w in o]) for o in needs]) for needs in scope]))
    expression = _all(parts)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rowid FROM search_words WHERE search_words MATCH %s ORDER BY rowid DESC LIMIT %s",
                [expression, limit],
            )
            return [row[0] for row in cursor.fetchall()]
    rows = Document.objects.extra(where=["tokens @@ %s::tsquery"], params=[expression])
    return list(rows.order_by("-id").values_list("pk", flat=True)[:limit])


def _term(word: str, prefix: bool) -> str:
    """One word in the database's query language; words hold letters and digits only, quoted all the same."""
    word = _SAFE.sub("", word)
    if connection.vendor == "sqlite":
        return f'"{word}"*' if prefix else f'"{word}"'
    return f"'{word}':*" if prefix else f"'{word}'"


def _any(parts: list[str]) -> str:
    return "(" + (" OR " if connection.vendor == "sqlite" else " | ").join(parts) + ")"


def _all(parts: list[str]) -> str:
    return "(" + (" AND " if connection.vendor == "sqlite" else " & ").join(parts) + ")"


def records_with(
    phrases: Sequence[Sequence[Sequence[str]]], *, actor: Actor, only: Sequence[str], each: int
) -> list[int]:
    """The keys of records that hold, as whole words, every word of one of the phrases: the latest of each phrase.

    A word is a list of alternatives, folded. One query; only what the actor may see."""
    scope = _scope(actor, only)
    if not phrases or scope is None:
        return []
    branches = [_expression([list(word) for word in one], scope) for one in phrases]
    if connection.vendor == "sqlite":
        one = "SELECT * FROM (SELECT rowid FROM search_words WHERE search_words MATCH %s ORDER BY rowid DESC LIMIT %s)"
    else:
        one = "(SELECT id FROM search_document WHERE tokens @@ %s::tsquery ORDER BY id DESC LIMIT %s)"
    found = f"SELECT DISTINCT record FROM search_document WHERE id IN ({' UNION ALL '.join([one] * len(branches))})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(found, [value for expression in branches for value in (expression, each)])
        return [row[0] for row in cursor.fetchall()]


def _expression(words: list[list[str]], scope: list[list[list[str]]]) -> str:
    parts = [_any([_term(word, False) for word in options]) for options in words]
    if scope:
        parts.append(_any([_all([_any([_term(w, False) for w in o]) for o in needs]) for needs in scope]))
    return _all(parts)
