"""Numbers for Prometheus; the library is an extra."""

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Max

from rapport.doors.operations.health.queries.house import parked
from rapport.foundation.kernel.checks.queries import all_checks
from rapport.foundation.kernel.ledger.models import Seal


def text_of_metrics(at: datetime) -> tuple[bytes, str]:
    """All of them in Prometheus' own format, and its content type. Raises ImportError without the extra `metrics`."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

    registry = CollectorRegistry()

    def gauge(name: str, words: str, value: float) -> None:
        Gauge(f"rapport_{name}", words, registry=registry).set(value)

    well = Gauge("rapport_check_ok", "1 when a check is well", ["check"], registry=registry)
    for check in all_checks(at):
        well.labels(check.name).set(check.ok)
    usage = shutil.disk_usage(Path(settings.HOME))
    gauge("disk_free_bytes", "Free on the disk of the home", usage.free)
    gauge("disk_total_bytes", "Size of the disk of the home", usage.total)
    try:
        gauge(
            "acts_sealed",
            "The public number of the newest act",
            Seal.objects.aggregate(Max("rev"))["rev__max"] or 0,
        )
        gauge("deliveries_parked", "Deliveries that failed or wait", sum(one.count for one in parked()))
    except DatabaseError:
        pass  # the checks say so
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4
