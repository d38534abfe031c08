"""Backups, copies and trials of records that are kept in PostgreSQL.

A module of it is loaded when it is first asked for: psycopg takes a tenth of the start of every process, and a home in
SQLite needs none of it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapport.doors.operations.copies.services.postgresql import checking, programs, recovery, tables, wal

__all__ = ["checking", "programs", "recovery", "tables", "wal"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    return import_module(f"{__name__}.{name}")
