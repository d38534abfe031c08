"""Refuses any write to a table of records that no act records."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from rapport.foundation.kernel.ledger.models.kinds import record_tables
from rapport.foundation.kernel.ledger.rules import UnrecordedWrite

in_act: ContextVar[bool] = ContextVar("in_act", default=False)
# A migration rewrites records without acting; Django says when one begins and ends.
is_migrating = threading.Event()

_WRITE = re.compile(
    r'^\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM|COPY)\s+"?(\w+)"?', re.IGNORECASE
)
_SET = re.compile(r'"(\w+)"\s*=\s*')


def guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Django's execute wrapper: raises UnrecordedWrite; columns that are derived pass."""
    if (
        not in_act.get()
        and not is_migrating.is_set()
        and (match := _WRITE.match(sql))
        and (model := record_tables().get(match[1]))
    ):
        written = (
            set(_SET.findall(sql.split(" WHERE ", maxsplit=1)[0]))
            if sql.lstrip()[:6].upper() == "UPDATE"
            else {"*"}
        )
        if not written <= model.derived:
            raise UnrecordedWrite(f"{match[1]} may be written by services, inside an act, only")
    return execute(sql, params, many, context)


@contextmanager
def lifted() -> Iterator[None]:
    """Let writes pass: for a test database that is emptied, and for nothing else."""
    token = in_act.set(True)
    try:
        yield
    finally:
        in_act.reset(token)
