"""Whose rows an actor may change."""

from django.db.models import Q

from rapport.foundation.kernel.access.rules import Actor, Reach


def by_owner(actor: Actor, reach: Reach | None) -> Q:
    """The condition that whoever wrote a row lies within the reach."""
    if reach is None:
        return Q(pk__in=[])
    if reach == Reach.ALL:
        return Q()
    condition = Q(owner_id=actor.key)
    if reach in {Reach.TEAM, Reach.DEPARTMENT} and actor.team_ids:
        condition |= Q(owner__memberships__team__in=actor.team_ids)
    if reach == Reach.DEPARTMENT and actor.department_id:
        condition |= Q(owner__department=actor.department_id)
    return condition
