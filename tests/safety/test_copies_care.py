"""Backups and care: what the page says, who may come, and that what is asked for is made, tried and told."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from rapport.doors.operations.copies.queries import ASKED, backups_in, last_drill
from rapport.doors.operations.copies.services import key_of, make_and_try
from rapport.foundation.kernel.ledger.models import Act
from tests.cast import AT, BACKEND, PASSWORD, Cast

pytestmark = pytest.mark.sqlite


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Path]:
    """A folder in the place of the home, so that no other test meets its key."""
    before, settings.HOME = settings.HOME, tmp_path
    yield tmp_path
    settings.HOME = before


def signed_in(user: object) -> Client:
    browser = Client()
    browser.force_login(user, backend=BACKEND)  # type: ignore[arg-type]
    return browser


def test_it_says_plainly_that_there_is_no_backup(cast: Cast, bare: Path) -> None:
    page = signed_in(cast.dace).get("/admin/care/").content.decode()

    assert "There is no backup yet: one file with everything, to be put in a drawer." in page
    assert "No restore was tried yet." in page


def test_it_shows_the_key_with_the_first_backup_alone_and_records_who_asked(cast: Cast, bare: Path) -> None:
    browser = signed_in(cast.dace)

    first = browser.post("/admin/care/backup/")
    second = browser.post("/admin/care/backup/")

    assert first.status_code == 200
    assert str(key_of(bare)[0]) in first.content.decode()
    assert (second.status_code, second["Location"]) == (303, "/admin/care/")
    assert (bare / ASKED).exists()
    assert [act.actor for act in Act.objects.filter(verb="backup.asked")] == [cast.dace.pk] * 2


def test_it_lets_nobody_but_administrators_ask(cast: Cast, bare: Path) -> None:
    assert signed_in(cast.ana).post("/admin/care/backup/").status_code == 403
    assert list(bare.iterdir()) == []


def test_it_makes_a_backup_and_tries_it_and_keeps_three_of_its_own(fresh_home: Path) -> None:
    (fresh_home / "secret.key").write_text("s" * 64)
    for day in range(4):
        done = make_and_try(fresh_home, at=AT + timedelta(days=day))
        assert done.ok, done

    assert last_drill(fresh_home) == done
    assert len(backups_in(fresh_home)) == 3


def test_it_hands_a_backup_to_an_administrator_for_the_password(cast: Cast, bare: Path) -> None:
    (bare / "backups").mkdir()
    (bare / "backups" / "one.rapport.age").write_bytes(b"age-encryption.org/v1")
    where, browser = "/admin/care/backups/one.rapport.age/taking/", signed_in(cast.dace)

    asked, wrong = browser.get(where), browser.post(where, {"password": "guessed"})
    taken = browser.post(where, {"password": PASSWORD})

    assert asked.status_code == 200
    assert wrong.status_code == 422
    assert "That is not your password." in wrong.content.decode()
    assert b"".join(taken.streaming_content) == b"age-encryption.org/v1"  # type: ignore[attr-defined]
    assert "attachment" in taken["Content-Disposition"]
    assert [act.actor for act in Act.objects.filter(verb="backup.taken")] == [cast.dace.pk]
    assert signed_in(cast.ana).post(where, {"password": PASSWORD}).status_code == 403
    assert browser.get("/admin/care/backups/secret.key/taking/").status_code == 404
    assert [browser.post(where, {"password": "guessed"}).status_code for _ in range(12)] == [422] * 12
    assert browser.post(where, {"password": PASSWORD}).status_code == 422
