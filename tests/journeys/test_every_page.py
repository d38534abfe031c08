"""Every page, in both lights and widths: axe has nothing to say, nothing scrolls sideways, numbers are not turned."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.axe import is_too_wide, look, violations
from tests.client import FormClient
from tests.journeys.conftest import House, Visit
from tests.journeys.pages import PAGES, address

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


# The pattern page, the largest, is looked at in every way without a server (ui's own tests).
@pytest.mark.parametrize("name", [name for name in PAGES if name != "pattern"])
def test_axe_finds_nothing(owners_page: Page, house: House, name: str) -> None:
    owners_page.goto(address(name, house.known))
    look(owners_page)


@pytest.mark.parametrize("address_of", ["/accounts/login/", "/no-such-page/"])
def test_axe_finds_nothing_at_the_door(visit: Visit, address_of: str) -> None:
    look(visit(address_of, as_whom=None))


def test_axe_finds_nothing_while_something_is_open(visit: Visit, house: House) -> None:
    """A cell being edited, a form that is wrong, a source, a menu, the keys, a selection with its bar."""
    page = visit("/people/")
    page.locator("[data-pick]").first.click()
    page.locator("[data-edit]").first.click()
    expect(page.locator("[data-editing]")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("[popovertarget=look-menu]").click()
    assert violations(page) == []
    page.goto(house.known["person"])
    page.locator(".fact .sourced").first.hover()
    expect(page.locator(".source:visible")).to_contain_text("Typed on screen")
    assert violations(page) == []
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert violations(page) == []
    page.goto("/people/new/")
    page.locator("main [type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert violations(page) == []


def test_a_colleague_is_told_whom_to_ask(visit: Visit, house: House) -> None:
    page = visit("/", as_whom=house.colleague)
    answer = page.goto("/admin/users/")
    assert answer and answer.status == 403
    expect(page.locator("main")).to_contain_text("Ask one of them")
    assert violations(page) == []


@pytest.mark.parametrize("name", ["pattern", "people", "person", "today"])
def test_right_to_left_on_a_phone_nothing_scrolls_sideways(visit: Visit, house: House, name: str) -> None:
    where = address(name, house.known)
    page = visit(f"{where}{'&' if '?' in where else '?'}dir=rtl", **PHONE)
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert not is_too_wide(page)


def test_right_to_left_numbers_stay_as_they_are(visit: Visit, house: House) -> None:
    page = visit(f"{house.known['person']}?dir=rtl", **PHONE)
    number: Any = page.locator("a.sourced[dir=ltr]").filter(has_text="+91 44 2811 0242")
    expect(number).to_be_visible()
    first, last = number.evaluate(
        """link => { const words = link.firstChild, box = (at) => { const range = document.createRange();
        range.setStart(words, at); range.setEnd(words, at + 1); return range.getBoundingClientRect().left };
        return [box(0), box(words.length - 1)] }"""
    )
    assert first < last, "the + stands before the number"


def test_a_hundred_thousand_letters_leave_the_page_its_width(visit: Visit, house: House) -> None:
    page = visit("/people/", as_whom=house.owner)
    client = FormClient(house.url).take(page.context.cookies())
    long = client.write("/people/new/", name="x" * 100_000, job_title="ab " * 30_000)
    try:
        for where in ("/people/", long, f"{long}history/"):
            for width in (1440, 390):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(where)
                assert not is_too_wide(page), (where, width)
        page.goto(long)
        head = page.locator("h1").bounding_box()
        assert head
        assert head["height"] < 300, "the rest of the page has room"
    finally:
        client.write(f"{long}deletion/")
