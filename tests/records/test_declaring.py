"""A field is declared once: in the model and in the manifest. Everything else follows from that."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client
from msgspec.structs import replace

from rapport.customers.people.models import Party
from rapport.customers.timeline.services import Promised, make_promise
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.fields.rules import FieldSpec, FieldType
from rapport.foundation.kernel.ledger.rules import Refused
from rapport.foundation.kernel.ledger.services import undo
from rapport.foundation.kernel.records.queries import list_records
from rapport.foundation.kernel.records.rules import record_type, register
from rapport.foundation.kernel.records.services import add_custom_field, create_record, edit_record
from rapport.foundation.kernel.search.queries import find
from tests.cast import AT, BACKEND, Cast, doing, organisation, part, person
from tests.imports.firm import brought_in


@pytest.fixture
def client(cast: Cast) -> Client:
    """Dace's browser."""
    found = Client()
    found.force_login(cast.dace, backend=BACKEND)
    return found


@pytest.fixture
def declared() -> Iterator[FieldSpec]:
    """The line in the manifest. Households leave the column `unit` undeclared, so the line in the model is there."""
    before = record_type("households")
    field = FieldSpec(
        "unit",
        "Doorbell",
        FieldType.TEXT,
        in_list=True,
        sortable=True,
        filterable=True,
        help="As on the door.",
    )
    register(replace(before, fields=(*before.fields, field)))
    yield field
    register(before)


def test_it_shows_a_declared_field_everywhere(cast: Cast, client: Client, declared: FieldSpec) -> None:
    answer = client.post("/households/new/", {"name": "The Bergs", "unit": "Berg 2.tv"})
    assert answer.status_code == 303
    home = Party.objects.households().get()
    assert home.unit == "Berg 2.tv"

    assert b"Doorbell" in client.get("/households/").content
    assert b"Berg 2.tv" in client.get("/households/?unit=Berg+2.tv&sort=unit").content
    assert b"Berg 2.tv" not in client.get("/households/?unit=other").content
    assert b"As on the door." in client.get(f"/households/{home.pk}/edit/").content
    assert b"Berg 2.tv" in client.get(f"/households/{home.pk}/").content
    assert client.post(f"/households/{home.pk}/fields/unit/", {"unit": "Berg 3.th"}).status_code == 303
    history = client.get(f"/households/{home.pk}/history/").content
    assert b"Doorbell" in history
    assert b"Berg 3.th" in history
    assert b"Typed on screen" in client.get(f"/households/{home.pk}/fields/unit/source/").content


def test_a_declared_field_is_searched_and_brought_in(cast: Cast, client: Client) -> None:
    """Organisations leave the column `unit` undeclared: it is declared here, and nothing else is done."""
    before = record_type("organisations")
    field = FieldSpec("unit", "Doorbell", searchable=True, imports_as=("ring at",))
    register(replace(before, fields=(*before.fields, field)))
    try:
        file = "Company,Ring at,Shoe size\nBerg A/S,Quercus,41\n"
        brought_in(file, "firms.csv", cast.dace)
        firm = Party.objects.organisations().get()
        assert (firm.unit, firm.custom) == ("Quercus", {"shoe_size": "41"})
        assert [hit.record for hit in find("querc", actor=cast.actor("dace"))] == [firm.pk]
        firm_of_mine = organisation(SYSTEM, "Lind", unit="Betula")
        assert [hit.record for hit in find("betula", actor=SYSTEM)] == [firm_of_mine.pk]
    finally:
        register(before)


