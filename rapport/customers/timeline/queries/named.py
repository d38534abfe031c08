"""Who took part in what was said, and the colleagues whom it names."""

from collections.abc import Sequence

from django.db.models import Prefetch
from msgspec import Struct

from rapport.customers.people.models import Party, reached_parties
from rapport.customers.timeline.models import Interaction, Mention, Participant
from rapport.customers.timeline.queries.story import name_of
from rapport.foundation.kernel.access.rules import Actor, Verb


class Named(Struct, frozen=True):
    """Where a colleague was named: what was said, by whom, with which parties the reader may see."""

    mention: Mention
    interaction: Interaction
    by: str
    parties: Sequence[Party]


def participants(interaction: Interaction, actor: Actor) -> list[Participant]:
    """Who took part, as far as the actor may see them."""
    rows = Participant.objects.filter(reached_parties(actor, Verb.SEE, "party__"), interaction=interaction)
    return list(rows.select_related("party").order_by("pk"))


def mentions_of(actor: Actor, *, limit: int = 20) -> list[Named]:
    """Where colleagues named the actor and the actor has not taken note of it yet, the latest first: two queries."""
    seen = Participant.objects.filter(reached_parties(actor, Verb.SEE, "party__"), is_organisation_of=False)
    there = Prefetch(
        "interaction__participants",
        seen.select_related("party__organisation").order_by("pk"),
        to_attr="participants_seen",
    )
    rows = Mention.objects.visible_to(actor).select_related("interaction").prefetch_related(there)
    return [
        Named(
            one,
            one.interaction,
            name_of(one.interaction.owner_id),
            [part.party for part in one.interaction.participants_seen],  # type: ignore[attr-defined]
        )
        for one in rows.order_by("-pk")[:limit]
    ]
