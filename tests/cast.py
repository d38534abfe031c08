"""The standing cast of the tests, and what they do most."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import models

from rapport.customers.people.models import Party
from rapport.foundation.accounts.services import NewUser, add_user, set_members, ship
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import SYSTEM, Actor
from rapport.foundation.kernel.actors.models import Department, Firm, Role, Team, User
from rapport.foundation.kernel.ledger.models.kinds import record_models
from rapport.foundation.kernel.ledger.models.values import snapshot
from rapport.foundation.kernel.ledger.rules import COMMAND, SCREEN
from rapport.foundation.kernel.ledger.services import act
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