def test_it_treats_a_field_of_the_firms_own_as_an_equal(cast: Cast, client: Client) -> None:
    field = add_custom_field("people", "shoe_size", "Shoe size", type_="whole", **doing(SYSTEM))
    assert add_custom_field("people", "shoe_size", "again", **doing(SYSTEM)) == field
    berg = person(SYSTEM, "Berg")

    assert b"Shoe size" in client.get(f"/people/{berg.pk}/edit/").content
    assert (
        client.post(f"/people/{berg.pk}/fields/custom-shoe_size/", {"custom-shoe_size": "41"}).status_code
        == 303
    )
    berg.refresh_from_db()
    assert berg.custom == {"shoe_size": 41}
    assert b"Shoe size" in client.get(f"/people/{berg.pk}/history/").content
    assert (
        client.post(f"/people/{berg.pk}/fields/custom-shoe_size/", {"custom-shoe_size": "x"}).status_code
        == 422
    )


def test_it_undoes_a_custom_value_to_nothing_at_all(cast: Cast) -> None:
    add_custom_field("people", "felt", "Felt", **doing(SYSTEM))
    berg = person(SYSTEM, "Berg")
    written = edit_record(record_type("people"), berg, {"custom.felt": "a"}, **doing(SYSTEM))
    undo(written.act or 0, **doing(SYSTEM))

    berg.refresh_from_db()
    assert berg.custom == {}


def test_it_filters_by_a_custom_choice(cast: Cast) -> None:
    from rapport.foundation.kernel.fields.models import CustomField
    from rapport.foundation.kernel.ledger.services import act

    with act("field.created", **doing(SYSTEM)) as writer:
        choices = ["red", "blue"]
        writer.create(
            CustomField(record_type="people", key="colour", label="Colour", type="choice", choices=choices)
        )
    kind = record_type("people")
    for name, colour in (("A", "red"), ("B", "blue"), ("C", None)):
        create_record(kind, {"name": name, "custom.colour": colour}, **doing(SYSTEM))

    def listed(value: str) -> list[str]:
        return [row.name for row in list_records(kind, SYSTEM, {"custom-colour": [value]}).rows]

    assert (listed("red"), listed("")) == (["A"], ["C"])


def test_it_says_how_a_list_is_ordered_where_no_column_shows_it(cast: Cast, client: Client) -> None:
    person(SYSTEM, "Berg")

    assert "1 in all · by Changed, latest first" in client.get("/people/").content.decode()
    assert "1 in all · by Changed, earliest first" in client.get("/people/?sort=updated_at").content.decode()
    by_name = client.get("/people/?sort=name").content.decode()
    assert "1 in all" in by_name
    assert "by Name" not in by_name, "the head of the column shows it"


@pytest.mark.parametrize("key", ["Shoe", "1a", "a" * 41, "a-b", "a'b", ""])
def test_it_refuses_a_key_that_could_be_anything_else(cast: Cast, key: str) -> None:
    with pytest.raises(Refused):
        add_custom_field("people", key, "x", **doing(SYSTEM))


@pytest.mark.parametrize("sort", ["name", "-name", "last_contact_at", "-last_contact_at", "next_promise_due"])
def test_it_pages_by_key_through_all_there_is_and_back(cast: Cast, sort: str) -> None:
    from datetime import timedelta

    from rapport.customers.timeline.services import Promised, Said, record_interaction
    from tests.cast import AT

    kind = record_type("people")
    for number in range(23):
        one = person(SYSTEM, f"Person {number % 7}")
        if number % 3 == 0:
            promised = Promised("x", (AT + timedelta(days=number % 5)).date()) if number % 2 else None
            record_interaction([one], Said("x", AT - timedelta(days=number % 4)), promised, **doing(SYSTEM))
    whole = [row.pk for row in list_records(kind, SYSTEM, {"sort": [sort]}, size=100).rows]
    assert len(whole) == 23

    page, forwards, pages = list_records(kind, SYSTEM, {"sort": [sort]}, size=5), [], 0
    while True:
        forwards += [row.pk for row in page.rows]
        pages += 1
        if not page.after:
            break
        page = list_records(kind, SYSTEM, {"sort": [sort], "after": [page.after]}, size=5)
    assert forwards == whole
    backwards = [row.pk for row in page.rows]
    while page.before:
        page = list_records(kind, SYSTEM, {"sort": [sort], "before": [page.before]}, size=5)
        backwards = [*(row.pk for row in page.rows), *backwards]
    assert backwards == whole


