"""Questions that every page and every act asks: their SQL is written once and kept.

Django writes the SQL of a query anew each time, which takes longer than a database needs to answer for a few keys."""

import copy
import json
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

# What stands for the first of what is given while the SQL is written; no row has these.
_KEY, _DAY, _MOMENT = -(2**62) - 7, date(1, 1, 2), datetime(1, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
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

    What is given is a key (a whole number), keys (a list or set, for `among`; without any there is no row), a day or a
    moment, which the query compares with as they are; or anything hashable on which it depends, such as the actor, for
    each of which it is kept anew. It reads no clock itself, and has no `prefetch_related`. Raises ValueError, the first
    time, where something given is not compared with but shapes the query."""

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
        way = (connection.vendor, *(one if _mark(0, one) is None else type(one) for one in known))
        try:
            written = self._ways[way]
        except KeyError:
            if len(self._ways) >= _WAYS:
                self._ways.clear()
            written = self._ways[way] = self._write(known)
        return [] if written is None else _answer(written, known)

    def _write(self, given: list[Any]) -> _Written | None:
        marks = [_mark(number, one) for number, one in enumerate(given)]
        asked = self._ask(*(one if mark is None else mark for one, mark in zip(given, marks, strict=True)))
        compiler = asked.query.get_compiler(using=asked.db)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        if lost := [mark for mark in marks if mark is not None and _in_sql(mark) not in params]:
            raise ValueError(f"{asked.model.__name__}: {lost} shapes the query and is not compared with")
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
        _hashable(_in_sql(mark)): _in_sql(one)
        for number, one in enumerate(given)
        if (mark := _mark(number, one)) is not None
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


def _mark(number: int, one: Any) -> Any:
    """What stands for the thing given in this place while the SQL is written; None for what shapes the query."""
    if isinstance(one, list):
        return [_KEY - number]
    if isinstance(one, datetime):
        return _MOMENT + timedelta(days=number)
    if isinstance(one, date):
        return _DAY + timedelta(days=number)
    return _KEY - number if type(one) is int else None


def _in_sql(one: Any) -> Any:
    """As the database is given it: keys by the lookup `among`, days and moments by their fields."""
    if isinstance(one, list):
        return one if connection.vendor == "postgresql" else json.dumps(one)
    if isinstance(one, datetime):
        return connection.ops.adapt_datetimefield_value(one)
    return connection.ops.adapt_datefield_value(one) if isinstance(one, date) else one


def _hashable(one: Any) -> Any:
    return tuple(one) if isinstance(one, list) else one
