"""History names what was added, corrected, deleted and taken back, in words, for every kind of part."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from rapport.foundation.kernel.ledger.services import act, undo
from rapport.foundation.kernel.records.rules import record_type
from rapport.foundation.kernel.records.services import delete_record, edit_many, edit_record
from tests.cast import BACKEND, Cast, doing, part, person


@pytest.fixture
def client(cast: Cast) -> Client:
    """Dace's browser."""
    found = Client()
    found.force_login(cast.dace, backend=BACKEND)
    return found


def told(client: Client, path: str) -> list[str]:
    """The sentences of a history, latest first."""
    lines = re.findall(
        r'<p class="line"><b>.*?</b> (.*?)<(?:time|span)', client.get(path).content.decode(), re.S
    )
    return [unescape(re.sub(r"<[^>]*>", "", line)).strip() for line in lines]


def test_it_names_every_kind_of_part_that_was_added(cast: Cast, client: Client) -> None:
    dace = cast.actor("dace")
    anna, hans = person(dace, "Anna Berg"), person(dace, "Hans Berg")
    part(dace, "contact-points", anna, type="email", value="anna@example.com", label="work")
    part(dace, "addresses", anna, street="Nyhavn 3", postal_code="1051", city="København")
    part(dace, "dates", anna, label="birthday", day=29, month=2, year=None)
    part(dace, "relations", anna, label="her father", other=hans)
    part(dace, "relations", anna, label="accountant", other_name="Mr Lund")
    part(dace, "tags", anna, tag="espresso")
    consent = {"purpose": "offers", "channel": "email", "is_given": True, "source": "phone"}
    part(dace, "consents", anna, **consent, said_date=date(2026, 5, 3))

    wanted = [
        "added consent offers by e-mail",
        "added tag espresso",
        "added relation accountant Mr Lund",
        "added relation her father Hans Berg",
        "added date birthday",
        "added address Nyhavn 3 1051 København",
        "added e-mail anna@example.com",
        "added Anna Berg",
    ]
    assert told(client, f"/people/{anna.pk}/history/") == wanted
    assert told(client, "/history/")[:9] == [*wanted[:-1], "added Hans Berg", "added Anna Berg"]


def test_it_names_what_was_corrected_deleted_and_brought_back(cast: Cast, client: Client) -> None:
    dace = cast.actor("dace")
    anna = person(dace, "Anna Berg")
    number = part(dace, "contact-points", anna, type="phone", value="32 12 34 56")
    kind = record_type("contact-points")
    corrected = edit_record(kind, number, {"value": "32 12 34 57"}, **doing(dace)).act or 0
    undo(corrected, **doing(dace))
    gone = delete_record(kind, number, **doing(dace))
    undo(gone, **doing(dace))

    assert told(client, f"/people/{anna.pk}/history/") == [
        "brought back phone 32 12 34 56",
        "deleted phone 32 12 34 56",
        "took back a correction of phone 32 12 34 56",
        "corrected phone 32 12 34 57",
        "added phone 32 12 34 56",
        "added Anna Berg",
    ]
    page = client.get(f"/people/{anna.pk}/history/").content.decode()
    assert "<del><bdi>32 12 34 56</bdi></del>" in page, "what it was before still stands below"


def test_it_names_nothing_that_the_reader_may_not_see(cast: Cast) -> None:
    from rapport.foundation.accounts.services import set_grant
    from rapport.foundation.kernel.access.models import HiddenField

    dace = cast.actor("dace")
    hidden, seen = person(dace, "CANARY Hidden"), person(dace, "Seen", owner=cast.ana)
    part(cast.actor("dace"), "tags", hidden, tag="CANARY")
    part(cast.actor("ana"), "contact-points", seen, type="phone", value="32 12 34 56")
    set_grant(cast.ana.role, "people", "see", "own", **doing(dace))
    with act("role.changed", **doing(dace)) as writer:
        writer.create(HiddenField(role=cast.ana.role, record_type="contact-points", field="value"))
    ana, arvo = Client(), Client()
    ana.force_login(cast.ana, backend=BACKEND)
    arvo.force_login(cast.arvo, backend=BACKEND)

    assert "CANARY" not in ana.get("/history/").content.decode()
    assert "32 12 34 56" not in ana.get(f"/people/{seen.pk}/history/").content.decode()
    assert "added tag CANARY" in told(arvo, "/history/"), "an auditor reads all"


def test_it_names_who_was_deleted_and_nobody_where_many_were_changed(cast: Cast, client: Client) -> None:
    dace = cast.actor("dace")
    people = [person(dace, f"Person {number}") for number in range(9)]
    edit_many(record_type("people"), [one.pk for one in people], {"stage": "former"}, **doing(dace))
    for number in range(12):
        part(dace, "tags", people[0], tag=f"tag {number}")
    delete_record(record_type("people"), people[0], **doing(dace))

    sentences = told(client, "/history/")
    assert sentences[0] == "deleted Person 0"
    assert sentences[13] == "corrected: Person"
