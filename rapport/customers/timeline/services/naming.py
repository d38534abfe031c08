"""Who takes part in what was said, corrected afterwards; and the colleagues it names, each told on Today."""

from datetime import datetime

from django.utils.translation import gettext as _

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction, Mention, Participant
from rapport.customers.timeline.rules.mentions import named
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.ledger.rules import Refused, Source
from rapport.foundation.kernel.ledger.services import Writer, act
from rapport.foundation.kernel.records.services import NotAllowed


class NotTheOnlyOne(Refused):
    """Nobody would be left whom this was said with."""


class NotNamed(Refused):
    """The mention is somebody else's, or was taken before."""


def name_colleagues(writer: Writer, interaction: Interaction, actor: Actor) -> None:
    """Write, within an act, whom the words name; nobody is told of what they may not see."""
    if "@" not in interaction.words:
        return
    users = {user.pk: user for user in User.objects.filter(is_active=True).exclude(pk=actor.key or 0)}
    for key in named(interaction.words, {key: user.name for key, user in users.items()}):
        if Interaction.objects.visible_to(actor_for(users[key])).filter(pk=interaction.pk).exists():
            writer.create(Mention(interaction=interaction, user=users[key]))


def take_mention(
    mention: Mention, *, actor: Actor, source: Source, at: datetime, key: str | None = None
) -> int:
    """Say that one has read where one was named; returns the act. Raises NotNamed, AlreadyDone."""
    with act("mention.taken", actor=actor, source=source, at=at, key=key) as writer:
        live = Mention.objects.select_for_update().filter(pk=mention.pk, user_id=actor.key or 0).first()
        if live is None:
            raise NotNamed(_("You have taken note of this before."))
        writer.delete(live)
    return writer.id


def add_participant(
    interaction: Interaction,
    party: Party,
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> int | None:
    """Say that a party took part too; None when that was known. Raises NotAllowed, AlreadyDone."""
    _may_change(interaction, actor)
    if not Party.objects.visible_to(actor).filter(pk=party.pk).exists():
        raise NotAllowed(_("There is nobody there to record this with."))
    with act("participant.added", actor=actor, source=source, at=at, key=key) as writer:
        # The lock makes two who add the same one come one after the other.
        Interaction.objects.select_for_update().get(pk=interaction.pk)
        there = set(Participant.objects.filter(interaction=interaction).values_list("party", flat=True))
        if party.pk not in there:
            writer.create(Participant(interaction=interaction, party=party))
            if party.organisation_id and party.organisation_id not in there:
                writer.create(
                    Participant(
                        interaction=interaction, party_id=party.organisation_id, is_organisation_of=True
                    )
                )
    return writer.id if writer.written else None


def remove_participant(
    participant: Participant, *, actor: Actor, source: Source, at: datetime, key: str | None = None
) -> int:
    """Say that a party took no part. Raises NotAllowed, AlreadyDone, and NotTheOnlyOne for the last of them."""
    _may_change(participant.interaction, actor)
    with act("participant.removed", actor=actor, source=source, at=at, key=key) as writer:
        Interaction.objects.select_for_update().get(pk=participant.interaction_id)
        others = Participant.objects.filter(interaction=participant.interaction_id).exclude(pk=participant.pk)
        if not others.exists():
            raise NotTheOnlyOne(_("Somebody was there. Add who it was first, or delete what was said."))
        writer.delete(participant)
    return writer.id


def _may_change(interaction: Interaction, actor: Actor) -> None:
    if not Interaction.objects.visible_to(actor, Verb.EDIT).filter(pk=interaction.pk).exists():
        raise NotAllowed(_("Only who recorded this, or an administrator, may change who was there."))
