"""Tags and filters in templates."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template import engines
from django.utils import timezone, translation

from rapport.foundation.kernel.money.rules import Money
from rapport.foundation.ui.pattern_page import EveryField
from rapport.foundation.ui.templatetags.ui import UnknownIcon, drawing_of

NOW = datetime(2026, 11, 19, 10, 12, tzinfo=UTC)


def render(text: str, **context: Any) -> str:
    return engines["django"].from_string(text).render(context)


def test_an_icon_is_drawn_inline_and_hidden_from_the_ear() -> None:
    drawn = render('{% icon "phone" %}')
    assert drawn.startswith('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path ')
    assert "stroke=" not in drawn


def test_an_icon_that_points_is_marked_for_mirroring() -> None:
    assert "data-turns" in render('{% icon "arrow-right" %}')
    assert "data-turns" not in render('{% icon "check" %}')


def test_an_unknown_icon_warns_and_draws_nothing() -> None:
    with pytest.warns(UnknownIcon):
        assert render('{% icon "no-such-icon" %}') == ""


@pytest.fixture
def threads_by_turns() -> Iterator[None]:
    """Threads take turns after each step or so, as they may on any machine and seldom do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("threads_by_turns")
def test_icons_are_drawn_whole_when_several_pages_ask_at_once() -> None:
    names = ["phone", "check", "undo", "mail"]
    alone = [drawing_of(name) for name in names]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drawing_of, names * 2_500)) == alone * 2_500


def test_a_near_date_is_said_in_the_readers_zone() -> None:
    with timezone.override("Asia/Kolkata"), translation.override("en"):
        said = render("{{ at|near_date:now }}", at=NOW + timedelta(hours=5), now=NOW)
    assert "<bdi>20:42</bdi>" in said
    assert 'title="Thursday, 19 November 2026, 20:42"' in said


def test_nothing_is_said_of_no_date() -> None:
    assert render("{{ at|near_date:now }}{% near at %}{{ at|full_date }}", at=None, now=NOW) == ""


def test_inserted_values_are_escaped_and_kept_apart() -> None:
    assert render("{{ name|bdi }}", name="<b>") == "<bdi>&lt;b&gt;</bdi>"
    assert render("{{ amount|money }}", amount=Money(320000, "DKK")) == "<bdi>DKK\xa03,200</bdi>"
    assert render("{{ amount|money:'EUR' }}", amount=3) == "<bdi>€\xa03.00</bdi>"


def test_frames_take_what_stands_between_their_tags() -> None:
    framed = render(
        '{% panel title="Facts" id="facts" note=True %}<p>{{ words }}</p>{% endpanel %}', words="<i>"
    )
    assert '<section class="panel note" aria-labelledby="facts">' in framed
    assert "<p>&lt;i&gt;</p>" in framed


def test_a_field_says_its_hint_and_what_is_wrong() -> None:
    form = EveryField({"name": "Ana", "email": "x"})
    shown = render('{% include "ui/parts/form_fields.html" with form=form only %}', form=form)
    assert 'id="id_name_helptext"' in shown
    assert 'aria-describedby="id_email_error"' in shown
    assert 'id="id_email_error"' in shown
    assert shown.index("error-summary") < shown.index("id_name")
    assert "<legend" in shown
    assert 'class="box"' in shown
