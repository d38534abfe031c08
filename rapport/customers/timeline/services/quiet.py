"""What becomes of somebody who is going quiet: one speaks with them, promises something, or lets them be."""

from datetime import date, datetime

from rapport.customers.people.models import Party
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.ledger.rules import Source
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.rules import record_type
from rapport.foundation.kernel.records.services import may_write


def let_be(
    party: Party, until: date, *, actor: Actor, source: Source, at: datetime, key: str | None = None
) -> int | None:
    """Let a party be until a day: before it, it does not count as going quiet. None when it was said already.

    Raises NotAllowed, AlreadyDone."""
    kind = record_type(party.record_type)
    with act(f"{kind.noun}.let_be", actor=actor, source=source, at=at, key=key) as writer:
        may_write(kind, party, actor, Verb.EDIT)
        writer.update(Party.objects.select_for_update().get(pk=party.pk), let_be_until=until)
    return writer.id if writer.written else None