def test_it_shows_initials_on_the_page_of_a_person_and_a_sign_on_others(cast: Cast, client: Client) -> None:
    berg = person(cast.actor("dace"), "Anna Berg")
    promise = make_promise(berg, Promised("a call", AT.date()), **doing(cast.actor("dace"))).record

    head = client.get(f"/people/{berg.pk}/").content.decode().partition("</h1>")[0]
    assert re.search(r'class="portrait large"[^>]*>AB</span>', head)
    head = client.get(f"/promises/{promise.pk}/").content.decode().partition("</h1>")[0]
    assert 'class="portrait large sign"' in head


def test_it_tells_two_organisations_of_one_name_apart(cast: Cast, client: Client) -> None:
    dace = cast.actor("dace")
    first, second, third = (organisation(dace, "Havnen") for _number in range(3))
    part(dace, "addresses", first, city="København")
    part(dace, "contact-points", second, type="email", value="post@havnen.example")
    person(dace, "Ulla", organisation=second)
    berg = person(dace, "Berg")
    options = unescape(client.get("/search/options/organisations/?q=havn").content.decode())
    labels = ["Havnen (København)", "Havnen (havnen.example, 1 person)", f"Havnen (no. {third.pk})"]
    assert sorted(re.findall('value="(.*?)"', options)) == sorted(labels)

    form = {"name": "Berg", "organisation": "Havnen (København)"}
    assert client.post(f"/people/{berg.pk}/edit/", form).status_code == 303
    berg.refresh_from_db()
    assert berg.organisation_id == first.pk
    page = unescape(client.get(f"/people/{berg.pk}/edit/").content.decode())
    assert 'value="Havnen (København, 1 person)"' in page, "the chosen one says which it is"
    assert client.post(f"/people/{berg.pk}/edit/", {**form, "call_me": "B"}).status_code == 303
    berg.refresh_from_db()
    assert (berg.organisation_id, berg.call_me) == (first.pk, "B")

    labels[0] = "Havnen (København, 1 person)"
    # Without JavaScript: the bare name is asked back, once for each, and the answer is a choice.
    other = person(dace, "Lund")
    sent = {"name": "Lund", "organisation": "havnen"}
    asked = client.post(f"/people/{other.pk}/edit/", sent)
    assert asked.status_code == 422
    asked_page = unescape(re.sub("</?bdi>", "", asked.content.decode()))
    for one, label in zip((first, second, third), labels, strict=True):
        assert f'name="organisation-which" value="{one.pk}"><span>{label}' in asked_page
    sent["organisation-which"] = str(third.pk)
    assert client.post(f"/people/{other.pk}/edit/", sent).status_code == 303
    other.refresh_from_db()
    assert other.organisation_id == third.pk
    # Nothing else can be chosen under the name.
    elsewhere = organisation(dace, "Elsewhere")
    sent["organisation-which"] = str(elsewhere.pk)
    other_person = person(dace, "Holm")
    assert client.post(f"/people/{other_person.pk}/edit/", {**sent, "name": "Holm"}).status_code == 422


def test_it_links_only_to_what_is_named_and_known(cast: Cast, client: Client) -> None:
    organisation(SYSTEM, "Havnen")
    organisation(SYSTEM, "Twice")
    organisation(SYSTEM, "Twice")
    berg = person(SYSTEM, "Berg")

    assert (
        client.post(f"/people/{berg.pk}/fields/organisation/", {"organisation": "havnen"}).status_code == 303
    )
    assert (
        client.post(f"/people/{berg.pk}/fields/organisation/", {"organisation": "Twice"}).status_code == 422
    )
    berg.refresh_from_db()
    assert str(berg.organisation) == "Havnen"
