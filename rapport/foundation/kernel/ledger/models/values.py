"""How a row becomes plain values and back: by the type of each field, the same on both databases."""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.rules import Plain

CUSTOM = "custom"


@cache
def recorded_fields(model: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    """The columns that a change holds: all but the key, the version and what is derived."""
    derived: frozenset[str] = getattr(model, "derived", frozenset())
    return tuple(
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name != "version" and field.name not in derived
    )


@cache
def field_named(model: type[models.Model], attname: str) -> "models.Field[Any, Any]":
    """The recorded field of this attribute name. Raises KeyError for any other."""
    return {field.attname: field for field in recorded_fields(model)}[attname]


@cache
def column_named(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    """The recorded field of this name or attribute name (`owner` and `owner_id` are one). Raises KeyError."""
    fields = recorded_fields(model)
    return ({field.attname: field for field in fields} | {field.name: field for field in fields})[name]


@cache
def link_named(model: type[models.Model], attname: str) -> "models.ForeignKey[Any, Any] | None":
    """The foreign key of this attribute name; None for a field that is no link, whatever it is called."""
    field = {field.attname: field for field in recorded_fields(model)}.get(attname)
    return field if isinstance(field, models.ForeignKey) else None


def plain(value: Any) -> Plain:
    """A value as JSON holds it, without losing anything and without a float."""
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, FieldFile):
        return value.name or ""
    raise TypeError(f"the ledger keeps no {type(value).__name__}")


def _binary(value: str) -> bytes:
    return base64.b64decode(value)


@cache
def _reader(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    return _binary if isinstance(field, models.BinaryField) else field.to_python


def python_value(field: "models.Field[Any, Any]", value: Plain) -> Any:
    """The inverse of `plain` for this field."""
    if value is None:
        return None
    if isinstance(field, models.ForeignKey):
        return int(value)
    return _reader(field)(value)


def snapshot(record: models.Model) -> dict[str, Plain]:
    """All recorded fields of a row; the keys of `custom` one by one; blanks left out.

    A field that is absent held its blank: null where null is allowed, else empty text."""
    values: dict[str, Plain] = {}
    for field in recorded_fields(type(record)):
        value = plain(getattr(record, field.attname))
        if field.attname == CUSTOM:
            values |= {f"{CUSTOM}.{key}": part for key, part in (value or {}).items()}
        elif value is not None and value != "":
            values[field.attname] = value
    return values


def blank(model: type[models.Model], name: str) -> Plain:
    """What an absent field stood for: null where null is allowed, else empty text."""
    if name.startswith(f"{CUSTOM}."):
        return None
    return None if field_named(model, name).null else ""


def live_value(record: models.Model, name: str) -> Plain:
    """The plain value a row has now for a recorded name, `custom.<key>` included (null when absent)."""
    if name.startswith(f"{CUSTOM}."):
        return (getattr(record, CUSTOM) or {}).get(name.removeprefix(f"{CUSTOM}."))
    return plain(getattr(record, name))


def put(record: models.Model, values: Mapping[str, Plain]) -> list[str]:
    """Set plain values on a row in memory; returns the names of the columns that this touched.

    A custom key set to null is removed: an absent key and a null mean the same, nothing."""
    columns: set[str] = set()
    for name, value in values.items():
        if name.startswith(f"{CUSTOM}."):
            custom = dict(getattr(record, CUSTOM) or {})
            key = name.removeprefix(f"{CUSTOM}.")
            if value is None:
                custom.pop(key, None)
            else:
                custom[key] = value
            setattr(record, CUSTOM, custom)
            columns.add(CUSTOM)
        else:
            setattr(record, name, python_value(field_named(type(record), name), value))
            columns.add(name)
    return sorted(columns)


def restored(model: type[Versioned], key: int, version: int, values: Mapping[str, Plain]) -> Versioned:
    """A row of `model` in memory with these plain values, all others blank; columns derived keep their default."""
    record = model(version=version)
    record.pk = key
    for field in recorded_fields(model):
        if field.attname == CUSTOM:
            setattr(record, CUSTOM, {})
        elif field.attname not in values:
            setattr(record, field.attname, None if field.null else "")
    put(record, values)
    return record
