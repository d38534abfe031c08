"""Removing the practice company: all of it goes in one act, what is real stays, and Undo brings everything back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction, MomentParty
from rapport.customers.timeline.services import Promised, Said, record_interaction
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.actors.models import Team, User
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.ledger.services import undo
from rapport.foundation.kernel.search.models import Document
from rapport.steering.adoption.queries import practice_act, sign_in
from rapport.steering.adoption.rules import Plan
from rapport.steering.adoption.services import NothingToRemove, fill, remove
from tests.cast import BACKEND, Cast, all_records, derived_tables, person

AT = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
SMALL = Plan(people=120)
pytestmark = [pytest.mark.django_db, pytest.mark.long]


def talk(cast: Cast, *parties: Party) -> Interaction:
    promised = Promised("Bring the beans", AT.date())
    common: Any = {"actor": cast.actor("ana"), "source": SCREEN, "at": AT}
    return record_interaction(parties, Said("Said hello.", AT), promised, **common).record


def test_it_removes_every_invented_row_and_nothing_real(cast: Cast) -> None:
    berg = person(cast.actor("ana"), "Karin Berg")
    mine = talk(cast, berg)
    before, found = all_records(), set(Document.objects.values_list("title", flat=True))
    fill(SMALL, at=AT)
    remove(actor=cast.actor("dace"), at=AT)
    after = all_records()
    assert after.pop("actors.user").keys() - before.pop("actors.user").keys() == set(
        User.objects.filter(email__endswith="@practice.example", is_active=False).values_list("pk", flat=True)
    )
    assert after == before
    assert Interaction.objects.get() == mine
    assert "Karin Berg" in found
    assert set(Document.objects.values_list("title", flat=True)) == found


def test_it_takes_later_work_on_invented_records_with_it_and_leaves_what_real_ones_share(cast: Cast) -> None:
    berg = person(cast.actor("ana"), "Karin Berg")
    fill(SMALL, at=AT)
    one, other = Party.objects.people().exclude(pk=berg.pk)[:2]
    gone, shared = talk(cast, one, other), talk(cast, berg, other)
    remove(actor=cast.actor("dace"), at=AT)
    assert not Interaction.objects.filter(pk=gone.pk).exists()
    assert list(shared.participants.values_list("party", flat=True)) == [berg.pk]
    assert set(MomentParty.objects.values_list("party", flat=True)) == {berg.pk}


def test_it_is_undone_as_one_act(cast: Cast) -> None:
    fill(SMALL, at=AT)
    talk(cast, *Party.objects.people()[:2])
    before, derived = all_records(), derived_tables()
    act = remove(actor=cast.actor("dace"), at=AT)
    undone = undo(act, actor=cast.actor("dace"), source=SCREEN, at=AT)
    assert undone.kept == ()
    assert all_records() == before
    assert derived_tables() == derived
    assert practice_act() is not None


def test_it_can_be_removed_again_after_an_undo_and_filled_again_after_a_removal(cast: Cast) -> None:
    fill(SMALL, at=AT)
    undo(remove(actor=cast.actor("dace"), at=AT), actor=cast.actor("dace"), source=SCREEN, at=AT)
    remove(actor=cast.actor("dace"), at=AT)
    assert not Party.objects.exists()
    assert fill(SMALL, at=AT).was_there is False
    assert Party.objects.count() == 120
    email, password = sign_in() or ("", "")
    assert User.objects.get(email=email).check_password(password)


def test_it_refuses_when_there_is_none(cast: Cast) -> None:
    with pytest.raises(NothingToRemove):
        remove(actor=cast.actor("dace"), at=AT)


def test_it_lets_who_removes_it_stay_and_the_last_administrator() -> None:
    fill(SMALL, at=AT)
    dace = User.objects.get(email="dace@practice.example")
    remove(actor=actor_for(dace), at=AT)
    assert list(User.objects.filter(is_active=True)) == [dace]
    fill(SMALL, at=AT)
    remove(actor=SYSTEM, at=AT)
    assert list(User.objects.filter(is_active=True)) == [dace]


def test_it_removes_the_teams_that_nobody_is_left_in(cast: Cast) -> None:
    fill(SMALL, at=AT)
    assert Team.objects.filter(name__in=["North", "South"]).count() == 2
    remove(actor=cast.actor("dace"), at=AT)
    assert list(Team.objects.values_list("name", flat=True)) == ["Sellers"]


def test_it_is_a_button_for_administrators_alone(client: Client, cast: Cast) -> None:
    fill(SMALL, at=AT)
    client.force_login(cast.ana, backend=BACKEND)
    assert client.get("/practice/").status_code == 403
    assert client.post("/practice/removal/").status_code == 403
    assert Party.objects.count() == 120
    client.force_login(cast.dace, backend=BACKEND)
    page = client.get("/practice/").content.decode()
    assert "120 invented people and organisations" in page
    assert "Remove the practice data" in page
    answer = client.post("/practice/removal/")
    assert (answer.status_code, answer["Location"]) == (303, "/practice/")
    assert not Party.objects.exists()
    assert "There is none here" in client.get("/practice/").content.decode()
    assert client.post("/practice/removal/").status_code == 409
