"""How many queries each page may ask, and that it asks as many for one row as for fifty."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.customers.people.models import Party
from rapport.customers.timeline.services import (
    Planned,
    Promised,
    Said,
    make_promise,
    plan_meeting,
    record_interaction,
    write_note,
)
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import SCREEN
from tests.cast import BACKEND, Cast, organisation, part, person

pytestmark = pytest.mark.django_db
type AtMost = Callable[..., AbstractContextManager[Any]]

# Three of each are the session, the user and whether the house stands as it did. Before one talks, a record asks for
# the dates ahead, and where nobody said what their zone is for the countries and phones that may tell.
LIST, RECORD, TODAY, SEARCH = 8, 29, 20, 20


@pytest.fixture
def reader(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana, backend=BACKEND)
    return client


def many(cast: Cast, count: int) -> list[Party]:
    """People with an organisation each, an owner, a phone, a tag, and something promised that is due."""
    ana, made = cast.actor("ana"), []
    for number in range(count):
        firm = organisation(ana, f"Firm {number}", owner=cast.ana)
        one = person(ana, f"Berg {number}", organisation=firm, owner=(cast.ana, cast.mira)[number % 2])
        part(ana, "contact-points", one, type="email", value=f"berg{number}@firm.example", label="work")
        part(ana, "tags", one, tag="espresso")
        talk(cast, one)
        made.append(one)
    return made


def talk(cast: Cast, party: Party) -> None:
    """Something said with a promise due, one made by itself, one we wait for, a pinned note, and
    meetings just behind us and just ahead."""
    common: Any = {"actor": cast.actor("ana"), "source": SCREEN, "at": now()}
    due = now().date()
    record_interaction([party], Said("Said hello.", now()), Promised("Send the list", due), **common)
    make_promise(party, Promised("Call again", due + timedelta(days=3)), **common)
    make_promise(party, Promised("Sign", due, is_ours=False), **common)
    write_note(party, "Bakes at night.", is_pinned=True, **common)
    for minutes in (-5, 5):
        plan_meeting([party], Planned(now() + timedelta(minutes=minutes), words="Tasting"), **common)


def queries(reader: Client, path: str) -> int:
    """How many queries a page asks once nothing is left to be read for the first time."""
    reader.get(path)
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert reader.get(path).status_code == 200
    return len(captured)


BUDGETS = {
    "/people/": LIST,
    "/people/?owner=me": LIST,
    "/people/?sort=name": LIST,
    "/organisations/": LIST,
    "/": TODAY,
    "/search/?q=berg": SEARCH,
    "/search/?q=esp": SEARCH,
    "/search/?q=brgg&on=/people/": SEARCH,
}


def test_pages_ask_as_many_queries_for_one_row_as_for_fifty_and_no_more_than_their_budget(
    reader: Client, cast: Cast
) -> None:
    many(cast, 1)
    few = {path: queries(reader, path) for path in BUDGETS}
    many(cast, 49)
    found = {path: queries(reader, path) for path in BUDGETS}
    # Search stops as soon as it has enough, so that it may ask less for more.
    assert {path: count for path, count in found.items() if count > few[path]} == {}
    assert {path: count for path, count in found.items() if count > BUDGETS[path]} == {}


def test_a_record_with_a_long_story_asks_as_many_queries_as_one_with_a_short_one(
    reader: Client, cast: Cast, django_assert_max_num_queries: AtMost
) -> None:
    one = many(cast, 1)[0]
    short = queries(reader, f"/people/{one.pk}/")
    for number in range(12):
        talk(cast, one)
        part(
            cast.actor("ana"),
            "contact-points",
            one,
            type="phone",
            value=f"+45 34 41 23 {number + 10}",
            label="work",
        )
        other = person(cast.actor("ana"), f"Friend {number}", owner=cast.ana)
        part(cast.actor("ana"), "relations", one, label="knows", other=other)
        part(cast.actor("ana"), "relations", other, label="knows too", other=one)
    assert queries(reader, f"/people/{one.pk}/") <= short + 1
    with django_assert_max_num_queries(RECORD):
        reader.get(f"/people/{one.pk}/")


def test_an_organisation_asks_as_many_queries_for_fifty_members_as_for_one(
    reader: Client, cast: Cast
) -> None:
    firm = organisation(cast.actor("ana"), "Lind")
    person(cast.actor("ana"), "Berg 0", organisation=firm)
    one = queries(reader, f"/organisations/{firm.pk}/")
    for number in range(49):
        person(cast.actor("ana"), f"Berg {number + 1}", organisation=firm)
    assert queries(reader, f"/organisations/{firm.pk}/") == one
