"""Questions that every act asks of the rows it touched: their SQL is written once and kept.

Django writes the SQL of a query anew each time, which takes longer than a database needs to answer for a few keys."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

# Stands for the keys while the SQL is written; no row has it.
_MARK = [-(2**62) - 7]


class _Written(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    query: Any
    columns: list[Any]


class ByKeys:
    """Asks for values of rows: `ask(keys)` builds the query by `values_list`, the keys given to `among` and nowhere
    else. Its other conditions are those of the first time: none may depend on the moment or on who asks."""

    def __init__(self, ask: Callable[[Sequence[int]], QuerySet[Any, Any]]) -> None:
        self._ask = ask
        self._kept: dict[str, _Written] = {}

    def __call__(self, keys: Iterable[int]) -> list[Sequence[Any]]:
        """The rows of these keys, each a sequence of values in the order of the query."""
        known = list(keys)
        written = self._kept.get(connection.vendor) or self._write()
        given: Any = known if connection.vendor == "postgresql" else json.dumps(known)
        mark: Any = _MARK if connection.vendor == "postgresql" else json.dumps(_MARK)
        with connection.cursor() as cursor:
            cursor.execute(written.sql, [given if one == mark else one for one in written.params])
            rows: Any = cursor.fetchall()
        compiler = written.query.get_compiler(connection=connection)
        converters = compiler.get_converters(written.columns)
        return list(compiler.apply_converters(rows, converters)) if converters else rows

    def _write(self) -> _Written:
        query = self._ask(_MARK).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        written = _Written(sql, tuple(params), query, [one[0] for one in compiler.select])
        self._kept[connection.vendor] = written
        return written
