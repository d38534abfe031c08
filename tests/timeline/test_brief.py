"""Before you talk: what is known in twenty seconds, the most important first, and nothing that is not."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from rapport.customers.people.models import Party, Remembered
from rapport.customers.people.queries import next_day
from rapport.customers.people.rules import zone_of
from rapport.customers.timeline.queries import brief
from rapport.customers.timeline.rules.reading import LIMIT, cut, words_in
from rapport.customers.timeline.services import Promised, Said, make_promise, record_interaction, write_note
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.records.rules import Panel, record_type, register_panel
from rapport.foundation.kernel.records.services import edit_record
from rapport.steering.adoption.rules import Plan
from rapport.steering.adoption.services import fill
from tests.cast import AT, BACKEND, Cast, doing, part, person

# A Thursday, 9:00 in UTC.


@pytest.fixture
def berg(cast: Cast) -> Party:
    return person(cast.actor("ana"), "Mrs Berg", owner=cast.ana, team=cast.sellers)


def told(party: Party, cast: Cast, at: datetime = AT) -> list[str]:
    party.refresh_from_db()
    return [fact.text for fact in brief(party, cast.actor("ana"), at).facts]


def edited(party: Party, cast: Cast, **values: Any) -> None:
    edit_record(record_type("people"), party, values, **doing(cast.actor("ana")))


@pytest.mark.django_db
def test_it_says_nothing_of_whom_nothing_is_known(cast: Cast, berg: Party) -> None:
    assert not brief(berg, cast.actor("ana"), AT)


@pytest.mark.django_db
def test_it_says_the_name_who_they_are_the_last_words_and_promises_both_ways(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    edited(berg, cast, said_like="BAIRG")
    berg.refresh_from_db()
    write_note(berg, "Bakes at night.", is_pinned=True, **doing(ana))
    write_note(berg, "CANARY", is_pinned=True, is_private=True, **doing(cast.actor("mira")))
    record_interaction([berg], Said("Wants it dark.", AT), Promised("the quote", AT.date()), **doing(ana))
    record_interaction([berg], Said("CANARY", AT, is_private=True), **doing(cast.actor("mira")))
    make_promise(berg, Promised("head count", AT.date(), is_ours=False), **doing(ana))
    found = brief(berg, ana, AT)
    assert (found.said_like, found.who_they_are, found.words, found.with_whom) == (
        "BAIRG", ["Bakes at night."], "Wants it dark.", "Ana",
    )  # fmt: skip
    assert [one.words for one in found.ours] == ["the quote"]
    assert [one.words for one in found.theirs] == ["head count"]
    assert found.more == 0
    assert found.facts == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "hour", "expected"),
    [
        ({"time_zone": "Asia/Kolkata"}, 9, ["14:30 there"]),
        ({"time_zone": "America/New_York"}, 9, ["04:00 there, night"]),
        ({"time_zone": "UTC"}, 9, []),
        ({"best_from": time(9), "best_to": time(11)}, 9, ["best from 09:00 to 11:00"]),
        ({"time_zone": "Asia/Kolkata", "best_from": time(14), "best_to": time(16)}, 9, ["14:30 there, a good hour"]),
        (
            {"time_zone": "Asia/Kolkata", "best_from": time(9), "best_to": time(11)}, 9,
            ["14:30 there, best from 09:00 to 11:00"],
        ),
        # From ten in the evening to two, past midnight.
        ({"time_zone": "UTC", "best_from": time(22), "best_to": time(2)}, 1, ["01:00 there, a good hour"]),
    ],
)  # fmt: skip
def test_it_says_what_their_clock_shows_and_whether_that_is_a_good_hour(
    cast: Cast, berg: Party, values: dict[str, Any], hour: int, expected: list[str]
) -> None:
    edited(berg, cast, **values)
    assert told(berg, cast, AT.replace(hour=hour)) == expected


def test_a_zone_is_their_own_or_their_countrys_and_nobody_guesses() -> None:
    riga, kolkata = ZoneInfo("Europe/Riga"), ZoneInfo("Asia/Kolkata")
    assert zone_of("Europe/Riga", ["India"], [], AT) == riga
    assert zone_of("", ["India"], ["+37167222222"], AT) == kolkata
    assert zone_of("", ["in"], [], AT) == kolkata
    assert zone_of("", ["Indien"], [], AT) == kolkata
    assert zone_of("", ["nowhere"], ["+37167222222"], AT) == riga
    assert zone_of("Europe/Nowhere", [], ["+37167222222"], AT) == riga
    # Spain has the Canaries, the United States have many; a toll-free number has no country.
    assert zone_of("", ["Spain", "United States"], ["+80012345678", "1", ""], AT) is None
    assert zone_of("", [], [], AT) is None


@pytest.mark.parametrize(
    ("day", "month", "today", "expected"),
    [
        (29, 2, date(2027, 2, 1), date(2027, 2, 28)),
        (29, 2, date(2028, 2, 1), date(2028, 2, 29)),
        (29, 2, date(2027, 3, 1), date(2028, 2, 29)),
        (31, 4, date(2027, 4, 1), date(2027, 4, 30)),
        (1, 1, date(2026, 12, 31), date(2027, 1, 1)),
        (19, 11, date(2026, 11, 19), date(2026, 11, 19)),
    ],
)
def test_a_day_that_the_year_does_not_have_is_the_last_of_its_month(
    day: int, month: int, today: date, expected: date
) -> None:
    assert next_day(Remembered(day=day, month=month), today) == expected


@pytest.mark.django_db
def test_it_names_dates_of_the_next_thirty_days_and_no_others(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    for label, day, month, year in (
        ("Birthday", 2, 12, 1982),
        ("Pongal", 14, 1, None),
        ("Name day", 19, 11, None),
    ):
        part(ana, "dates", berg, label=label, day=day, month=month, year=year)
    assert told(berg, cast) == ["Name day: Today", "Birthday: 2 Dec, 44 years"]


@pytest.mark.django_db
def test_it_says_what_they_prefer_and_who_knows_them_best(cast: Cast, berg: Party) -> None:
    edited(berg, cast, language="ta", channel="phone")
    for number, name in enumerate(("ana", "mira", "mira", "mira")):
        said = Said("hello", AT - timedelta(days=number))
        record_interaction([berg], said, **doing(cast.actor(name)))
    assert told(berg, cast) == ["Prefers Tamil, by phone", "Mira knows them best: 3 of the last 4 talks"]
    edited(berg, cast, language="Plattdüütsch", channel="")
    for number in range(2):
        record_interaction([berg], Said("hello", AT - timedelta(days=number)), **doing(cast.actor("ana")))
    assert told(berg, cast) == ["Prefers Plattdüütsch"]


def test_words_are_counted_and_cut_in_any_script() -> None:
    assert words_in("Bakes at night.") == 3
    assert words_in("字" * 160) == 10
    assert cut("one two  three", 2) == "one two…"
    assert cut("one two", 2) == "one two"
    assert cut("字" * 160, 2) == "字" * 32 + "…"


def seen(page: str) -> str:
    """The words of the brief that stand on the page for the eye."""
    found = re.search(r'<section class="panel note brief".*?</section>', page, re.DOTALL)
    if found is None:
        return ""
    plain = re.sub(r'<span class="aside-only">.*?</span>', "", found[0])
    return unescape(re.sub(r"<[^>]+>", " ", plain))


@pytest.fixture
def page_of(cast: Cast) -> Callable[[Party], str]:
    client = Client()
    client.force_login(cast.ana, backend=BACKEND)
    return lambda party: client.get(f"/people/{party.pk}/").content.decode()


@pytest.mark.django_db
def test_all_there_is_to_say_of_somebody_still_takes_twenty_seconds(
    cast: Cast, berg: Party, page_of: Callable[[Party], str]
) -> None:
    ana, long = cast.actor("ana"), "so many words that nobody would read them " * 40
    edited(berg, cast, said_like=long, language="ta", channel="phone", time_zone="Asia/Kolkata", best_from=time(9),
           best_to=time(11))  # fmt: skip
    for number in range(5):
        write_note(berg, long, is_pinned=True, **doing(ana))
        record_interaction([berg], Said(long, AT), Promised(long, AT.date()), **doing(ana))
        make_promise(berg, Promised(long, AT.date(), is_ours=False), **doing(ana))
        part(ana, "dates", berg, label=f"Day {number} of many", day=20 + number, month=11, year=1990)
    shown = seen(page_of(berg))
    assert 60 < words_in(shown) <= LIMIT
    assert "so many words" in shown
    assert "8 more" in shown


@pytest.mark.django_db
def test_what_other_apps_have_open_stands_in_it(
    cast: Cast, berg: Party, page_of: Callable[[Party], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from rapport.foundation.kernel.records import rules

    monkeypatch.setattr(rules, "_panels", dict(rules._panels))
    register_panel(
        Panel("open-cases", ("people",), "timeline/parties.html", lambda *_: {"parties": [berg]}, "brief")
    )
    assert "Mrs Berg" in seen(page_of(berg))


@pytest.mark.long
@pytest.mark.django_db
def test_it_is_read_in_twenty_seconds_of_everybody_in_the_practice_company() -> None:
    fill(Plan(people=240), at=AT)
    user = User.objects.get(email="ilze@practice.example")
    client, longest, some = Client(), 0, 0
    client.force_login(user, backend=BACKEND)
    actor = actor_for(user)
    for party in Party.objects.order_by("pk")[:240:4]:
        assert brief(party, actor, AT).seconds <= 20
        shown = words_in(seen(client.get(f"/{party.record_type}/{party.pk}/").content.decode()))
        longest, some = max(longest, shown), some + (shown > 0)
    print(f"before you talk, practice company: {some} briefs, the longest of {longest} words")
    assert some > 40
    assert longest <= min(LIMIT, 90)
