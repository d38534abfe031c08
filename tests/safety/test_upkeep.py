"""What the house costs whoever looks after it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from rapport.doors.operations.health.rules import UPKEEP, minutes_spent
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.ui.queries import words_of
from tests.cast import BACKEND, Cast

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("deeds", "minutes"),
    [
        ([], 0),
        ([(1, 0)], 2),
        ([(1, 0), (1, 9)], 11),
        ([(1, 9), (1, 0)], 11),
        ([(1, 0), (1, 15), (1, 40)], 19),
        ([(1, 0), (2, 3)], 4),
    ],
)
def test_it_counts_from_the_first_to_the_last_deed_of_a_sitting(
    deeds: list[tuple[int, int]], minutes: int
) -> None:
    assert minutes_spent([(who, AT + timedelta(minutes=after)) for who, after in deeds]) == minutes


@pytest.mark.django_db
def test_it_says_on_the_page_what_administrators_did_for_the_house_in_thirty_days(cast: Cast) -> None:
    before = _said(cast)
    for who, verb, days in (
        ("dace", "warning.set", 1),
        ("dace", "backup.asked", 29),
        ("dace", "backup.asked", 31),
        ("dace", "party.updated", 1),
        ("ana", "backup.asked", 1),
    ):
        with act(
            verb, actor=cast.actor(who), source=SCREEN, at=now() - timedelta(days=days), even_if_empty=True
        ):
            pass
    after = _said(cast)
    assert (after[0] - before[0], after[1] - before[1]) == (4, 2)


def _said(cast: Cast) -> tuple[int, int]:
    browser = Client()
    browser.force_login(cast.dace, backend=BACKEND)
    page = browser.get("/admin/care/").content.decode()
    said = re.search(
        r"Upkeep</dt><dd>(\d+) minutes? <small class=\"meta\">in thirty days, by (\d+) act", page
    )
    assert said, page
    return int(said[1]), int(said[2])


def test_it_counts_acts_that_there_are() -> None:
    assert [verb for verb in UPKEEP if words_of(verb) == verb.replace(".", " ").replace("_", " ")] == []
