"""What is kept of how the house is set up holds exactly until that changes, whichever way it changes."""

import pytest
from django.db import transaction
from django.test import Client

from rapport.foundation.kernel.access.models import Grant
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import SYSTEM, Reach
from rapport.foundation.kernel.actors.models import Firm, Team
from rapport.foundation.kernel.actors.queries import house_as_it_stands, team_names, user_names
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import COMMAND
from rapport.foundation.kernel.ledger.services import act, undo
from tests.cast import BACKEND, Cast

pytestmark = pytest.mark.django_db


def see(cast: Cast, reach: Reach | None) -> int:
    """Give Ana's role this reach over people; returns the act."""
    with act("role.changed", actor=SYSTEM, source=COMMAND, at=now()) as writer:
        grant = Grant.objects.get(role=cast.ana.role, record_type="people", verb="see")
        if reach is None:
            writer.delete(grant)
        else:
            writer.update(grant, reach=reach)
    return writer.id


def test_a_right_that_is_taken_is_gone_with_the_next_request_and_back_after_undo(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.ana, backend=BACKEND)
    assert client.get("/people/").status_code == 200
    taken = see(cast, None)
    assert client.get("/people/").status_code == 403
    undo(taken, actor=SYSTEM, source=COMMAND, at=now())
    assert client.get("/people/").status_code == 200


def test_what_a_transaction_took_back_is_never_kept(cast: Cast) -> None:
    before = actor_for(cast.ana).grants["people", "see"]
    other = Reach.OWN if before != Reach.OWN else Reach.ALL
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        see(cast, other)
        assert actor_for(cast.ana).grants["people", "see"] == other
        raise ZeroDivisionError
    assert actor_for(cast.ana).grants["people", "see"] == before


def test_a_request_sees_its_own_change_of_the_house(cast: Cast) -> None:
    with house_as_it_stands():
        assert "Night shift" not in team_names().values()
        with act("team.created", actor=SYSTEM, source=COMMAND, at=now()) as writer:
            team = writer.create(Team(name="Night shift"))
        assert team_names()[team.pk] == "Night shift"


def test_what_is_kept_costs_no_query_while_a_request_lasts(
    cast: Cast, django_assert_num_queries: object
) -> None:
    user_names()
    actor_for(cast.ana)
    with house_as_it_stands(), django_assert_num_queries(0):  # type: ignore[operator]
        user_names()
        actor_for(cast.ana)
        actor_for(cast.ana)


def test_a_change_of_a_record_leaves_what_is_kept_alone(
    cast: Cast, django_assert_num_queries: object
) -> None:
    from tests.cast import person

    user_names()
    person(cast.actor("ana"), "Kavitha", owner=cast.ana)
    with django_assert_num_queries(1):  # type: ignore[operator]
        user_names()


def test_every_table_of_the_house_is_marked() -> None:
    from rapport.foundation.kernel.ledger.models.kinds import record_models

    marked = {model.__name__ for model in record_models() if model.is_house}
    assert marked == {
        "Department", "Team", "Role", "User", "TeamMember", "Firm", "Grant", "HiddenField", "Area", "CustomField",
    }  # fmt: skip
    assert Firm.is_house
