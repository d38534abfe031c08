"""A pasted signature: its fields ticked and corrected, somebody known noticed, all of it one act."""

from typing import Any

import pytest
from django.test import Client

from rapport.customers.people.models import ContactPoint, Party
from rapport.foundation.accounts.services import set_grant
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.services import undo
from tests.cast import BACKEND, Cast, all_records, doing, organisation, part, person

pytestmark = pytest.mark.django_db

CARD = (
    "Kavitha Ramanathan\nBuyer\nMadras Filter House Ltd\nkavitha@filter.example\nMobile: +91 44 2811 1234\n"
)
FIELDS = (
    ("name", "Kavitha Ramanathan", ""),
    ("title", "Buyer", ""),
    ("organisation", "Madras Filter House Ltd", ""),
    ("email", "kavitha@filter.example", ""),
    ("phone", "+91 44 2811 1234", "mobile"),
)


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana, backend=BACKEND)
    return client


def saved(client: Client, without: str = "", **values: Any) -> Any:
    data: dict[str, Any] = {"save": "1", "text": CARD, **values}
    for number, (kind, value, label) in enumerate(FIELDS):
        data |= {f"part_{number}": kind, f"value_{number}": value, f"label_{number}": label}
        if kind != without:
            data[f"tick_{number}"] = "1"
    return client.post("/signature/", data)


def test_it_shows_what_a_signature_says_and_saves_nothing_yet(ana: Client) -> None:
    standing = all_records()

    page = ana.post("/signature/", {"text": CARD})

    assert page.status_code == 200
    assert [(one["part"], one["value"], one["label"]) for one in page.context["fields"]] == list(FIELDS)
    assert all_records() == standing


def test_it_adds_a_person_with_all_that_was_ticked_as_one_act_and_undoes_it(ana: Client, cast: Cast) -> None:
    standing, acts = all_records(), Act.objects.count()

    answer = saved(ana, without="phone")

    one = Party.objects.get(name="Kavitha Ramanathan")
    assert (answer.status_code, answer["Location"]) == (303, f"/people/{one.pk}/")
    assert (one.job_title, str(one.organisation), one.owner_id) == (
        "Buyer",
        "Madras Filter House Ltd",
        cast.ana.pk,
    )
    assert list(ContactPoint.objects.values_list("type", "value")) == [("email", "kavitha@filter.example")]
    assert Act.objects.count() == acts + 1
    assert Act.objects.latest("pk").verb == "person.created"
    undo(Act.objects.latest("pk").pk, **doing(cast.actor("ana")))
    assert all_records() == standing


def test_it_warns_of_one_already_known_and_adds_only_what_is_new(ana: Client, cast: Cast) -> None:
    firm = organisation(cast.actor("ana"), "Another firm", owner=cast.ana)
    one = person(cast.actor("ana"), "Kavitha Ramanathan", owner=cast.ana, organisation=firm)
    part(cast.actor("ana"), "contact-points", one, type="email", value="KAVITHA@filter.example")

    page = ana.post("/signature/", {"text": CARD})
    assert (page.context["known"], page.context["to"]) == ([one], one.pk)

    answer = saved(ana, to=str(one.pk))
    assert answer["Location"] == f"/people/{one.pk}/"
    one.refresh_from_db()
    assert (one.job_title, one.organisation_id) == ("Buyer", firm.pk)
    assert sorted(ContactPoint.objects.values_list("type", "value")) == [
        ("email", "KAVITHA@filter.example"),
        ("phone", "+91 44 2811 1234"),
    ]
    assert Party.objects.people().count() == 1


def test_it_does_not_guess_when_the_name_is_another(ana: Client, cast: Cast) -> None:
    one = person(cast.actor("ana"), "Reception", owner=cast.ana)
    part(cast.actor("ana"), "contact-points", one, type="email", value="kavitha@filter.example")

    page = ana.post("/signature/", {"text": CARD})

    assert (page.context["known"], page.context["to"]) == ([one], None)


def test_it_tells_nothing_of_whom_one_may_not_see(ana: Client, cast: Cast) -> None:
    one = person(cast.actor("tomas"), "Kavitha Ramanathan", owner=cast.tomas)
    part(cast.actor("tomas"), "contact-points", one, type="email", value="kavitha@filter.example")
    set_grant(cast.ana.role, "people", "see", "own", **doing(SYSTEM))

    assert ana.post("/signature/", {"text": CARD}).context["known"] == []
    saved(ana, to=str(one.pk))
    assert Party.objects.filter(name="Kavitha Ramanathan").count() == 2


def test_it_asks_for_a_name_and_keeps_what_was_typed(ana: Client) -> None:
    standing = all_records()

    answer = saved(ana, without="name")

    assert answer.status_code == 422
    assert "What are they called?" in answer.content.decode()
    assert answer.context["fields"][0]["value"] == "Kavitha Ramanathan"
    assert all_records() == standing


@pytest.mark.parametrize("text", ["x" * 100_000, "a@b.example\n" * 9_000, "\x00\n\x00", "1 " * 50_000])
def test_it_takes_any_text(ana: Client, text: str) -> None:
    assert ana.post("/signature/", {"text": text}).status_code in {200, 422}


def test_a_guest_may_not(client: Client, cast: Cast) -> None:
    client.force_login(cast.gita, backend=BACKEND)
    assert client.get("/signature/").status_code == 403
    assert saved(client).status_code == 403
    assert not Party.objects.exists()
