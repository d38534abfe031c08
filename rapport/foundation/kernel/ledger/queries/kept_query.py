"""Questions that every page and every act asks: their SQL is written once and kept.

Django writes the SQL of a query anew each time, which takes longer than a database needs to answer for a few keys."""

import copy
import json
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

# Stands for the first key while the SQL is written, one less for each that follows; no row has them.
_MARK = -(2**62) - 7
# Ways in which one question is kept, one for each who asks; all are forgotten when there are more.
_WAYS = 200


class _Written(NamedTuple):
    asked: QuerySet[Any, Any]
    sql: str
    params: tuple[Any, ...]
    compiler: Any
    converters: dict[int, Any]


class KeptQuery[Row]:
    """A question: `ask(*given)` builds its query, the first time for each kind of answer.

    What is given is a key (a whole number), keys (a list or set, for `among`), or anything hashable on which the query
    depends, such as the actor, for each of which it is kept anew. Keys may be compared with and no more: a query that
    is shaped by one, or by the moment, cannot be kept. It has no `prefetch_related`."""

    def __init__(self, ask: Callable[..., QuerySet[Any, Row]]) -> None:
        self._ask = ask
        self._ways: dict[tuple[Any, ...], _Written | None] = {}

    def __call__(self, *given: Any) -> list[Row]:
        """The rows, as the query would give them."""
        known = [
            list(one) if isinstance(one, Collection) and not isinstance(one, str) else one for one in given
        ]
        if [] in known:
            return []
        way = (connection.vendor, *(type(one) if _is_key(one) else one for one in known))
        if way not in self._ways:
            if len(self._ways) >= _WAYS:
                self._ways.clear()
            self._ways[way] = self._write(known)
        written = self._ways[way]
        return [] if written is None else _answer(written, known)

    def _write(self, given: list[Any]) -> _Written | None:
        asked = self._ask(*(_marked(number, one) for number, one in enumerate(given)))
        compiler = asked.query.get_compiler(using=asked.db)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        columns = [one[0] for one in compiler.select[: compiler.col_count]]
        return _Written(asked, sql, tuple(params), compiler, compiler.get_converters(columns))


class _Query:
    """Stands in the place of the query while its rows are made: it has its compiler already."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self._query, self._compiler = query, compiler

    def get_compiler(self, *_given: Any, **_named: Any) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


def _answer(written: _Written, given: list[Any]) -> list[Any]:
    """Run the SQL with what is given in the place of its marks; Django makes the rows of what comes back."""
    filled = {
        _hashable(_in_sql(_marked(number, one))): _in_sql(one)
        for number, one in enumerate(given)
        if _is_key(one)
    }
    params = tuple(filled.get(_hashable(one), one) for one in written.params)
    compiler = copy.copy(written.compiler)
    compiler.connection = connection
    compiler.as_sql = lambda *_given, **_named: (written.sql, params)
    compiler.get_converters = lambda _columns: written.converters
    asked: Any = object.__new__(type(written.asked))
    asked.__dict__.update(written.asked.__dict__, _query=_Query(written.asked.query, compiler))
    rows: Any = asked._iterable_class(asked)
    return list(rows)


def _is_key(one: Any) -> bool:
    return isinstance(one, list) or type(one) is int


def _marked(number: int, one: Any) -> Any:
    """What stands for this while the SQL is written: keys are marked, all else shapes the query."""
    if isinstance(one, list):
        return [_MARK - number]
    return _MARK - number if type(one) is int else one


def _in_sql(one: Any) -> Any:
    """Keys as the lookup `among` gives them to the database."""
    return json.dumps(one) if isinstance(one, list) and connection.vendor != "postgresql" else one


def _hashable(one: Any) -> Any:
    return tuple(one) if isinstance(one, list) else one
