"""Builds the actor of a request, and turns a reach into a condition on records."""

from types import MappingProxyType

from django.db.models import Q

from rapport.foundation.kernel.access.models import Area, Grant, HiddenField
from rapport.foundation.kernel.access.rules import Actor, Reach
from rapport.foundation.kernel.actors.models import TeamMember, User


def actor_for(user: User) -> Actor:
    """The actor that this user is, with grants, hidden fields and teams."""
    grants = Grant.objects.filter(role_id=user.role_id).values_list("record_type", "verb", "reach")
    return Actor(
        kind="user",
        key=user.pk,
        name=str(user),
        role=user.role.key,
        team_ids=frozenset(TeamMember.objects.filter(user=user).values_list("team_id", flat=True)),
        department_id=user.department_id,
        grants=MappingProxyType({(kind, verb): Reach(reach) for kind, verb, reach in grants}),
        hidden=frozenset(
            HiddenField.objects.filter(role_id=user.role_id).values_list("record_type", "field")
        ),
        areas=frozenset(Area.objects.filter(role_id=user.role_id).values_list("name", flat=True)),
    )


def within(actor: Actor, reach: Reach | None, *, prefix: str = "") -> Q:
    """The condition on a record's owner, team and department for this reach: `reaches` for a query.

    `prefix` is the path to the record that has them, such as `party__`."""
    if reach is None:
        return Q(pk__in=[])
    if reach == Reach.ALL:
        return Q()
    condition = Q(**{f"{prefix}owner_id": actor.key})
    if reach in {Reach.TEAM, Reach.DEPARTMENT}:
        condition |= Q(**{f"{prefix}team_id__in": actor.team_ids})
    if reach == Reach.DEPARTMENT and actor.department_id is not None:
        condition |= Q(**{f"{prefix}department_id": actor.department_id})
    return condition
