"""Strict mode: an answer waits for the copy, and says so where it did not come to that."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from rapport.doors.operations.copies.queries import copy_findings, first_place_has
from rapport.doors.operations.copies.rules import STATE, CopyState, PlaceState
from rapport.doors.operations.copies.services.copying import wait_for_copy
from rapport.foundation.kernel.clock.rules import now
from tests.cast import BACKEND, Cast

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
WORDS = "Saved here, not yet in the copy."


@pytest.fixture
def strict_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with places, served in strict mode."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    monkeypatch.setattr(settings, "STRICT", True)
    (tmp_path / "places").mkdir()
    (tmp_path / "copy").mkdir()
    return tmp_path


def say(home: Path, at: datetime, *places: PlaceState) -> None:
    """What the copying says of itself."""
    state = CopyState(round(at.timestamp() * 1000), dict(enumerate(places, 1)))
    (home / STATE).write_text(state.as_json())


@pytest.mark.parametrize(
    ("first", "has"),
    [
        (PlaceState(AT + timedelta(milliseconds=1)), True),
        (PlaceState(AT - timedelta(milliseconds=1)), False),
        (PlaceState(AT + timedelta(hours=1)), False),  # of a clock that was set back since
        (PlaceState(), False),
        (PlaceState(AT + timedelta(milliseconds=1), error="It is full."), None),
    ],
)
def test_it_knows_whether_the_first_place_has_what_was_sent(
    strict_home: Path, first: PlaceState, has: bool | None
) -> None:
    later = AT + timedelta(seconds=1)
    say(strict_home, later, first, PlaceState(later))
    assert first_place_has(strict_home, AT, later) is has


def test_it_waits_for_nobody_who_is_silent(strict_home: Path) -> None:
    assert first_place_has(strict_home, AT, AT) is None
    say(strict_home, AT - timedelta(seconds=4), PlaceState(AT))
    assert first_place_has(strict_home, AT, AT) is None
    say(strict_home, AT)
    assert first_place_has(strict_home, AT, AT) is None
    begun = time.monotonic()
    assert not wait_for_copy(strict_home)
    assert time.monotonic() - begun < 1


@pytest.mark.sqlite
@pytest.mark.django_db
def test_it_says_on_the_page_what_is_not_yet_in_the_copy_and_warns_of_it(
    strict_home: Path, cast: Cast
) -> None:
    say(strict_home, now(), PlaceState(now(), error="It is full."))
    client = Client()
    client.force_login(cast.ana, backend=BACKEND)

    told = client.post("/people/new/", {"name": "Mrs Berg"}, follow=True).content.decode()

    assert WORDS in told
    assert "Mrs Berg" in told
    check = next(one for one in copy_findings(strict_home, now()) if one.name == "strict mode")
    assert (check.ok, check.detail) == (False, "nothing is brought to the first place now")


@pytest.mark.sqlite
@pytest.mark.django_db
def test_it_says_nothing_where_the_copy_has_it(strict_home: Path, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.ana, backend=BACKEND)
    say(strict_home, now(), PlaceState(now()))
    # What the copying says a moment later, before the form is sent.
    ahead = now() + timedelta(seconds=1)
    say(strict_home, ahead, PlaceState(ahead))

    assert WORDS not in client.post("/people/new/", {"name": "Mrs Berg"}, follow=True).content.decode()
