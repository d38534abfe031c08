"""The size of the home is kept day by day; what is parked is tried again when somebody asks."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from rapport.doors.operations.health.queries.house import SIZES, size_of, sizes_kept
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.models import Parked
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.ledger.services import act

KEPT_DAYS = 90


def keep_size(at: datetime) -> int:
    """Once a day, note how large the home is; the database in PostgreSQL is counted with it."""
    home, today = Path(settings.HOME), at.astimezone(UTC).date()
    sizes = sizes_kept(home)
    if sizes and sizes[-1][0] == today:
        return 0
    sizes = [
        one for one in sizes if one[0] < today
    ]  # a day that is yet to come was noted by a clock that ran ahead
    size = size_of(home)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            size += int(cursor.fetchone()[0])
    kept = [*sizes, (today, size)][-KEPT_DAYS:]
    write_whole(home / SIZES, json.dumps([(day.isoformat(), bytes_) for day, bytes_ in kept]))
    return 1


def write_whole(path: Path, text: str) -> None:
    """Put a small file in the place of another, on the disk whole or not at all; only its owner may read it."""
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    mine.replace(path)


def try_parked(*, actor: Actor, at: datetime) -> None:
    """Have the worker try everything that is parked in its next round, whenever it was due."""
    with act("delivery.retried", actor=actor, source=SCREEN, at=at, even_if_empty=True):
        Parked.objects.filter(due_at__gt=at).update(due_at=at)
