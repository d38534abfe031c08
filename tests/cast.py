"""The standing cast of the tests, and what they do most."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models

from rapport.customers.people.models import Party
from rapport.foundation.accounts.services import NewUser, add_user, set_members, ship
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import SYSTEM, Actor
from rapport.foundation.kernel.actors.models import Department, Firm, Role, Team, User
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.models.kinds import record_models
from rapport.foundation.kernel.ledger.models.values import snapshot
from rapport.foundation.kernel.ledger.rules import COMMAND, SCREEN
from rapport.foundation.kernel.ledger.services import act, guard
from rapport.foundation.kernel.records.rules import record_type
from rapport.foundation.kernel.records.services import create_record

AT = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough sentence"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Cast:
    """Who plays: users by first name, and the team and department Ana is in."""

    dace: User
    ana: User
    tomas: User
    gita: User
    arvo: User
    mira: User
    sellers: Team

    def actor(self, name: str) -> Actor:
        """A member of the cast as services know them."""
        return actor_for(getattr(self, name))


def engage() -> Cast:
    """Found the firm and let the cast in: Ana and Mira are members in sales and one team, Tomas a member in service."""
    if not Role.objects.exists():
        ship(AT)
    common: dict[str, Any] = {"actor": SYSTEM, "source": COMMAND, "at": AT}
    if not Firm.objects.exists():
        with act("firm.founded", **common) as writer:
            writer.create(Firm(pk=1, name="Lind & Bērziņš", country="DK"))
    departments = {one.key: one.pk for one in Department.objects.all()}

    def user(name: str, role: str, department: str) -> User:
        new = NewUser(f"{name.lower()}@lind.example", name, PASSWORD, role, departments[department])
        return add_user(new, **common)

    dace, ana = user("Dace", "administrator", "it"), user("Ana", "member", "sales")
    tomas, gita = user("Tomas", "member", "service"), user("Gita", "guest", "front-desk")
    arvo, mira = user("Arvo", "auditor", "finance"), user("Mira", "member", "sales")
    with act("team.created", **common) as writer:
        sellers = writer.create(Team(name="Sellers"))
    set_members(sellers, {ana.pk, mira.pk}, **common)
    return Cast(dace, ana, tomas, gita, arvo, mira, sellers)


type Rows = dict[str, Any]  # by table: rows on SQLite, what COPY gives on PostgreSQL

_played: list[tuple[int, Cast, Rows]] = []  # with how many acts there were before


def enter() -> Cast:
    """The cast, as `engage` lets it in. After the first time its rows are put back as they were then, which takes a
    tenth of the time: most tests begin with it."""
    acts = Act.objects.count()
    if _played and _played[0][0] == acts:
        _, cast, rows = _played[0]
        _put_back(rows)
        return deepcopy(cast)
    before, cast = _rows(), engage()
    changed = {table: rows for table, rows in _rows().items() if rows != before[table]}
    if not _played and len(before["actors_user"]) == 0:
        _played.append((acts, deepcopy(cast), changed))
    return cast  # where something was played before, that stays


def _tables() -> list[str]:
    """All but the full-text index, which holds nothing of the cast."""
    names = connection.introspection.table_names()
    own = ["sqlite_sequence"] if connection.vendor == "sqlite" else []
    return [*(name for name in names if not name.startswith("search_words")), *own]


def _rows() -> Rows:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            raw = connection.connection
            return {name: raw.execute(f'SELECT * FROM "{name}"').fetchall() for name in _tables()}
        found: Rows = {}
        for name in _tables():
            with cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
                found[name] = b"".join(bytes(piece) for piece in copy)
        return found


def _put_back(rows: Rows) -> None:
    with guard.lifted(), connection.cursor() as cursor:
        for name, some in rows.items():
            cursor.execute(f'DELETE FROM "{name}"')
            if connection.vendor == "sqlite":
                marks = ", ".join("?" * len(some[0]))
                connection.connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', some)
                continue
            with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                copy.write(some)


def doing(actor: Actor) -> dict[str, Any]:
    """The keywords every service takes."""
    return {"actor": actor, "source": SCREEN, "at": AT}


def person(actor: Actor, name: str, **values: Any) -> Party:
    """A person, written as on screen."""
    found: Party = create_record(record_type("people"), {"name": name, **values}, **doing(actor)).record
    return found


def organisation(actor: Actor, name: str, **values: Any) -> Party:
    """An organisation, written as on screen."""
    found: Party = create_record(
        record_type("organisations"), {"name": name, **values}, **doing(actor)
    ).record
    return found


def part(actor: Actor, kind: str, whole: Party, **values: Any) -> Any:
    """A part of a party, such as a phone number."""
    return create_record(record_type(kind), values, whole=whole, **doing(actor)).record


def all_records() -> dict[str, dict[int, Any]]:
    """Every row of every record table, as the ledger compares them: without version and derived columns."""
    return {
        model._meta.label_lower: {row.pk: snapshot(row) for row in model._base_manager.all()}
        for model in record_models()
    }


def derived_tables() -> dict[str, Any]:
    """What projections hold, by what it is about, so that it can be compared with what a rebuild gives."""
    from rapport.customers.timeline.models import MomentParty
    from rapport.foundation.kernel.search.models import Document

    moments = MomentParty.objects.values_list("party", "at", "channel", "moment__kind", "moment__record")
    return {
        "documents": sorted(Document.objects.values_list("record_type", "record", "title", "words")),
        "story": sorted(moments),
        "measures": sorted(
            Party.objects.values_list(
                "pk", "sort_key", "last_contact_at", "next_promise_due", "rhythm_days", "quiet_from"
            ),
            key=str,
        ),
    }


def rows_of(model: type[models.Model]) -> int:
    """How many rows a table has."""
    return model._base_manager.count()
