"""Finds records as one types. Exact words first, then beginnings; among these one's own first, then the latest.

Each of the four branches is asked in that order and capped, so that no hit is lost behind a cap of another."""

import re
import sys
from collections.abc import Sequence
from typing import Any

from django.db import connection
from msgspec import Struct

from rapport.foundation.kernel.access.rules import Actor, Reach, Verb
from rapport.foundation.kernel.records.rules import RecordType, record_types
from rapport.foundation.kernel.search.models import Document
from rapport.foundation.kernel.search.rules import (
    OURS,
    is_exact,
    is_spelt,
    nearest,
    query_words,
    said_query,
    slips,
)

# Below so many hits a typo is looked for; among so many words, and with so many of them tried for each one typed.
FEW, NEIGHBOURS, TRIED = 5, 2_000, 8
# How many of what was said are looked through at a time for what the actor may see, and how often.
AT_A_TIME, TIMES = 60, 5
_SAFE = re.compile(r'["\'\\\x00]')


class Hit(Struct, frozen=True):
    """A record that was found."""

    record_type: str
    record: int
    title: str
    subtitle: str
    is_mine: bool


class Found(Struct, frozen=True):
    """What was found, and the words it was found by where what was typed has a typo."""

    hits: list[Hit]
    meant: list[str]


def find_forgiving(text: str, *, actor: Actor, limit: int = 20) -> Found:
    """The records that match, best first; after these, where there are few, those that match but for one typo a word.

    A word is only named as meant when a record that the actor may see has it."""
    hits = find(text, actor=actor, limit=limit)
    typed, scope = query_words(text), _scope(actor, ())
    if len(hits) >= FEW or scope is None or not (meant := _respelt(typed)):
        return Found(hits, [])
    query = [[*options, *meant.get(options[0], ())] for options in typed]
    keys = _branch(query, True, [], scope, limit) or _branch(query, False, [], scope, limit)
    found, there = Document.objects.in_bulk(keys), {(hit.record_type, hit.record) for hit in hits}
    more = [one for one in found.values() if (one.record_type, one.record) not in there]
    more.sort(key=lambda one: (_farness(one, meant), not _is_mine(one, actor), -one.pk))
    more = more[: limit - len(hits)]
    said = {word for one in more for word in one.words.split()}
    words = [next((word for word in some if word in said), "") for some in meant.values()]
    return Found([*hits, *(_hit(one, actor) for one in more)], [word for word in words if word])


def lately(*, actor: Actor, limit: int) -> list[Hit]:
    """The actor's own records that were changed last."""
    scope = _scope(actor, ())
    if scope is None or actor.key is None:
        return []
    keys = _branch([[f"{OURS}o{actor.key}"]], True, [], scope, limit * 4)
    named = {one.key for one in record_types() if one.known is not None}
    found = Document.objects.filter(pk__in=keys, record_type__in=named).order_by("-pk")[:limit]
    return [_hit(one, actor) for one in found]


def _respelt(typed: list[list[str]]) -> dict[str, list[str]]:
    """For each word typed, the words in the index that it may be a typo of; empty for one that has none."""
    some = [options[0] for options in typed if len(options) == 1 and is_spelt(options[0])]
    all_slips = sorted(set().union(*map(slips, some)))
    if not all_slips:
        return {}
    marks = ", ".join(["%s"] * len(all_slips))
    with connection.cursor() as cursor:
        asked = f"SELECT DISTINCT word FROM search_spelling WHERE slip IN ({marks}) LIMIT {NEIGHBOURS}"  # noqa: S608
        cursor.execute(asked, all_slips)
        words = [row[0] for row in cursor.fetchall()]
    return {one: best for one in some if (best := nearest(one, words, TRIED))}


def _farness(document: Document, meant: dict[str, list[str]]) -> int:
    """How far down the list of what may be meant a document's words stand."""
    words = set(document.words.split())
    return sum(
        next((place for place, one in enumerate(some) if one in words), TRIED) for some in meant.values()
    )


def _hit(document: Document, actor: Actor) -> Hit:
    return Hit(
        document.record_type, document.record, document.title, document.subtitle, _is_mine(document, actor)
    )


def find_said(text: str, *, actor: Actor, limit: int = 5) -> list[tuple[RecordType, Any]]:
    """What was said, noted and promised in these words (or words that begin so), the latest first.

    Only what the actor may see; what is for another alone is not even looked at. For who sees all parties nothing is
    lost behind a cap; for others the latest 300 that match are looked through."""
    query, types = said_query(text, actor.key), [one for one in record_types() if one.told is not None]
    types = [one for one in types if actor.reach(one.key, Verb.SEE) is not None]
    found: list[tuple[RecordType, Any]] = []
    before: int | None = None
    for _round in range(TIMES if query and types else 0):
        keys = _branch(query, False, [], [], AT_A_TIME, before)
        documents = Document.objects.filter(pk__in=keys).order_by("-pk")
        wanted: dict[str, list[int]] = {}
        for one in documents:
            wanted.setdefault(one.record_type, []).append(one.record)
        seen = {
            (one.key, row.pk): (one, row)
            for one in types
            if one.key in wanted
            for row in one.visible_to(actor).filter(pk__in=wanted[one.key]).select_related(*one.peers)
        }
        found += [seen[place] for one in documents if (place := (one.record_type, one.record)) in seen]
        if len(keys) < AT_A_TIME or len(found) >= limit:
            break
        before = keys[-1]
    return found[:limit]


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
    return [_hit(one, actor) for one in ranked[:limit]]


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
    query: list[list[str]],
    exact: bool,
    own: list[list[str]],
    scope: list[list[list[str]]],
    limit: int,
    before: int | None = None,
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
                "SELECT rowid FROM search_words WHERE search_words MATCH %s AND rowid < %s "
                "ORDER BY rowid DESC LIMIT %s",
                [expression, before or sys.maxsize, limit],
            )
            return [row[0] for row in cursor.fetchall()]
    rows = Document.objects.extra(where=["tokens @@ %s::tsquery"], params=[expression])
    rows = rows.filter(pk__lt=before) if before else rows
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
