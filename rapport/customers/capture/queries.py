"""Whom the words of a sentence may name: the parties that whoever writes may see, in the context of the line."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.expressions import RawSQL
from msgspec import Struct

from rapport.customers.capture.rules.names import Known
from rapport.customers.capture.rules.reading import Candidate
from rapport.customers.people.models import RECORD_TYPE, Party
from rapport.customers.timeline.models import Interaction, Participant
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.search.queries import records_with

LATELY = timedelta(days=21)
# How many of each name are considered; and how many of those one spoke to last, whatever their names.
_EACH, _LATEST, _COLLEAGUES = 12, 30, 40


class Context(Struct, frozen=True):
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
    latest, values = _spoken_to(actor, at)
    chosen = _chosen([*keys, *filter(None, [context.page])], latest, values, context)
    if chosen is None:
        return []
    # Asked of the list, not of each row: a database would go through all that the actor ever said for every one.
    lately = Q(pk__in=RawSQL(latest, values)) if latest else Q(pk__in=[])  # noqa: S611
    rows = Party.objects.visible_to(actor).filter(pk__in=chosen).select_related("organisation")
    return list(rows.annotate(is_lately=ExpressionWrapper(lately, BooleanField())).order_by("pk"))


def _spoken_to(actor: Actor, at: datetime) -> tuple[str, list[object]]:
    """SQL for the parties of the actor's latest interactions; empty for one who has none of their own."""
    if actor.key is None:
        return "", []
    participants, interactions = (model._meta.db_table for model in (Participant, Interaction))
    latest = (
        f"SELECT party_id FROM {participants} WHERE interaction_id IN (SELECT id FROM ("  # noqa: S608
        f"SELECT id, at FROM {interactions} WHERE owner_id = %s ORDER BY id DESC LIMIT %s) latest WHERE at >= %s)"
    )
    return latest, [actor.key, _LATEST, connection.ops.adapt_datetimefield_value(at - LATELY)]


def _chosen(keys: Sequence[int], latest: str, values: list[object], context: Context) -> RawSQL | None:
    """The keys to look at, as one list: databases read the whole table where it is several lists with an OR."""
    parties = Party._meta.db_table
    parts, all_values = ([latest], [*values]) if latest else ([], [])
    if keys:
        parts.append(f"SELECT id FROM {parties} WHERE id IN ({', '.join(['%s'] * len(keys))})")  # noqa: S608
        all_values += keys
    if context.page is not None:
        parts.append(
            f"SELECT id FROM (SELECT id FROM {parties} WHERE organisation_id = %s "  # noqa: S608
            "ORDER BY last_contact_at DESC, id LIMIT %s) members"
        )
        all_values += [context.page, _COLLEAGUES]
    return RawSQL(" UNION ALL ".join(parts), all_values) if parts else None  # noqa: S611


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
