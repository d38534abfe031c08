"""Find or do: what can be done with the record or the list one has before one, for whom; and a line without end."""

import re

import pytest
from django.test import Client

from rapport.customers.people.models import Party
from rapport.customers.timeline.services import Planned, Promised, close_promise, make_promise, plan_meeting
from tests.cast import AT, BACKEND, Cast, doing, person

pytestmark = pytest.mark.django_db


def offered(cast: Cast, who: str, on: str, query: str = "") -> dict[str, list[str]]:
    """The commands by the name of their group, for somebody who has a page before them."""
    client = Client()
    client.force_login(getattr(cast, who), backend=BACKEND)
    page = client.get("/search/", {"q": query, "on": on}, headers={"HX-Request": "true"}).content.decode()
    groups = re.findall(r'role="group" aria-label="([^"]+)"(.*?)(?=role="group"|$)', page, re.S)
    return {name: re.findall(r"<span>([^<]+)</span>", inside) for name, inside in groups}


@pytest.fixture
def berg(cast: Cast) -> Party:
    return person(cast.actor("ana"), "Mrs Berg", owner=cast.ana)


def test_a_party_is_spoken_with_promised_something_met_noted_and_thought_of(cast: Cast, berg: Party) -> None:
    found = offered(cast, "ana", f"/people/{berg.pk}/")["With Mrs Berg"]
    words = [
        "Record what was said",
        "Promise",
        "Plan a meeting",
        "Note",
        "Remind me",
        "Edit",
        "History",
        "Delete",
    ]
    assert found == words
    assert offered(cast, "ana", f"/people/{berg.pk}/", "remind")["With Mrs Berg"] == ["Remind me"]


def test_each_is_offered_what_the_role_may_do(cast: Cast, berg: Party) -> None:
    where = f"/people/{berg.pk}/"
    assert offered(cast, "gita", where)["With Mrs Berg"] == ["Note", "Remind me", "History"]
    assert offered(cast, "arvo", where)["With Mrs Berg"] == ["History"]


def test_a_promise_and_a_meeting_are_ended_and_moved_while_they_are_open(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    promise = make_promise(berg, Promised("a call", AT.date()), **doing(ana)).record
    meeting = plan_meeting([berg], Planned(AT, words="the tasting"), **doing(ana)).record
    assert offered(cast, "ana", f"/promises/{promise.pk}/")["With a call"][:4] == [
        "Keep",
        "Move",
        "Hand over",
        "Remind me",
    ]
    assert offered(cast, "ana", f"/meetings/{meeting.pk}/")["With the tasting"][:3] == [
        "Held",
        "Move",
        "Remind me",
    ]
    assert offered(cast, "tomas", f"/promises/{promise.pk}/")["With a call"] == ["Remind me", "History"]
    close_promise(promise, **doing(ana))
    assert offered(cast, "ana", f"/promises/{promise.pk}/")["With a call"][0] == "Remind me"


def test_what_the_bar_sets_on_the_selected_rows_is_offered_too(cast: Cast, berg: Party) -> None:
    found = offered(cast, "ana", "/people/", "set owner")["With the selected rows"]
    assert "Set Owner: Mira" in found
    assert "With the selected rows" not in offered(cast, "arvo", "/people/", "set owner")


@pytest.mark.parametrize("is_typing", [True, False])
def test_a_line_of_a_hundred_thousand_letters_is_answered_and_said_to_be_long(
    cast: Cast, berg: Party, is_typing: bool
) -> None:
    client = Client()
    client.force_login(cast.ana, backend=BACKEND)
    headers = {"HX-Request": "true"} if is_typing else {}
    for query in ("x" * 100_000, "berg " * 20_000):
        answer = client.get("/search/", {"q": query, "on": "/" + "y" * 100_000}, headers=headers)
        assert answer.status_code == 200
        assert "only its first 200 letters" in answer.content.decode()
    assert "only its first" not in client.get("/search/", {"q": "berg"}, headers=headers).content.decode()
