"""Builds the actor of a request, and turns a reach into a condition on records."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import Q
from msgspec import Struct

from rapport.foundation.kernel.access.models import Area, Grant, HiddenField
from rapport.foundation.kernel.access.rules import Actor, Reach
from rapport.foundation.kernel.actors.models import Role, TeamMember, User
from rapport.foundation.kernel.actors.queries import while_the_house_stands


class _Rights(Struct, frozen=True):
    """What a role may do, see and enter."""

    role: str
    grants: Mapping[tuple[str, str], Reach]
    hidden: frozenset[tuple[str, str]]
    areas: frozenset[str]


@while_the_house_stands
def _rights_of(role: int) -> _Rights:
    grants = Grant.objects.filter(role=role).values_list("record_type", "verb", "reach")
    hidden = HiddenField.objects.filter(role=role).values_list("record_type", "field")
    return _Rights(
        role=Role.objects.get(pk=role).key,
        grants=MappingProxyType({(kind, verb): Reach(reach) for kind, verb, reach in grants}),
        hidden=frozenset(hidden),
        areas=frozenset(Area.objects.filter(role=role).values_list("name", flat=True)),
    )


@while_the_house_stands
def _teams_of(user: int) -> frozenset[int]:
    return frozenset(TeamMember.objects.filter(user=user).values_list("team_id", flat=True))


def actor_for(user: User) -> Actor:
    """The actor that this user is, with grants, hidden fields and teams."""
    rights = _rights_of(user.role_id)
    return Actor(
        kind="user",
        key=user.pk,
        name=str(user),
        role=rights.role,
        team_ids=_teams_of(user.pk),
        department_id=user.department_id,
        grants=rights.grants,
        hidden=rights.hidden,
        areas=rights.areas,
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
