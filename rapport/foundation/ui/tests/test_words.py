"""Names, days and numbers as they are said on screen."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from rapport.foundation.ui import words

NOW = datetime(2026, 11, 19, 10, 12)


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        ("Kavitha Ramanathan", "KR"),
        ("Siti Aisyah binti Abdullah", "SA"),
        ("Ahmad bin Ismail", "AI"),
        ("Thanaletchumi a/p Subramaniam", "TS"),
        ("Jose Miguel dela Cruz", "JC"),
        ("Maria de la Fuente", "MF"),
        ("Ludwig van Beethoven", "LB"),
        ("Omar al Rashid", "OR"),
        ("Omar al-Rashid", "OR"),
        ("Al Pacino", "AP"),
        ("Mai-Britt Østergaard-Christensen", "MØ"),
        ("முருகன் செல்வராஜ்", "மு"),
        ("田中 太郎", "田"),
        ("Иван Петров", "ИП"),
        ("Lind & Bērziņš", "LB"),
        ("“Pie” (Daugavas)", "PD"),
        ("Cher", "C"),
        ("e\u0301lodie", "É"),
        ("Bin", "B"),
        ("Siti binti", "S"),
        ("  ", "?"),
        ("Mr. John Richter, Sr.", "JR"),
        ("Dr Ana Ozola", "AO"),
        ("Mr", "M"),
        ("🙂", "?"),
    ],
)
def test_initials_are_what_a_person_is_called_by(name: str, signs: str) -> None:
    assert words.initials(name) == signs


def test_a_hue_is_always_the_same_and_one_of_eight() -> None:
    hues = {words.hue(key) for key in range(500)}
    assert hues == set(range(1, 9))
    assert words.hue(7) == words.hue("7")


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 19, 15, 0), "15:00"),
        (date(2026, 11, 19), "Today"),
        (datetime(2026, 11, 18, 23, 59), "Yesterday"),
        (date(2026, 11, 20), "Tomorrow"),
        (date(2026, 11, 24), "Tue 24"),
        (date(2026, 11, 14), "Sat 14"),
        (date(2026, 11, 9), "9 Nov"),
        (date(2027, 1, 14), "14 Jan"),
        (date(2024, 5, 3), "3 May 2024"),
    ],
)
def test_a_near_date_is_said_as_people_say_it(at: date, said: str) -> None:
    assert words.near_date(at, NOW, "en") == said


def test_a_near_date_follows_the_language() -> None:
    assert words.near_date(date(2026, 11, 9), NOW, "da") == "9. nov."
    assert words.full_date(date(2026, 11, 9), "lv") == "pirmdiena, 2026. gada 9. novembris"


def test_every_shipped_language_has_its_own_way() -> None:
    for language in ("en", "da", "lv", "ms", "fil", "ta"):
        assert words.babel_locale(language).language == language


@pytest.mark.parametrize(
    ("days", "tone", "told"),
    [
        (0, "accent", "Today"),
        (7, "accent", "7 d"),
        (30, "accent", "30 d"),
        (31, "soon", "31 d"),
        (59, "soon", "59 d"),
        (60, "late", "60 d"),
        (900, "late", "900 d"),
    ],
)
def test_freshness_drains_with_its_words(days: int, tone: str, told: str) -> None:
    said = words.freshness(NOW.date() - timedelta(days=days), NOW.date())
    assert (said.tone, said.words) == (tone, told)
    assert 4 <= said.left <= 100


def test_freshness_drains_by_a_rhythm_of_its_own_and_says_it() -> None:
    today = NOW.date()
    weekly = words.freshness(today - timedelta(days=13), today, rhythm_days=7)
    assert weekly == words.Freshness(7, "soon", "13 d", "13 days ago, usually every 7 days")
    assert words.freshness(today - timedelta(days=14), today, rhythm_days=7).tone == "late"
    yearly = words.freshness(today - timedelta(days=365), today, rhythm_days=365, long=True)
    assert yearly == words.Freshness(50, "accent", "365 days ago", "365 days ago, usually every 12 months")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (1, "1 day"),
        (13, "13 days"),
        (14, "2 weeks"),
        (21, "3 weeks"),
        (49, "7 weeks"),
        (69, "10 weeks"),
        (70, "2 months"),
        (365, "12 months"),
        (730, "2 years"),
        (3_650, "10 years"),
    ],
)
def test_a_span_is_said_in_the_unit_people_would_use(days: int, told: str) -> None:
    assert words.span(days) == told


def test_freshness_of_what_never_was_says_so() -> None:
    assert words.freshness(None, NOW.date()) == words.Freshness(0, "", "Never", "Nothing has been said yet")


def test_money_keeps_its_decimals_below_a_thousand() -> None:
    assert words.money(Decimal("999.5"), "EUR", "en") == "€\xa0999.50"
    assert words.money(Decimal("48700.49"), "EUR", "en") == "€\xa048,700"
    assert words.money(Decimal(1200), "DKK", "da") == "kr.\xa01.200"


def test_day_headings() -> None:
    assert words.day_heading(date(2026, 11, 19), NOW.date(), "en") == "Today"
    assert words.day_heading(date(2026, 11, 17), NOW.date(), "en") == "Tuesday 17 November"
    assert words.day_heading(date(2025, 11, 17), NOW.date(), "en") == "Monday 17 November 2025"


@pytest.mark.parametrize(
    ("written", "reader", "name"),
    [
        ("ta", "en", "Tamil"), ("da", "da", "dansk"), ("pt-BR", "en", "Portuguese (Brazil)"), ("en", "lv", "angļu"),
        ("Plattdüütsch", "en", "Plattdüütsch"), ("", "en", ""), ("xx-yy-zz-1", "en", "xx-yy-zz-1"),
    ],
)  # fmt: skip
def test_a_language_is_said_by_its_name_in_the_readers_own(written: str, reader: str, name: str) -> None:
    with translation.override(reader):
        assert words.language_name(written) == name
