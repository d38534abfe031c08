"""What a role may do and how far it reaches, as plain values."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field


class Reach(StrEnum):
    """Whose records: one's own, the team's, the department's, everybody's."""

    OWN = "own"
    TEAM = "team"
    DEPARTMENT = "department"
    ALL = "all"


class Verb(StrEnum):
    """What can be done with records of a type."""

    SEE = "see"
    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"


class Actor(Struct, frozen=True):
    """Who acts, with all that decides what they may do. Built once per request.

    `grants` maps (record type, verb) to a reach; no entry means not at all. `hidden` holds (record type, field)."""

    kind: str
    key: int | None = None
    name: str = ""
    role: str = ""
    team_ids: frozenset[int] = frozenset()
    department_id: int | None = None
    grants: Mapping[tuple[str, str], Reach] = field(default_factory=lambda: MappingProxyType({}))
    hidden: frozenset[tuple[str, str]] = frozenset()
    areas: frozenset[str] = frozenset()

    def __hash__(self) -> int:
        """Equal actors are equal here; a mapping cannot be."""
        return hash((self.kind, self.key, self.role))

    @property
    def is_system(self) -> bool:
        """True for Rapport itself, which is bound by no role."""
        return self.kind == "system"

    def reach(self, record_type: str, verb: str = Verb.SEE) -> Reach | None:
        """How far this actor's verb reaches over records of a type; None for not at all."""
        return Reach.ALL if self.is_system else self.grants.get((record_type, verb))

    def may(self, record_type: str, verb: str) -> bool:
        """True when the verb is allowed on some record of the type."""
        return self.reach(record_type, verb) is not None

    def may_enter(self, area: str) -> bool:
        """True for an area such as `admin` or `import`."""
        return self.is_system or area in self.areas

    def hides(self, record_type: str, name: str) -> bool:
        """True for a field that this actor's role may not see."""
        return (record_type, name) in self.hidden


SYSTEM = Actor(kind="system", name="Rapport")


class Forbidden(Exception):
    """The actor can see the record or knows of the area, but may not do this. Says whom to ask."""


def reaches(
    actor: Actor, reach: Reach | None, owner: int | None, team: int | None, department: int | None
) -> bool:
    """True when a record of this owner, team and department lies within the reach: `within` for one record."""
    if reach is None:
        return False
    own = actor.key is not None and owner == actor.key
    in_team = own or (team is not None and team in actor.team_ids)
    in_department = in_team or (department is not None and department == actor.department_id)
    return {Reach.OWN: own, Reach.TEAM: in_team, Reach.DEPARTMENT: in_department, Reach.ALL: True}[reach]
