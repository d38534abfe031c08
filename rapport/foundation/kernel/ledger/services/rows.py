"""Writes many rows at once, past the ORM's cost per object: executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection, models


@cache
def _preparers(model: type[models.Model], vendor: str) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Per column, how a Python value becomes the database's; None where it already is."""
    ready = (models.CharField, models.TextField, models.BooleanField, models.IntegerField, models.ForeignKey)
    result: list[tuple[str, Callable[[Any], Any] | None]] = []
    for field in model._meta.concrete_fields:
        is_ready = isinstance(field, ready) and not isinstance(field, models.FileField)
        prepare = None if is_ready else (lambda value, f=field: f.get_db_prep_save(value, connection))
        result.append((field.attname, prepare))
    return tuple(result)


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
    model = type(objects[0])
    columns = [str(field.column) for field in model._meta.concrete_fields]
    preparers = _preparers(model, connection.vendor)
    insert_rows(
        model,
        columns,
        [
            [
                prepare(getattr(o, name)) if prepare and getattr(o, name) is not None else getattr(o, name)
                for name, prepare in preparers
            ]
            for o in objects
        ],
    )


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
