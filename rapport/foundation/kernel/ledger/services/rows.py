"""Writes many rows at once, past the ORM's cost per object: executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from operator import itemgetter
from typing import Any

from django.db import connection, models

type Prepare = Callable[[Any], Any]


@cache
def _preparers(model: type[models.Model], vendor: str) -> dict[int, Prepare]:
    """How a Python value becomes the database's, by the place of its column; none for those that are as they should
    be."""
    ready = (models.CharField, models.TextField, models.BooleanField, models.IntegerField, models.ForeignKey)
    return {
        place: partial(field.get_db_prep_save, connection=connection)
        for place, field in enumerate(model._meta.concrete_fields)
        if not isinstance(field, ready) or isinstance(field, models.FileField)
    }


@cache
def _columns(model: type[models.Model]) -> tuple[list[str], Callable[[dict[str, Any]], tuple[Any, ...]]]:
    """The columns of a table, and what takes their values out of a row's own dictionary."""
    fields = model._meta.concrete_fields
    return [str(field.column) for field in fields], itemgetter(*(field.attname for field in fields))


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert prepared values of these database columns."""
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def insert_objects(objects: Sequence[models.Model]) -> None:
    """Insert rows that have their keys already; all of one model."""
    if not objects:
        return
    values_of = _columns(type(objects[0]))[1]
    insert_values(type(objects[0]), [values_of(vars(one)) for one in objects])


def insert_values(model: type[models.Model], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of Python values, each whole and in the order of the model's fields: quicker than objects."""
    if preparers := _preparers(model, connection.vendor):
        rows = list(map(list, rows))
        for place, prepare in preparers.items():
            _prepare_column(rows, place, prepare)
    insert_rows(model, _columns(model)[0], rows)


def _prepare_column(rows: Sequence[Any], place: int, prepare: Prepare) -> None:
    """Prepare one column of all rows; a moment that thousands share is prepared once."""
    known: dict[Any, Any] = {}
    for row in rows:
        if (value := row[place]) is None:
            continue
        if isinstance(value, dict | list):
            row[place] = prepare(value)
            continue
        if value not in known:
            known[value] = prepare(value)
        row[place] = known[value]


def update_rows(model: type[models.Model], columns: Sequence[str], objects: Iterable[models.Model]) -> None:
    """Write these attributes (and the version) of rows, by key."""
    quote = connection.ops.quote_name
    fields = {field.attname: field for field in model._meta.concrete_fields}
    names = [*columns, "version"]
    sets = ", ".join(f"{quote(str(fields[name].column))} = %s" for name in names)
    key = quote(str(model._meta.pk.column))
    rows = [
        [*(fields[name].get_db_prep_save(getattr(o, name), connection) for name in names), o.pk]
        for o in objects
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {key} = %s", rows)  # noqa: S608


def set_columns(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write columns that follow from others, by key, which stands last in each row; no version moves."""
    quote = connection.ops.quote_name
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    sets = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    prepared = [
        [
            *(field.get_db_prep_save(part, connection) for field, part in zip(fields, row, strict=False)),
            row[-1],
        ]
        for row in rows
    ]
    if prepared:
        key = quote(str(model._meta.pk.column))
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {key} = %s", prepared)  # noqa: S608


def next_keys(model: type[models.Model], count: int) -> range | list[int]:
    """Reserve primary keys. On SQLite the transaction must hold the write lock already."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), model._meta.pk.column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return range(first, first + count)


def next_number(name: str) -> int:
    """The next of a counter that starts at 1: `act` when an act begins, `seq` when it closes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(%s)", [f"ledger_{name}_number"])
        else:
            cursor.execute(
                "INSERT INTO ledger_counter (name, value) VALUES (%s, 1) "
                "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                [name],
            )
        return int(cursor.fetchone()[0])
