"""How large the home is and was, what all our processes hold in memory, and which deliveries wait."""

import json
import os
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db.models import Count, Max, Min
from msgspec import Struct

from rapport.doors.operations.health.rules import UPKEEP, minutes_spent
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.ledger.models import Act, Parked

SIZES = "sizes.json"
SERVING = "serve.lock"
MONTH = timedelta(days=30)


def sizes_kept(home: Path) -> list[tuple[date, int]]:
    """The size of the home in bytes, one a day, the oldest first; what cannot be read is not known."""
    try:
        return [(date.fromisoformat(day), int(size)) for day, size in json.loads((home / SIZES).read_text())]
    except (OSError, ValueError, TypeError):
        return []


def size_of(folder: Path) -> int:
    """All files below it, in bytes. One that goes while we count is not counted."""
    total = 0
    for place, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except OSError:
                continue
    return total


def memory_held(home: Path, proc: Path = Path("/proc")) -> int | None:
    """Bytes held by `rapport serve` and all it started, each shared page counted once (proc(5), Pss); None elsewhere
    than on Linux, or while nobody serves."""
    try:
        top = int((home / SERVING).read_text())
        parents = {int(one.name): _parent(one) for one in proc.iterdir() if one.name.isdigit()}
    except (OSError, ValueError):
        return None
    ours, before = {top}, set[int]()
    while ours != before:
        before, ours = ours, ours | {child for child, parent in parents.items() if parent in ours}
    return sum(_pss(proc / str(one)) for one in ours) or None


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def _pss(process: Path) -> int:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def upkeep(at: datetime) -> tuple[int, int]:
    """Of the last thirty days: minutes that administrators spent on the house, as far as their acts tell, and how many
    acts those were."""
    who = User.objects.filter(role__key="administrator").values_list("pk", flat=True)
    acts = Act.objects.filter(actor__in=list(who), actor_kind="user", verb__in=UPKEEP, at__gt=at - MONTH)
    deeds = [(user, done_at) for user, done_at in acts.values_list("actor", "at") if user is not None]
    return minutes_spent(deeds), len(deeds)


class Waiting(Struct, frozen=True):
    """What a subscriber could not deliver: how many acts, from which public number on, and how often it was tried."""

    subscriber: str
    count: int
    first: int
    attempts: int


def parked() -> list[Waiting]:
    """Deliveries that failed, or wait behind one that did, by subscriber."""
    rows = Parked.objects.values_list("subscriber").annotate(Count("id"), Min("rev"), Max("attempts"))
    return [Waiting(*row) for row in rows.order_by("subscriber")]
