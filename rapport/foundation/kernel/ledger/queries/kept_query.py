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

# What stands for the first of what is given while the SQL is written: small, for every column to take it. It is written
# twice, with other marks: what differs then is what was given, whatever else is compared with.
_KEYS = 30_000, 20_000
_MOMENTS = datetime(2001, 1, 2, 3, 4, 5, 6, tzinfo=UTC), datetime(2002, 2, 3, 4, 5, 6, 7, tzinfo=UTC)
# Ways in which one question is kept, one for each who asks; all are forgotten when there are more.
_WAYS = 200


class _Written(NamedTuple):
    """The SQL of `asked`. `slots` says of each parameter which of what is given it is, None for what stays."""

    asked: QuerySet[Any, Any]
    sql: str
    params: tuple[Any, ...]
    slots: tuple[int | None, ...]
    compiler: Any
    converters: dict[int, Any]


class KeptQuery[Row]:
    """A question: `ask(*given)` builds its query, the first time for each kind of answer.

    What is given is a key (a whole number), keys (a list or set, for `among`; without any there is no row), a day or a
    moment, which the query compares with as they are; or anything hashable on which it depends, such as the actor, for
    each of which it is kept anew; so it is for what is given by name, such as how many rows. It reads no clock itself,
    and has no `prefetch_related`. Raises ValueError, the first time, where a key, a day or a moment shapes it."""

    def __init__(self, ask: Callable[..., QuerySet[Any, Row]]) -> None:
        self._ask = ask
        self._ways: dict[tuple[Any, ...], _Written | None] = {}

    def __call__(self, *given: Any, **shape: Any) -> list[Row]:
        """The rows, as the query would give them."""
        known = [
            list(one) if isinstance(one, Collection) and not isinstance(one, str) else one for one in given
        ]
        if [] in known:
            return []
        way = (connection.vendor, *shape.items(), *(type(one) if _is_compared(one) else one for one in known))
        try:
            written = self._ways[way]
        except KeyError:
            if len(self._ways) >= _WAYS:
                self._ways.clear()
            written = self._ways[way] = self._write(known, shape)
        return [] if written is None else _answer(written, known)

    def _write(self, given: list[Any], shape: dict[str, Any]) -> _Written | None:
        marks, others = ([_mark(which, number, one) for number, one in enumerate(given)] for which in (0, 1))
        asked = self._ask(*marks, **shape)
        compiler = asked.query.get_compiler(using=asked.db)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        _, differing = self._ask(*others, **shape).query.get_compiler(using=asked.db).as_sql()
        pairs = [(_in_sql(mark), _in_sql(other)) for mark, other in zip(marks, others, strict=True)]
        slots = tuple(
            (pairs.index(pair) if pair in pairs else -1) if pair[0] != pair[1] else None
            for pair in zip(params, differing, strict=True)
        )
        if -1 in slots or {at for at, one in enumerate(given) if _is_compared(one)} - {*slots}:
            raise ValueError(f"{asked.model.__name__}: what is given shapes the query, or is changed by it")
        columns = [one[0] for one in compiler.select[: compiler.col_count]]
        return _Written(asked, sql, tuple(params), slots, compiler, compiler.get_converters(columns))


class _Query:
    """Stands in the place of the query while its rows are made: it has its compiler already."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self._query, self._compiler = query, compiler

    def get_compiler(self, *_given: Any, **_named: Any) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


def _answer(written: _Written, given: list[Any]) -> list[Any]:
    """Run the SQL with what is given in its slots; Django makes the rows of what comes back."""
    filled = [_in_sql(one) for one in given]
    params = tuple(
        one if slot is None else filled[slot] for one, slot in zip(written.params, written.slots, strict=True)
    )
    compiler = copy.copy(written.compiler)
    compiler.connection = connection
    compiler.as_sql = lambda *_given, **_named: (written.sql, params)
    compiler.get_converters = lambda _columns: written.converters
    asked: Any = object.__new__(type(written.asked))
    asked.__dict__.update(written.asked.__dict__, _query=_Query(written.asked.query, compiler))
    rows: Any = asked._iterable_class(asked)
    return list(rows)


def _is_compared(one: Any) -> bool:
    """Whether the query compares with it, and is not shaped by it."""
    return isinstance(one, list | date) or type(one) is int


def _mark(which: int, number: int, one: Any) -> Any:
    """What stands for the thing given in this place; what shapes the query stands for itself."""
    if isinstance(one, datetime):
        return _MOMENTS[which] + timedelta(days=number)
    if isinstance(one, date):
        return _MOMENTS[which].date() + timedelta(days=number)
    key = _KEYS[which] + number
    return [key] if isinstance(one, list) else key if type(one) is int else one


def _in_sql(one: Any) -> Any:
    """As the database is given it: keys by the lookup `among`, days and moments by their fields."""
    if isinstance(one, list):
        return one if connection.vendor == "postgresql" else json.dumps(one)
    if isinstance(one, datetime):
        return connection.ops.adapt_datetimefield_value(one)
    return connection.ops.adapt_datefield_value(one) if isinstance(one, date) else one
