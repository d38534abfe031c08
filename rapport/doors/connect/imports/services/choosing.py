"""Says of a row in doubt whom it means, before anything is written."""

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.customers.people.models import Party
from rapport.doors.connect.imports.models import Import, ImportRow, Verdict
from rapport.doors.connect.imports.services.beginning import ImportRefused
from rapport.foundation.kernel.access.rules import Actor, Verb


def choose(one: Import, line: int, *, is_same: bool, actor: Actor) -> None:
    """Take a row for the candidate whom it may mean, or for another; staging alone, so nothing has to be undone.

    Raises ImportRefused when writing has begun, when the row is in no doubt, or when the actor may not change whom it
    would mean."""
    with transaction.atomic():
        here = Import.objects.select_for_update().get(pk=one.pk)
        row = here.rows.filter(line=line).exclude(candidate=None).first()
        if here.state != Import.State.MATCHED or row is None:
            raise ImportRefused(_("There is nothing to be chosen there any more."))
        editable = Party.objects.visible_to(actor, Verb.EDIT).filter(pk=row.candidate or 0)
        if is_same and not editable.exists():
            raise ImportRefused(
                _("Your role may not change what this row says. An administrator can bring it in.")
            )
        if row.is_same != is_same:
            _turn(here, row, is_same=is_same)


def _turn(one: Import, row: ImportRow, *, is_same: bool) -> None:
    """Keep the choice, and count the row where it belongs now."""
    row.is_same, row.record = is_same, row.candidate if is_same else None
    row.verdict = Verdict.CHANGED if is_same else Verdict.NEW
    row.reason = _("It was said to mean the same.") if is_same else _("It was said to mean another.")
    row.save(update_fields=["is_same", "record", "verdict", "reason"])
    step = 1 if is_same else -1
    one.counts["created"] -= step
    one.counts["updated"] += step
    one.save(update_fields=["counts"])
