"""Subscribers read the sealed acts by cursor: at least once, in order per record, failures parked."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from rapport.foundation.kernel.ledger.models import Act, Change, Parked, Reader, Seal

type Deliver = Callable[[int, Act], None]
_subscribers: dict[str, Deliver] = {}

BATCH = 200
LONGEST_WAIT = timedelta(hours=1)
_log = logging.getLogger(__name__)


def subscribe(name: str, deliver: Deliver) -> None:
    """Have `deliver(rev, act)` called for every sealed act, at least once. It may raise: then it is tried again."""
    _subscribers[name] = deliver


def deliver_all(at: datetime) -> int:
    """Bring every subscriber forward; returns how many deliveries succeeded."""
    return sum(
        _retry(name, deliver, at) + _advance(name, deliver, at) for name, deliver in _subscribers.items()
    )


def _advance(name: str, deliver: Deliver, at: datetime) -> int:
    reader, _ = Reader.objects.get_or_create(subscriber=name)
    done = 0
    for seal in Seal.objects.filter(rev__gt=reader.rev).select_related("act").order_by("rev")[:BATCH]:
        records = _records(seal.act_id)
        waiting = Parked.objects.filter(subscriber=name, record__in=[record for _, record in records])
        if any((one.kind, one.record) in records for one in waiting) or not _try(deliver, seal):
            _park(name, seal, records, at)
        else:
            done += 1
        Reader.objects.filter(subscriber=name).update(rev=seal.rev)
    return done


def _records(act: int) -> set[tuple[int, int]]:
    return set(Change.objects.filter(act_id=act).values_list("root_kind", "root"))


def _try(deliver: Deliver, seal: Seal) -> bool:
    try:
        with transaction.atomic():
            deliver(seal.rev, seal.act)
    except Exception:
        _log.exception("A delivery of rev %s failed; it is parked and tried again", seal.rev)
        return False
    return True


def _park(name: str, seal: Seal, records: set[tuple[int, int]], at: datetime) -> None:
    kind, record = min(records, default=(0, 0))
    Parked.objects.get_or_create(
        subscriber=name, rev=seal.rev, defaults={"kind": kind, "record": record, "due_at": at, "attempts": 0}
    )


def _retry(name: str, deliver: Deliver, at: datetime) -> int:
    """Try what is parked and due, oldest first; what waits behind a failure on its record goes on waiting."""
    done, failed = 0, set[tuple[int, int]]()
    for parked in Parked.objects.filter(subscriber=name).order_by("rev")[:BATCH]:
        record = parked.kind, parked.record
        # Whatever is due later than we ever wait was parked by a clock that ran ahead.
        if record in failed or at < parked.due_at <= at + LONGEST_WAIT:
            failed.add(record)
            continue
        seal = Seal.objects.select_related("act").get(rev=parked.rev)
        if _try(deliver, seal):
            parked.delete()
            done += 1
        else:
            failed.add(record)
            wait = min(timedelta(seconds=2 ** min(parked.attempts, 12)), LONGEST_WAIT)
            Parked.objects.filter(pk=parked.pk).update(attempts=parked.attempts + 1, due_at=at + wait)
    return done
