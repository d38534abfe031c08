"""Places on the page Backups and care: added, tried, paused, removed; who may, what is recorded, what is not told."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from rapport.doors.operations.copies.models import Place
from rapport.doors.operations.copies.queries import copy_findings
from rapport.doors.operations.copies.rules import STATE, CopyState, PlaceState
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.models import Act, Change
from tests.cast import BACKEND, Cast

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Path]:
    """A folder in the place of the home, so that no other test meets its key."""
    before, settings.HOME = settings.HOME, tmp_path / "home"
    settings.HOME.mkdir()
    yield settings.HOME
    settings.HOME = before


def signed_in(user: object) -> Client:
    browser = Client()
    browser.force_login(user, backend=BACKEND)  # type: ignore[arg-type]
    return browser


def added(browser: Client, folder: Path, **more: str) -> Place:
    browser.post("/admin/care/places/new/", {"name": "Shelf", "address": str(folder), **more})
    return Place.objects.get()


def say_state(home: Path, place: Place, whole_at: datetime | None, error: str = "") -> None:
    """What the copying would say of itself."""
    (home / STATE).parent.mkdir(exist_ok=True)
    state = PlaceState(whole_at, error, now() if error else None)
    (home / STATE).write_text(CopyState(0, {place.pk: state}).as_json())


def topline(browser: Client) -> str:
    """What the top of a page says of what was saved."""
    found = re.search(
        r'class="saved push".*?<span>(.*?)</span>', browser.get("/people/").content.decode(), re.S
    )
    assert found
    return found[1]


def test_it_says_plainly_what_is_lost_without_a_place(cast: Cast, bare: Path) -> None:
    page = signed_in(cast.dace).get("/admin/care/").content.decode()

    assert "No copy leaves this disk. If it broke now, you would lose" in page
    assert "Say where a copy is to be made: another disk, a server, a rented storage." in page
    assert topline(signed_in(cast.dace)) == "Saved, copied nowhere"


def test_it_adds_a_place_shows_the_key_once_and_warns_of_the_same_disk(cast: Cast, bare: Path) -> None:
    browser = signed_in(cast.dace)

    first = browser.post("/admin/care/places/new/", {"name": "Shelf", "address": str(bare.parent / "one")})
    second = browser.post("/admin/care/places/new/", {"name": "Cellar", "address": str(bare.parent / "two")})
    page = browser.get("/admin/care/").content.decode()

    assert (first.status_code, second.status_code) == (200, 303)
    assert "AGE-SECRET-KEY-1" in first.content.decode()
    assert page.count("On this disk") >= 2
    assert "Copy elsewhere" in page
    marker = json.loads((bare.parent / "one" / "rapport-place.json").read_text())
    assert marker["recipient"].startswith("age1")
    assert [act.actor for act in Act.objects.filter(verb="place.added")] == [cast.dace.pk] * 2


def test_it_keeps_a_password_out_of_pages_history_and_others_sight(cast: Cast, bare: Path) -> None:
    browser = signed_in(cast.dace)
    place = added(browser, bare.parent / "one", password="CANARY word")

    secret = bare / "places" / f"{place.pk}.json"
    pages = [browser.get(url).content for url in ("/admin/care/", "/history/")]
    told = "".join(f"{change.before}{change.after}" for change in Change.objects.all())
    again = browser.post(
        "/admin/care/places/new/", {"name": "x", "address": "nowhere", "password": "CANARY word"}
    )

    assert json.loads(secret.read_text())["password"] == "CANARY word"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert not any(b"CANARY" in page for page in pages)
    assert "CANARY" not in told
    assert b"CANARY" not in again.content


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("somewhere", "named from the root of the disk"),
        ("/nowhere/at/all", "there is no such folder"),
        ("sftp://ana:word@host/x", "must not hold the password"),
        ("ftp://host/x", "A place is a folder"),
        ("s3://bucket/x?endpoint=http://127.0.0.1:9", "s3://bucket: "),
        ("sftp://u@127.0.0.1:9/x", "Unable to connect"),
    ],
)
def test_it_keeps_what_was_typed_where_a_place_does_not_answer(
    address: str, reason: str, cast: Cast, bare: Path
) -> None:
    answer = signed_in(cast.dace).post("/admin/care/places/new/", {"name": "Shelf", "address": address})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert reason in page
    assert 'value="Shelf"' in page
    assert not Place.objects.exists()


def test_it_refuses_a_place_that_holds_the_copies_of_another(cast: Cast, bare: Path) -> None:
    (bare.parent / "one").mkdir()
    (bare.parent / "one" / "rapport-place.json").write_text('{"recipient": "age1other"}')

    answer = signed_in(cast.dace).post(
        "/admin/care/places/new/", {"name": "Shelf", "address": str(bare.parent / "one")}
    )

    assert answer.status_code == 422
    assert "It holds the copies of another Rapport" in answer.content.decode()


def test_it_tries_pauses_and_removes_a_place_and_takes_that_back(cast: Cast, bare: Path) -> None:
    browser = signed_in(cast.dace)
    place = added(browser, bare.parent / "one")

    tried = browser.post(f"/admin/care/places/{place.pk}/trial/", follow=True).content.decode()
    browser.post(f"/admin/care/places/{place.pk}/pause/")
    is_paused = Place.objects.get().is_paused
    browser.post(f"/admin/care/places/{place.pk}/resumption/")
    goes_on = not Place.objects.get().is_paused
    browser.post(f"/admin/care/places/{place.pk}/removal/")
    gone = not Place.objects.exists()
    removal = Act.objects.get(verb="place.removed")
    browser.post(f"/acts/{removal.pk}/undoing/")

    assert "Shelf: written, read back and deleted in" in tried
    assert (is_paused, goes_on, gone) == (True, True, True)
    assert Place.objects.get().address == str(bare.parent / "one")
    (bare.parent / "one" / "rapport-place.json").unlink()
    refused = browser.post(f"/admin/care/places/{place.pk}/trial/")
    assert refused.status_code == 409
    assert "Is the disk plugged in" in refused.content.decode()


def test_it_lets_nobody_but_administrators_near(cast: Cast, bare: Path) -> None:
    place = added(signed_in(cast.dace), bare.parent / "one")
    ana = signed_in(cast.ana)

    for deed in ("trial", "pause", "resumption", "removal"):
        assert ana.post(f"/admin/care/places/{place.pk}/{deed}/").status_code == 403
    assert ana.get("/admin/care/places/new/").status_code == 403
    assert not Place.objects.get().is_paused


def test_it_says_at_the_top_of_every_page_how_far_the_copy_is(cast: Cast, bare: Path) -> None:
    browser = signed_in(cast.dace)
    place = added(browser, bare.parent / "one")

    said = [topline(browser)]
    say_state(bare, place, None)
    said.append(topline(browser))
    say_state(bare, place, now())
    said.append(topline(browser))
    say_state(bare, place, now() - timedelta(minutes=40), "Shelf: No space left on device")
    said.append(topline(browser))
    page = browser.get("/admin/care/").content.decode()

    assert said == [
        "Saved, copied nowhere",
        "Saved, first copy under way",
        "Saved, copied 1 s ago",
        "Saved, copied nowhere for 40 min",
    ]
    assert "No space left on device" in page
    assert 'href="/admin/care/"' not in signed_in(cast.ana).get("/people/").content.decode()


def test_it_says_what_is_wrong_with_places_first(cast: Cast, bare: Path, tmp_path: Path) -> None:
    at = datetime.now(UTC)
    place = added(signed_in(cast.dace), bare.parent / "one")
    say_state(bare, place, at - timedelta(seconds=5))

    found = {one.name: one for one in copy_findings(bare, at)}

    assert {name: one.ok for name, one in found.items()} == {
        "copy elsewhere": False,
        "continuous copy": True,
        "trial of a place": False,
    }
    assert found["continuous copy"].detail == "Shelf: 5 s"
    assert [one.ok for one in copy_findings(bare, at + timedelta(minutes=5))] == [False, False, False]
