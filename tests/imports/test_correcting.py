"""Rejected rows put right on the import's page: they come in with the same import, and go with it."""

import re
from typing import Any

import pytest
from django.test import Client

from rapport.customers.people.models import ContactPoint, Party
from rapport.doors.connect.imports import services
from rapport.doors.connect.imports.models import Import
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.rules import COMMAND
from rapport.foundation.kernel.records.services import NotAllowed, undo_act
from tests.imports.firm import BringIn, colleague, counts, everything

TEXT = 'Name,Email,Job title,Notes\nAna Ozola,ana@acme.example,,\n,,Buyer,\n,,Cook,a b\n,,,"two\nlines"\n'


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def fields_of(page: Any) -> dict[str, str]:
    """The form as a browser sends it when nothing is touched: each line ends in two signs."""
    return {
        cell.name: cell.value.replace("\n", "\r\n") for row in page.context["left_out"] for cell in row.cells
    }


def test_it_brings_in_what_was_put_right_and_keeps_the_rest(bring_in: BringIn, ana: User) -> None:
    one = bring_in(TEXT)
    assert counts(one) == (4, 1, 0, 0, 0, 3)
    client, address = browser(ana), f"/imports/{one.pk}/"
    page = client.get(address)
    assert 'aria-describedby="why-3"' in page.content.decode() and "has no name" in page.content.decode()

    form = re.search(r"<form[^>]*correcting/.*?</form>", page.content.decode(), re.DOTALL)
    assert form is not None and "csrfmiddlewaretoken" in form[0]

    answer = client.post(f"{address}correcting/", fields_of(page) | {"row-3-0": "Bo Holm"})

    assert (answer.status_code, answer["Location"]) == (303, address)
    assert counts(one) == (4, 2, 0, 0, 0, 2)
    bo = Party.objects.get(name="Bo Holm")
    assert (bo.job_title, one.rows.get(line=3).record) == ("Buyer", bo.pk)
    assert [row.line for row in client.get(address).context["left_out"]] == [4, 5]
    part = Act.objects.filter(part_of=one.long_act).order_by("-seq").first()
    assert part is not None and (part.verb, part.actor) == ("import.part", ana.pk)


def test_it_takes_all_back_together(bring_in: BringIn, ana: User) -> None:
    before = everything()
    one = bring_in(TEXT)
    services.put_right(one, {3: {0: "Bo Holm"}}, actor=actor_for(ana), at=now())
    after = everything()
    undone = undo_act(one.long_act or 0, actor=actor_for(ana), source=COMMAND, at=now())
    assert everything() == before
    undo_act(undone.act or 0, actor=actor_for(ana), source=COMMAND, at=now())
    assert everything() == after


def test_it_says_anew_why_a_row_still_cannot_come_in(bring_in: BringIn, ana: User) -> None:
    one = bring_in(TEXT)
    before = everything()
    assert services.put_right(one, {3: {2: "Baker"}}, actor=actor_for(ana), at=now()) == (0, 1)
    assert counts(one) == (4, 1, 0, 0, 0, 3)
    assert '"Baker"' in one.rows.get(line=3).raw and "no name" in one.rows.get(line=3).reason
    assert everything() == before


def test_it_changes_nothing_where_nothing_was_put_right(bring_in: BringIn, ana: User) -> None:
    one = bring_in(TEXT)
    client, before, acts = browser(ana), everything(), Act.objects.count()
    page = client.get(f"/imports/{one.pk}/")
    answer = client.post(f"/imports/{one.pk}/correcting/", fields_of(page), follow=True)
    assert "Nothing was changed in these rows" in answer.content.decode()
    assert (everything(), Act.objects.count()) == (before, acts)


def test_it_knows_the_other_rows_of_the_file(bring_in: BringIn, ana: User) -> None:
    one = bring_in("Name,Email\n,\nAna Ozola,ana@acme.example\n")
    services.put_right(one, {2: {0: "Ana Ozola", 1: "ana@acme.example"}}, actor=actor_for(ana), at=now())
    assert counts(one) == (2, 1, 0, 0, 1, 0)
    assert ContactPoint.objects.count() == 1


def test_it_changes_whom_the_row_means(bring_in: BringIn, ana: User) -> None:
    bring_in("Name,Email\nCid Berg,cid@acme.example\n")
    one = bring_in(TEXT)
    services.put_right(one, {3: {0: "Cid Berg", 1: "cid@acme.example"}}, actor=actor_for(ana), at=now())
    assert counts(one) == (4, 1, 1, 0, 0, 2)
    assert Party.objects.get(name="Cid Berg").job_title == "Buyer"


def test_it_is_for_the_importer_alone_and_until_it_is_taken_back(
    bring_in: BringIn, ana: User, bo: User
) -> None:
    one, other = bring_in(TEXT, user=bo), colleague("cy@firm.example", "Cy", "member")
    before, acts = everything(), Act.objects.count()
    with pytest.raises(NotAllowed):
        services.put_right(one, {3: {0: "Eva"}}, actor=actor_for(ana), at=now())
    assert browser(ana).get(f"/imports/{one.pk}/").context["left_out"] == []
    assert browser(ana).post(f"/imports/{one.pk}/correcting/", {"row-3-0": "Eva"}).status_code == 403
    assert browser(other).post(f"/imports/{one.pk}/correcting/", {"row-3-0": "Eva"}).status_code == 404
    assert (everything(), Act.objects.count()) == (before, acts)
    undo_act(one.long_act or 0, actor=actor_for(bo), source=COMMAND, at=now())
    with pytest.raises(NotAllowed):
        services.put_right(one, {3: {0: "Eva"}}, actor=actor_for(bo), at=now())
    assert not Party.objects.filter(name="Eva").exists()


def test_it_counts_a_row_once_when_two_windows_put_it_right(bring_in: BringIn, ana: User) -> None:
    one = bring_in(TEXT)
    stale = Import.objects.get(pk=one.pk)
    assert services.put_right(one, {3: {0: "Bo"}}, actor=actor_for(ana), at=now()) == (1, 0)
    assert services.put_right(stale, {3: {0: "Bob"}, 4: {0: "Eva"}}, actor=actor_for(ana), at=now()) == (1, 0)
    assert counts(one) == (4, 3, 0, 0, 0, 1)
