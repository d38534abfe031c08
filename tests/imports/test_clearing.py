"""Clearing up: once a file can no longer be taken back, what it said is forgotten, and who came of it stays."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from rapport.doors.connect.imports import services
from rapport.doors.connect.imports.models import Import, ImportRow
from rapport.doors.connect.imports.services import clearing
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.rules import COMMAND
from rapport.foundation.kernel.records.services import undo_act
from tests.imports.firm import BringIn, counts, everything, stored_files

TEXT = "Name,Email\nAna Ozola,ana@acme.example\n,\nBo Holm,bo@acme.example\nAna Ozola,ana@acme.example\n"


def cleared(at: datetime) -> None:
    """The worker goes on until nothing is left to do."""
    while services.clear_imports(at):
        pass


def test_it_forgets_what_the_rows_said_and_keeps_whom_they_became(
    bring_in: BringIn, monkeypatch: Any
) -> None:
    monkeypatch.setattr(clearing, "PIECE", 2)
    one = bring_in(TEXT)
    assert counts(one) == (4, 2, 0, 0, 1, 1)
    before, became = everything(), dict(one.rows.exclude(record=None).values_list("line", "record"))
    assert stored_files() == 1

    cleared(now() + timedelta(days=29))
    assert (stored_files(), one.rows.count()) == (1, 4)
    cleared(now() + timedelta(days=31))

    assert stored_files() == 0
    assert dict(one.rows.values_list("line", "record")) == became
    assert set(one.rows.values_list("raw", "reason", "identity")) == {("", "", "")}
    assert everything() == before
    assert counts(one) == (4, 2, 0, 0, 1, 1)
    assert counts(bring_in(TEXT)) == (4, 0, 0, 2, 1, 1)


def test_it_says_on_the_page_that_the_rows_are_gone(bring_in: BringIn, ana: User) -> None:
    one = bring_in(TEXT)
    client = Client()
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "no longer kept" not in client.get(f"/imports/{one.pk}/").content.decode()
    cleared(now() + timedelta(days=31))
    page = client.get(f"/imports/{one.pk}/").content.decode()
    assert "Its rows are no longer kept" in page
    assert "acme.example" not in page and "rejected.csv" not in page


def test_it_can_still_be_taken_back_by_who_may(bring_in: BringIn, ana: User) -> None:
    before = everything()
    one = bring_in(TEXT)
    cleared(now() + timedelta(days=31))
    undo_act(one.long_act or 0, actor=actor_for(ana), source=COMMAND, at=now())
    assert everything() == before


def test_it_counts_the_days_from_the_last_row_that_was_written(bring_in: BringIn) -> None:
    one = bring_in(TEXT)
    Act.objects.filter(part_of=one.long_act, verb="import.finished").update(at=now() + timedelta(days=20))
    cleared(now() + timedelta(days=31))
    assert (stored_files(), one.rows.count()) == (1, 4)
    cleared(now() + timedelta(days=51))
    assert stored_files() == 0


@pytest.mark.parametrize("looked_over", [True, False])
def test_it_forgets_a_file_whole_that_nobody_brought_in(ana: User, looked_over: bool) -> None:
    actor = actor_for(ana)
    one = services.begin_import(io.BytesIO(TEXT.encode()), "people.csv", actor=actor, at=now())
    if looked_over:
        services.match(one, actor=actor)
    cleared(now() + timedelta(days=29))
    assert Import.objects.count() == 1
    cleared(now() + timedelta(days=31))
    assert (Import.objects.count(), ImportRow.objects.count(), stored_files()) == (0, 0, 0)


def test_it_leaves_alone_what_is_still_being_brought_in(ana: User) -> None:
    actor = actor_for(ana)
    one = services.begin_import(io.BytesIO(TEXT.encode()), "people.csv", actor=actor, at=now())
    services.start(one, actor=actor, at=now())
    cleared(now() + timedelta(days=90))
    assert (Import.objects.get().state, stored_files()) == ("running", 1)
