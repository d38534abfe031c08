"""The numbers of record tables."""

from functools import cache

from django.apps import apps

from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.models import Kind

_numbers: dict[str, int] = {}


@cache
def record_models() -> tuple[type[Versioned], ...]:
    """Every table of records."""
    return tuple(model for model in apps.get_models() if issubclass(model, Versioned))


@cache
def record_tables() -> dict[str, type[Versioned]]:
    """The same by the table's name."""
    return {model._meta.db_table: model for model in record_models()}


def _load() -> None:
    stored = {kind.label: kind.pk for kind in Kind.objects.all()}
    for model in record_models():
        if model._meta.label_lower not in stored:
            stored[model._meta.label_lower] = Kind.objects.create(label=model._meta.label_lower).pk
    _numbers.clear()
    _numbers.update(stored)


def number_of(model: type[Versioned]) -> int:
    """The number of a record table, given at its first use and kept for ever."""
    label = model._meta.label_lower
    if label not in _numbers:
        _load()
    return _numbers[label]


def model_of(number: int) -> type[Versioned]:
    """The record table of a number. Raises KeyError for a table that is gone."""
    if number not in _numbers.values():
        _load()
    label = {value: key for key, value in _numbers.items()}[number]
    return {model._meta.label_lower: model for model in record_models()}[label]


def forget_numbers() -> None:
    """Drop what is remembered of the numbers, for a process that changes databases."""
    _numbers.clear()
