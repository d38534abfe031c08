"""What becomes of a promise: kept or let go, moved, handed over to a colleague, taken from one."""

from datetime import date, datetime, time

from django.utils.translation import gettext as _

from rapport.customers.timeline.models import Promise, PromiseClosure
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.ledger.rules import Refused, Source
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.services import NotAllowed


class NotTheirs(Refused):
    """The colleague may not see the party that the promise was made to."""


class ClosedBefore(Refused):
    """The promise was kept or let go before."""


def _live(promise: Promise, actor: Actor) -> Promise:
    """The promise under its lock. Raises NotAllowed, ClosedBefore."""
    if not Promise.objects.visible_to(actor, Verb.EDIT).filter(pk=promise.pk).exists():
        raise NotAllowed(_("This promise is somebody else's to keep. Ask its owner to hand it over."))
    # The lock makes two people who act on one promise at once come one after the other.
    live = Promise.objects.select_for_update().get(pk=promise.pk)
    if closure := PromiseClosure.objects.select_related("by").filter(promise_id=promise.pk).first():
        raise ClosedBefore(
            _("%(who)s closed this promise before you.") % {"who": closure.by or _("Somebody")}
        )
    return live


def close_promise(
    promise: Promise,
    *,
    is_kept: bool = True,
    why: str = "",
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> int:
    """Keep a promise, or let it go with a word why; returns the act.

    Raises NotAllowed, ClosedBefore, AlreadyDone."""
    with act(
        "promise.kept" if is_kept else "promise.dropped", actor=actor, source=source, at=at, key=key
    ) as writer:
        _live(promise, actor)
        writer.create(PromiseClosure(promise=promise, at=at, by_id=actor.key, is_kept=is_kept, why=why))
    return writer.id


def move_promise(
    promise: Promise,
    due_date: date,
    due_time: time | None = None,
    *,
    seen: int | None = None,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> int | None:
    """Move a promise to another day or hour; its history keeps the days it had. None when it was there already.

    Raises NotAllowed, ClosedBefore, Conflict, AlreadyDone."""
    with act("promise.moved", actor=actor, source=source, at=at, key=key) as writer:
        live = _live(promise, actor)
        taken = {"handed_by": None, "handed_words": ""} if live.owner_id == actor.key else {}
        writer.update(live, seen=seen, due_date=due_date, due_time=due_time, **taken)
    return writer.id if writer.written else None


def hand_over(
    promise: Promise,
    colleague: User,
    words: str = "",
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> int | None:
    """Give a promise to a colleague, with a word. None when it is theirs already.

    Raises NotAllowed, ClosedBefore, AlreadyDone, and NotTheirs for a colleague who would not see it."""
    theirs = actor_for(colleague)
    if not colleague.is_active or not Promise.objects.visible_to(theirs).filter(pk=promise.pk).exists():
        raise NotTheirs(
            _("%(name)s cannot see who this is for. Choose somebody else, or ask an administrator.")
            % {"name": colleague}
        )
    with act("promise.handed_over", actor=actor, source=source, at=at, key=key) as writer:
        live = _live(promise, actor)
        if live.owner_id != colleague.pk:
            writer.update(live, owner=colleague.pk, handed_by=actor.key, handed_words=words)
    return writer.id if writer.written else None


def take_promise(
    promise: Promise, *, actor: Actor, source: Source, at: datetime, key: str | None = None
) -> int | None:
    """Say that one has seen what a colleague left. Raises NotAllowed, ClosedBefore, AlreadyDone."""
    with act("promise.taken", actor=actor, source=source, at=at, key=key) as writer:
        writer.update(_live(promise, actor), handed_by=None, handed_words="")
    return writer.id if writer.written else None
