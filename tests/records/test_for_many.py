"""A tag given to many rows at once: one act, those alone that one may edit and that have it not, and back by Undo."""

from typing import Any

import pytest
from django.test import Client

from rapport.customers.people.models import Party, PartyTag
from rapport.foundation.accounts.services import set_grant
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.ledger.models import Act, Change
from rapport.foundation.kernel.records.services import undo_act
from tests.cast import BACKEND, Cast, doing, organisation, person

MANY = "/people/many/"


@pytest.fixture
def ana(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ana, backend=BACKEND)
    return client


def tags() -> list[tuple[str, str]]:
    return list(PartyTag.objects.order_by("party__name", "tag").values_list("party__name", "tag"))


def picked(*parties: Party, **more: str) -> dict[str, Any]:
    return {"pick": [str(one.pk) for one in parties], "set": "", **more}


def test_it_is_given_to_those_that_have_it_not_and_taken_back_in_one(cast: Cast, ana: Client) -> None:
    actor = cast.actor("ana")
    one, two = person(actor, "Berg", owner=cast.ana), person(actor, "Dahl", owner=cast.ana)
    firm = organisation(actor, "Havnen", owner=cast.ana)
    assert ana.post(MANY, picked(one, tags="vip")).status_code == 303
    assert ana.post(MANY, picked(one, two, firm, tags=" vip ", add="tags")).status_code == 303
    assert tags() == [("Berg", "vip"), ("Dahl", "vip")]
    last = Act.objects.order_by("-seq")[0]
    assert (last.verb, last.actor, Change.objects.filter(act_id=last.pk).count()) == (
        "tag.created",
        cast.ana.pk,
        1,
    )
    undo_act(last.pk, **doing(actor))
    assert tags() == [("Berg", "vip")]


def test_it_is_found_by_and_shown_after(cast: Cast, ana: Client) -> None:
    one = person(cast.actor("ana"), "Berg", owner=cast.ana)
    page = ana.post(MANY, picked(one, tags="Ræv"), follow=True).content.decode()
    assert "1 changed" in page
    assert "Berg" in ana.get("/search/?q=ræv").content.decode()


@pytest.mark.parametrize("more", [{}, {"tags": "   "}, {"add": "tags"}, {"notes": "x"}])
def test_nothing_typed_changes_nothing(cast: Cast, ana: Client, more: dict[str, str]) -> None:
    one = person(cast.actor("ana"), "Berg", owner=cast.ana)
    before = Act.objects.count()
    page = ana.post(MANY, picked(one, **more), follow=True).content.decode()
    assert "Nothing was changed" in page
    assert Act.objects.count() == before


def test_it_is_given_only_where_one_may_edit(cast: Cast, ana: Client) -> None:
    mine, theirs = person(cast.actor("ana"), "Mine", owner=cast.ana), person(cast.actor("mira"), "Theirs")
    set_grant(cast.ana.role, "people", "edit", "own", **doing(SYSTEM))
    ana.post(MANY, picked(mine, theirs, tags="vip"))
    assert tags() == [("Mine", "vip")]


def test_the_find_box_offers_it_for_the_rows_by_what_is_typed_behind_its_name(
    cast: Cast, ana: Client
) -> None:
    found = ana.get("/search/?q=tag+key+account&on=/people/", headers={"HX-Request": "true"}).content.decode()
    assert "Add tag: key account" in found
    assert 'name="tags" value="key account"' in found
