"""My week with a lane for each day, a promise put on another day, and the list of whom to call."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Promise
from rapport.customers.timeline.queries import calls_of, week_of
from rapport.customers.timeline.rules.weeks import days_of_week
from rapport.customers.timeline.services import (
    Planned,
    Promised,
    Said,
    make_promise,
    miss_meeting,
    plan_meeting,
    record_interaction,
)
from tests.cast import AT, BACKEND, Cast, doing, part, person

pytestmark = pytest.mark.django_db
# A Thursday.
TODAY = AT.date()


@pytest.fixture
def berg(cast: Cast) -> Party:
    return person(cast.actor("ana"), "Mrs Berg", owner=cast.ana, team=cast.sellers)


def promise(cast: Cast, berg: Party, words: str, days: int) -> Promise:
    due = TODAY + timedelta(days=days)
    return make_promise(berg, Promised(words, due), **doing(cast.actor("ana"))).record


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (date(2026, 11, 16), date(2026, 11, 16)),
        (date(2026, 11, 22), date(2026, 11, 16)),
        (date(2024, 2, 29), date(2024, 2, 26)),
        (date(9999, 12, 31), date(2199, 12, 30)),
        (date(1, 1, 1), date(1900, 1, 1)),
    ],
)
def test_a_week_goes_from_monday_to_sunday(day: date, monday: date) -> None:
    assert days_of_week(day) == [monday + timedelta(days=number) for number in range(7)]


def test_each_day_has_its_promises_and_meetings_and_what_is_late_stands_in_today(
    cast: Cast, berg: Party
) -> None:
    ana = cast.actor("ana")
    for words, days in (("late", -20), ("today", 0), ("friday", 1), ("next week", 4)):
        promise(cast, berg, words, days)
    for days in (-1, 1):
        planned = Planned(AT + timedelta(days=days), words=f"met {days}")
        meeting = plan_meeting([berg], planned, **doing(ana)).record
        if days < 0:
            miss_meeting(meeting, **doing(ana))
    found = [
        ([one.words for one in lane.promises], [(one.meeting.words, one.state) for one in lane.meetings])
        for lane in week_of(ana, TODAY, AT)
    ]
    assert found == [
        ([], []), ([], []), ([], [("met -1", "missed")]), (["late", "today"], []),
        (["friday"], [("met 1", "planned")]), ([], []), ([], []),
    ]  # fmt: skip
    after = week_of(ana, TODAY + timedelta(days=7), AT)
    assert [one.words for lane in after for one in lane.promises] == ["next week"]
    before = week_of(ana, TODAY - timedelta(days=20), AT)
    assert [one.words for lane in before for one in lane.promises] == ["late"]
    assert not any(lane.promises or lane.meetings for lane in week_of(cast.actor("mira"), TODAY, AT))


def test_a_call_has_its_numbers_what_it_is_for_and_the_last_words(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    part(ana, "contact-points", berg, type="phone", value="32 12 34 56", label="work")
    part(ana, "contact-points", berg, type="email", value="berg@example.com")
    record_interaction([berg], Said("Ring me after ten.", AT), **doing(ana))
    record_interaction([berg], Said("CANARY", AT, is_private=True), **doing(ana))
    promise(cast, berg, "the quote", 0)
    lund = person(ana, "Mr Lund")
    for channel in ("phone", "in_person"):
        plan_meeting([lund], Planned(AT + timedelta(hours=1), channel=channel, words=channel), **doing(ana))
    first, second = calls_of(ana, TODAY, AT)
    assert (first.party, [one.meeting.words for one in first.meetings], first.last) == (lund, ["phone"], None)
    assert second.party == berg
    assert [one.value for one in second.numbers] == ["32 12 34 56"]
    assert [one.words for one in second.promises] == ["the quote"]
    assert second.last is not None
    assert second.last.words == "Ring me after ten."


@pytest.fixture
def ana(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ana, backend=BACKEND)
    return client


def test_a_promise_is_put_on_another_day_and_one_is_back_in_its_week_with_undo(
    cast: Cast, berg: Party, ana: Client
) -> None:
    one = make_promise(berg, Promised("the quote", timezone.localdate()), **doing(cast.actor("ana"))).record
    day = timezone.localdate() + timedelta(days=2)
    answer = ana.post(f"/promises/{one.pk}/moving/", {"due": day.isoformat(), "from": day.isoformat()})
    assert (answer.status_code, answer["Location"]) == (303, f"/week/?day={day}")
    page = ana.get(answer["Location"]).content.decode()
    assert "the quote" in page
    assert "undoing" in page


@pytest.mark.parametrize("day", ["", "9999-12-31", "0001-01-01", "tomorrow", "2026-02-30"])
def test_a_week_that_cannot_be_shows_one_that_can(ana: Client, day: str) -> None:
    answer = ana.get("/week/", {"day": day})
    assert answer.status_code == 200
    assert "Nothing stands in this week" in answer.content.decode()
    assert "Nobody to call today" in ana.get("/calls/").content.decode()
