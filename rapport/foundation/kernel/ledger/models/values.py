"""How a row becomes plain values and back: by the type of each field, the same on both databases."""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import models
from django.db.models.base import ModelState
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


_AS_THEY_ARE = frozenset({str, int, bool})


@cache
def recorded_names(model: type[models.Model]) -> tuple[str, ...]:
    """The attribute names of the recorded fields."""
    return tuple(field.attname for field in recorded_fields(model))


@cache
def _recorded_values(model: type[models.Model]) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    names = recorded_names(model)
    return itemgetter(*names) if len(names) > 1 else lambda own: tuple(own[name] for name in names)


def snapshot(record: models.Model) -> dict[str, Plain]:
    """All recorded fields of a row; the keys of `custom` one by one; blanks left out.

    A field that is absent held its blank: null where null is allowed, else empty text."""
    model = type(record)
    # Past the attributes' descriptors: this is done for every row of an import, of which most are blank.
    values = {
        name: value if type(value) in _AS_THEY_ARE else plain(value)
        for name, value in zip(recorded_names(model), _recorded_values(model)(vars(record)), strict=True)
        if value is not None and value != ""
    }
    if custom := values.pop(CUSTOM, None):
        values |= {f"{CUSTOM}.{key}": part for key, part in custom.items()}
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
    record = made(model, **_blanks(model))
    record.pk, record.version = key, version
    if CUSTOM in recorded_names(model):
        setattr(record, CUSTOM, {})
    put(record, values)
    return record


@cache
def _blanks(model: type[models.Model]) -> dict[str, Plain]:
    return {field.attname: None if field.null else "" for field in recorded_fields(model)}


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """The defaults that stay the same, and those that are made anew for each row: a moment, a dict."""
    blank_row = vars(model())
    fresh = tuple(
        (f.attname, f.default) for f in model._meta.concrete_fields if f.has_default() and callable(f.default)
    )
    return {f.attname: blank_row[f.attname] for f in model._meta.concrete_fields}, fresh


def made[M: models.Model](model: type[M], **values: Any) -> M:
    """An unsaved row with these columns (foreign keys by their column names) and the defaults of all others, without
    the cost of a model's constructor, which is a fifth of the time of an import."""
    one = model.__new__(model)
    always, fresh = _defaults(model)
    for name, default in fresh:
        if name not in values:
            values[name] = default()
    vars(one).update(always, _state=ModelState(), **values)
    return one
