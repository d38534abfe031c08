"""Pins what was said to the top of a party's story, and takes it down again."""

from datetime import datetime

from django.utils.translation import gettext as _

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction, Pin
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.ledger.rules import Source
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.services import NotAllowed


def pin_moment(
    interaction: Interaction,
    party: Party,
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> int | None:
    """Pin what was said to the top of the story of a party that was there; None where it is pinned already.

    Raises NotAllowed, AlreadyDone."""
    _may_change(interaction, actor)
    if not interaction.participants.filter(party=party).exists():
        raise NotAllowed(_("This is no part of their story."))
    with act("moment.pinned", actor=actor, source=source, at=at, key=key) as writer:
        # The lock makes two who pin the same come one after the other.
        Interaction.objects.select_for_update().get(pk=interaction.pk)
        if not Pin.objects.filter(interaction=interaction, party=party).exists():
            writer.create(Pin(interaction=interaction, party=party, by_id=actor.key, at=at))
    return writer.id if writer.written else None


def unpin_moment(pin: Pin, *, actor: Actor, source: Source, at: datetime, key: str | None = None) -> int:
    """Take a pin off. Raises NotAllowed, AlreadyDone."""
    _may_change(pin.interaction, actor)
    with act("moment.unpinned", actor=actor, source=source, at=at, key=key) as writer:
        writer.delete(pin)
    return writer.id


def _may_change(interaction: Interaction, actor: Actor) -> None:
    if not Interaction.objects.visible_to(actor, Verb.EDIT).filter(pk=interaction.pk).exists():
        raise NotAllowed(_("Only who recorded this, or an administrator, may pin it."))
