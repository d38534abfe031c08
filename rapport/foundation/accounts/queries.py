"""What the pages of accounts ask."""

from msgspec import Struct

from rapport.foundation.accounts.rules import VERBS
from rapport.foundation.kernel.access.models import Grant
from rapport.foundation.kernel.actors.models import Role
from rapport.foundation.kernel.actors.queries import firm
from rapport.foundation.kernel.records.rules import RecordType, record_types


class RoleRow(Struct, frozen=True):
    """A role with, for each record type, the reach of each verb in the order of `VERBS` (empty for none)."""

    role: Role
    kinds: list[tuple[RecordType, list[tuple[str, str]]]]


def roles_table() -> list[RoleRow]:
    """The table of role, record type, verb and reach."""
    grants = {(g.role_id, g.record_type, g.verb): g.reach for g in Grant.objects.all()}
    kinds = [one for one in record_types() if not one.is_part]
    return [
        RoleRow(
            role,
            [(kind, [(verb, grants.get((role.pk, kind.key, verb), "")) for verb in VERBS]) for kind in kinds],
        )
        for role in Role.objects.order_by("pk")
    ]


def firm_name() -> str:
    """The firm's name; empty before the first run."""
    found = firm()
    return found.name if found else ""
