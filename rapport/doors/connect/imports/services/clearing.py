"""Forgets what files said once the time to take an import back is over; which row became whom stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from rapport.doors.connect.imports.models import Import
from rapport.doors.connect.imports.services.files import remove
from rapport.foundation.kernel.ledger.models import Act

PIECE = 5_000
_UNUSED = (Import.State.READ, Import.State.MATCHING, Import.State.MATCHED)


def clear_imports(at: datetime) -> int:
    """A piece of the oldest file whose time is over; the worker calls this again and again.

    Of a file that was brought in, the upload and the words of its rows go. A file that nobody brought in goes whole."""
    over = at - timedelta(days=settings.UNDO_DAYS)
    old = Import.objects.filter(created_at__lt=over).exclude(path="").exclude(state=Import.State.RUNNING)
    for one in old.order_by("pk"):
        if one.long_act is None and one.state in _UNUSED:
            return _clear(one, goes_whole=True)
        if _last_written(one.long_act) < over:
            return _clear(one, goes_whole=False)
    return 0


def _last_written(long_act: int | None) -> datetime:
    """When the last part of an import was written: one that was killed may have gone on much later."""
    acts = Act.objects.filter(Q(pk=long_act) | Q(part_of=long_act))
    last: datetime = acts.aggregate(last=Max("at"))["last"]
    return last


def _clear(one: Import, *, goes_whole: bool) -> int:
    """Clear the next rows, `line` being how far that came; behind the last the upload goes, or the whole import."""
    with transaction.atomic():
        begun = 0 if goes_whole else one.line
        lines = one.rows.filter(line__gt=begun).order_by("line").values_list("line", flat=True)[:PIECE]
        if last := max(lines, default=0):
            some = one.rows.filter(line__gt=begun, line__lte=last)
            gone = some if goes_whole else some.filter(record=None)
            # By the number of a happening, which is a digest, it is known when it comes again.
            forgotten = {"raw": "", "reason": ""} | (
                {} if one.holds == Import.Holds.HISTORY else {"identity": ""}
            )
            done = gone._raw_delete(gone.db) + some.update(**forgotten)
            if not goes_whole:
                one.line = last
                one.save(update_fields=["line"])
            return max(done, 1)
        # First the file: should the worker be killed here, the row still says that this is left to do.
        remove(one.path)
        if goes_whole:
            one.delete()
        else:
            one.path = ""
            one.save(update_fields=["path"])
    return 1
