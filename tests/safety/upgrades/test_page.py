"""The page of upgrades: what it says in every state, who may come, and what is left for the server."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from rapport.config import lock
from rapport.config.changing import Nobody
from rapport.doors.operations.upgrades.rules import Asked
from rapport.doors.operations.upgrades.services import carry_out
from rapport.foundation.kernel.ledger.models import Act
from tests.cast import BACKEND, Cast

PAGE = "/admin/care/upgrade/"
RUN = {
    "what": "rehearse", "version": "0.1.0", "begun_at": "2026-11-22T08:00:00+00:00", "key": "k", "to": "9.0.0",
    "doing": "", "steps": [{"name": "use", "seconds": 3.4, "detail": "started, signed in, read 10 records"}],
    "ended_at": "2026-11-22T08:01:00+00:00", "ok": True, "reason": "", "closed_seconds": 6.2,
    "news": [{"version": "9.0.0", "lines": ["A colour for each team."]}],
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home of this test's own."""
    before, settings.HOME = settings.HOME, tmp_path
    (tmp_path / "versions").mkdir()
    yield tmp_path
    settings.HOME = before


def told(home: Path, **change: object) -> None:
    (home / "versions" / "run.json").write_text(json.dumps(RUN | change))


def signed_in(user: object) -> Client:
    browser = Client()
    browser.force_login(user, backend=BACKEND)  # type: ignore[arg-type]
    return browser


@pytest.mark.sqlite
def test_it_says_how_it_stands_in_every_state(cast: Cast, home: Path) -> None:
    browser = signed_in(cast.dace)

    def page() -> str:
        answer = browser.get(PAGE)
        assert answer.status_code == 200
        assert browser.get("/admin/care/").status_code == 200
        return answer.content.decode()

    assert "Nobody looked for a newer version yet." in page()
    told(home, what="look", ok=False, to="", reason="There is none newer than 0.1.0.", news=[])
    assert "There was none newer" in page()
    told(home, what="look", news=[])
    assert "Rapport 9.0.0 can be had" in page()
    assert "Try it on a copy" in page()
    told(home)
    assert "Rapport 9.0.0 is ready" in page()
    assert "Upgrade now, 6.2 s" in page()
    assert "A colour for each team." in page()
    assert "read 10 records" in page()
    told(home, ok=False, reason="9.0.0: no such table: parties")
    assert "It came to nothing" in page()
    assert "no such table: parties" in page()
    told(home, ended_at=None, doing="migrate", ok=False)
    assert "It was broken off." in page()
    with lock.hold(home / "versions" / "upgrade.lock"):
        assert "Bring the copy up to date" in page()
        assert "Upgrade now" not in page()
    told(home, what="upgrade", to="0.1.0", version="0.0.9")
    assert "in the place of 0.0.9" in page()


@pytest.mark.sqlite
def test_whoever_looks_while_it_begins_finds_it_asked_for_or_under_way(cast: Cast, home: Path) -> None:
    browser, found = signed_in(cast.dace), list[str]()

    def look(_run: object = None) -> None:
        found.append(browser.get(PAGE).content.decode())

    told(home, what="look", news=[])
    browser.post(f"{PAGE}rehearsal/", {"to": "9.0.0"})
    word = home / "versions" / "asked.json"
    look()
    with lock.hold(home / "versions" / "upgrade.lock"):
        asked = Asked.from_json(word.read_text())
        carry_out(home, asked, Nobody(), clock=lambda: datetime.now(UTC), tell=look)

    assert not word.exists()
    assert "Asked for." in found[0]
    assert len(found) > 2
    # The last is told when it has ended: there is no version 9.0.0 to be tried.
    assert all("every 1s" in page for page in found[:-1])
    assert "every 1s" not in found[-1]


def test_it_leaves_word_for_the_server_once_and_records_who(cast: Cast, home: Path) -> None:
    browser = signed_in(cast.dace)

    first = browser.post(f"{PAGE}rehearsal/", {"to": "9.0.0"})
    second = browser.post(f"{PAGE}switch/", {"to": "9.0.0"})

    assert (first.status_code, first["Location"]) == (303, PAGE)
    asked = json.loads((home / "versions" / "asked.json").read_text())
    assert (asked["what"], asked["to"], asked["source"]) == ("rehearse", "9.0.0", "")
    assert second.status_code == 409
    assert "Another upgrade is asked for already." in second.content.decode()
    assert [act.actor for act in Act.objects.filter(verb="upgrade.asked")] == [cast.dace.pk]


@pytest.mark.parametrize("deed", ["search", "rehearsal", "switch", "return"])
def test_it_lets_nobody_but_administrators_ask(cast: Cast, home: Path, deed: str) -> None:
    browser = signed_in(cast.ana)

    assert browser.get(PAGE).status_code == 403
    assert browser.post(f"{PAGE}{deed}/").status_code == 403
    assert list((home / "versions").iterdir()) == []


def test_it_says_on_every_page_that_nothing_can_be_saved_and_keeps_what_was_typed(
    cast: Cast, home: Path
) -> None:
    browser = signed_in(cast.dace)
    with lock.hold(home / "closed.lock"):
        page = browser.get("/people/")
        refused = browser.post("/people/new/", {"name": "Mrs Berg", "csrfmiddlewaretoken": "secret"})
        secret = browser.post("/me/password/", {"password1": "a long secret"})
    again = browser.post("/people/new/", {"name": "Mrs Berg"})

    assert page.status_code == 200
    assert "Rapport is being upgraded." in page.content.decode()
    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert '<input type="hidden" name="name" value="Mrs Berg">' in refused.content.decode()
    assert "a long secret" not in secret.content.decode()
    assert again.status_code == 303
    assert "Rapport is being upgraded." not in browser.get("/people/").content.decode()


def test_it_says_on_every_page_of_an_opened_copy_of_when_it_is(
    cast: Cast, settings: pytest.FixtureRequest
) -> None:
    browser = signed_in(cast.dace)
    settings.READ_ONLY = "2026-11-20T09:30:00+00:00"  # type: ignore[attr-defined]

    page, door = browser.get("/people/").content.decode(), Client().get("/accounts/login/").content.decode()
    refused = browser.post("/people/new/", {"name": "Mrs Berg"})

    assert "This is a copy, to be read." in page
    assert "As it was: Friday, 20 November 2026, 09:30" in page
    assert "This is a copy, to be read." in door
    assert refused.status_code == 503
    assert "This is a copy of 2026-11-20 09:30 UTC, to be read" in refused.content.decode()
    assert "Send it again" not in refused.content.decode()
