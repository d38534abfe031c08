"""Whom the words of a sentence may name: the parties that whoever writes may see, in the context of the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Exists, OuterRef, Q

from rapport.customers.capture.rules.names import Known
from rapport.customers.capture.rules.reading import Candidate
from rapport.customers.people.models import RECORD_TYPE, Party
from rapport.customers.timeline.models import Interaction, Participant
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.search.queries import records_with

LATELY = timedelta(days=21)
# How many of each name are considered; and how many of those one spoke to last, whatever their names.
_EACH, _LATEST, _COLLEAGUES = 12, 30, 40


@dataclass(frozen=True, slots=True)
class Context:
    """Where the line was opened: the key of the party whose page one is on."""

    page: int | None = None


def people_known(
    words: Sequence[tuple[int, tuple[str, ...]]], *, actor: Actor, at: datetime, context: Context
) -> tuple[list[Known], Candidate | None]:
    """The parties that have some of these words in a name, and the party of the page; two queries in all.

    Nobody is among them whom the actor may not see. Neighbouring words are looked for together too, so that a full
    name is found among any number of namesakes; beside them stand whom the page is about, its people, and whom the
    actor spoke to of late."""
    phrases: list[list[Sequence[str]]] = [[forms] for _place, forms in words]
    phrases += [[first, second] for (one, first), (other, second) in pairwise(words) if other - one <= 2]
    keys = records_with(phrases, actor=actor, only=list(RECORD_TYPE.values()), each=_EACH)
    rows = _rows(keys, actor, at, context)
    home = next(
        (row.pk if row.kind != "person" else row.organisation_id for row in rows if row.pk == context.page),
        None,
    )
    page = next((_page(row) for row in rows if row.pk == context.page), None)
    return [_known(row, actor, context, home) for row in rows], page


def _rows(keys: Sequence[int], actor: Actor, at: datetime, context: Context) -> list[Party]:
    condition = Q(pk__in=keys)
    mine = Participant.objects.filter(pk__in=())
    if actor.key is not None:
        latest = Interaction.objects.filter(owner_id=actor.key, at__gte=at - LATELY).order_by("-pk")[:_LATEST]
        condition |= Q(pk__in=Participant.objects.filter(interaction__in=latest.values("pk")).values("party"))
        mine = Participant.objects.filter(
            party=OuterRef("pk"), interaction__owner_id=actor.key, interaction__at__gte=at - LATELY
        )
    if context.page is not None:
        members = Party.objects.filter(organisation=context.page).order_by("-last_contact_at", "pk")
        condition |= Q(pk=context.page) | Q(pk__in=members.values("pk")[:_COLLEAGUES])
    rows = Party.objects.visible_to(actor).filter(condition).select_related("organisation")
    return list(rows.annotate(is_lately=Exists(mine)).order_by("pk"))


def _known(row: Party, actor: Actor, context: Context, home: int | None) -> Known:
    why = {
        "page": row.pk == context.page,
        "lately": bool(getattr(row, "is_lately", False)),
        "colleague": home is not None and home in {row.pk, row.organisation_id},
        "mine": actor.key is not None and row.owner_id == actor.key,
    }
    return Known(
        row.pk,
        row.record_type,
        str(row),
        _subtitle(row),
        tuple(filter(None, [row.native_name, row.call_me])),
        frozenset(name for name, holds in why.items() if holds),
    )


def _page(row: Party) -> Candidate:
    return Candidate(row.pk, row.record_type, str(row), _subtitle(row), 1.0, ("page",))


def _subtitle(row: Party) -> str:
    return ", ".join(filter(None, [row.job_title, row.organisation.name if row.organisation else ""]))
