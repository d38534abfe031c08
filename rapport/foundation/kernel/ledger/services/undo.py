"""Takes an act back: values are restored where nobody changed them since, and what cannot be is named."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.models import Act, Change, LongAct
from rapport.foundation.kernel.ledger.models.kinds import model_of
from rapport.foundation.kernel.ledger.rules import Kept, Refused, Source, Undone
from rapport.foundation.kernel.ledger.services.acts import act as open_act
from rapport.foundation.kernel.ledger.services.acts import start_long
from rapport.foundation.kernel.ledger.services.reversal import Done, Reversal, changes_of
from rapport.foundation.kernel.ledger.services.writer import Writer

RUN = 3_000


class CannotUndo(Refused):
    """Nothing of the act can be taken back; the text says why."""


def undo(act_id: int, *, actor: Actor, source: Source, at: datetime, key: str | None = None) -> Undone:
    """Take back what an act did, field by field, as a new act that can itself be undone.

    A long act is undone part by part, the last first; a killed undo goes on where it stopped. Raises CannotUndo
    when the act was undone before, when it holds forgotten values, or when nothing of it can be taken back."""
    act = Act.objects.filter(pk=act_id).first()
    if act is None:
        raise CannotUndo(_("There is no such act."))
    if LongAct.objects.filter(act_id=act_id).exists():
        return _undo_long(act, actor=actor, source=source, at=at)
    if Act.objects.filter(undoes_id=act_id).exists():
        raise CannotUndo(_("This was taken back before."))
    with open_act(
        f"{_noun(act)}.undone", actor=actor, source=source, at=at, key=key, undoes=act_id
    ) as writer:
        kept = _walk(writer, act_id)
        if not writer.written:
            raise CannotUndo(_why(kept))
    return Undone(writer.id, writer.written, tuple(kept))


def _noun(act: Act) -> str:
    return act.verb.split(".")[0]


def _why(kept: Sequence[Kept]) -> str:
    reasons = {one.reason for one in kept}
    return " ".join(sorted(reasons)) or _("It changed nothing.")


def _undo_long(act: Act, *, actor: Actor, source: Source, at: datetime) -> Undone:
    """Run the parts backwards, each undone in an act of its own, under one parent."""
    earlier = Act.objects.filter(undoes=act).first()
    if earlier and not LongAct.objects.filter(act=earlier, state="running").exists():
        raise CannotUndo(_("This was taken back before."))
    parent = (
        earlier.pk
        if earlier
        else start_long(f"{_noun(act)}.undone", actor=actor, source=source, at=at, undoes=act.pk)
    )
    done, kept = 0, list[Kept]()
    parts = Act.objects.filter(part_of=act, undone_by=None).order_by("-id").values_list("id", flat=True)
    for part in list(parts):
        verb = f"{_noun(act)}.undone"
        with open_act(verb, actor=actor, source=source, at=at, undoes=part, part_of=parent) as writer:
            kept += _walk(writer, part)
            done += writer.written
    LongAct.objects.filter(act_id__in=[parent]).update(state="finished")
    LongAct.objects.filter(act=act).update(state="undone")
    return Undone(parent, done, tuple(kept))


def _walk(writer: Writer, act_id: int) -> list[Kept]:
    """Walk the changes backwards in runs of one table and operation."""
    if Change.objects.filter(act_id=act_id, was__isnull=False).exists():
        raise CannotUndo(_("It holds values of somebody who was forgotten."))
    changes = changes_of(act_id)
    reversal = Reversal(writer, changes)
    for run in _runs(changes):
        model = model_of(run[0].kind)
        {"c": reversal.uncreate, "u": reversal.restore, "d": reversal.recreate}[run[0].op](model, run)
    return reversal.kept


def _runs(changes: Sequence[Done]) -> Iterator[list[Done]]:
    """Consecutive changes of one table and operation, no record twice, at most RUN of them."""
    run: list[Done] = []
    seen: set[int] = set()
    for change in changes:
        joins = run and (change.kind, change.op) == (run[0].kind, run[0].op) and change.record not in seen
        if not joins or len(run) >= RUN:
            if run:
                yield run
            run, seen = [], set()
        run.append(change)
        seen.add(change.record)
    if run:
        yield run
