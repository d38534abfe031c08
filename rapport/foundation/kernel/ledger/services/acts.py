"""Opens and closes acts: all writes between go through the writer, in one transaction, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import IntegrityError, transaction

from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.models import Act, LongAct, Unsealed
from rapport.foundation.kernel.ledger.rules import AlreadyDone, Refused, Source
from rapport.foundation.kernel.ledger.services import guard, projections
from rapport.foundation.kernel.ledger.services.room import refuse_what_cannot_be_kept
from rapport.foundation.kernel.ledger.services.rows import next_number
from rapport.foundation.kernel.ledger.services.writer import Writer

_open: ContextVar[Writer | None] = ContextVar("open_act", default=None)


@contextmanager
def act(
    verb: str,
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
    undoes: int | None = None,
    part_of: int | None = None,
    even_if_empty: bool = False,
) -> Iterator[Writer]:
    """One thing somebody does. Inside another act it joins that one.

    `key` makes it happen once however often it is sent: raises AlreadyDone with the first act's id. An act that
    changed nothing leaves no row unless `even_if_empty`. A Refused raised inside takes everything back."""
    if (outer := _open.get()) is not None:
        yield outer
        return
    refuse_what_cannot_be_kept()
    try:
        with transaction.atomic():
            writer = Writer(next_number("act"), verb, actor, source, at)
            opened, allowed = _open.set(writer), guard.in_act.set(True)
            try:
                yield writer
                if writer.written or even_if_empty:
                    _close(writer, key, undoes, part_of)
            finally:
                _open.reset(opened)
                guard.in_act.reset(allowed)
    except (Refused, IntegrityError):
        # A retried edit meets its own new version first: whether the key was used is asked before any refusal.
        if key is not None and (done := Act.objects.filter(key=key).first()):
            raise AlreadyDone(done.pk) from None
        raise


def _close(writer: Writer, key: str | None, undoes: int | None, part_of: int | None) -> None:
    """Write what was remembered, then the act; its `seq` is taken last, after every row lock."""
    writer.flush()
    projections.project(writer.touched)
    row = Act(
        id=writer.id,
        seq=next_number("seq"),
        verb=writer.verb,
        actor_kind=writer.actor.kind,
        actor=writer.actor.key,
        source_kind=writer.source.kind,
        source=writer.source.key,
        at=writer.at,
        key=key,
        undoes_id=undoes,
        part_of_id=part_of,
    )
    row.save(force_insert=True)
    Unsealed(seq=row.seq, act_id=row.pk).save(force_insert=True)


def start_long(verb: str, *, actor: Actor, source: Source, at: datetime, undoes: int | None = None) -> int:
    """Begin an act of many parts; returns the id of its parent, which itself changes nothing."""
    with act(verb, actor=actor, source=source, at=at, undoes=undoes, even_if_empty=True) as writer:
        pass
    LongAct(act_id=writer.id).save(force_insert=True)
    return writer.id


def reached(parent: int, checkpoint: int) -> None:
    """Say inside a part how far the long act is once that part is committed."""
    LongAct.objects.filter(act_id=parent).update(checkpoint=checkpoint)


def finish_long(parent: int, verb: str, *, actor: Actor, source: Source, at: datetime) -> None:
    """Write the last part of a long act and mark it finished."""
    with act(verb, actor=actor, source=source, at=at, part_of=parent, even_if_empty=True):
        LongAct.objects.filter(act_id=parent).update(state="finished")
