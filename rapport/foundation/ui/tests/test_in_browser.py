"""The parts in a real browser, without a server: axe has nothing to say, and the keys do what they say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.shortcuts import render
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page, Request, Route, expect

from rapport.foundation.ui import pattern_page, shell, stylesheet
from rapport.foundation.ui.pattern_page import EveryField
from tests.axe import look
from tests.conftest import browser_type_launch_args  # noqa: F401

ADDRESS = "http://ui.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'"
)
CELLS = """{% extends "ui/base.html" %}{% block title %}Cells{% endblock %}{% block main %}<h1>Cells</h1>
<div data-rows data-selection><input type="checkbox" data-pick-all aria-label="All"><table class="ledger"><tbody>
{% for row in "123" %}<tr><td><input type="checkbox" data-pick aria-label="Select">
<a data-open href="/opened/{{ row }}">Open</a></td>{% for column in "ab" %}{% with id=column|add:row %}
{% include "ui/parts/cell.html" with edit_url="/edit/"|add:id shown="old" label="Step" %}{% endwith %}{% endfor %}
</tr>{% endfor %}</tbody></table>{% include "ui/parts/bulk.html" with actions=bulk only %}</div>{% endblock %}"""

WATCHED = """{% extends "ui/base.html" %}{% block title %}Watched{% endblock %}{% block main %}<h1>Watched</h1>
<div id="state" hx-get="/watched/" hx-trigger="every 100ms" hx-select="#state" hx-swap="outerHTML">
<button type="button">Press</button></div>{% endblock %}"""


class Colleague:
    name = "Mette Sørensen"
    key = 5

    def may(self, record_type: str, verb: str) -> bool:
        return False

    def may_enter(self, area: str) -> bool:
        return False


def _drawn(address: str, template: str, **context: Any) -> str:
    request = RequestFactory().get(address)
    request.actor = Colleague()  # type: ignore[attr-defined]
    if template.endswith(".html"):
        return render(request, template, context).content.decode()
    return str(engines["django"].from_string(template).render(context, request))


def _answer(request: Request) -> str:
    address = request.url.removeprefix(ADDRESS)
    if address.startswith("/edit/"):
        cell = address.removeprefix("/edit/")
        form = EveryField(initial={"name": "old"}, auto_id=f"{cell}_%s")
        inputs = {
            "id": cell,
            "save_url": f"/cell/{cell}",
            "leave_url": f"/cell/{cell}",
            "field": form["name"],
        }
        return _drawn(address, "ui/parts/cell_editing.html", label="Step", **inputs)
    if address.startswith("/cell/"):
        cell = address.removeprefix("/cell/")
        shown = "new" if request.method == "POST" else "old"
        return _drawn(
            address, "ui/parts/cell.html", id=cell, edit_url=f"/edit/{cell}", shown=shown, label="Step"
        )
    if address.startswith("/watched/"):
        return _drawn(address, WATCHED)
    if address.startswith("/cells/"):
        return _drawn(address, CELLS, bulk=[{"label": "Tag", "icon": "tag"}])
    return _drawn(address, "ui/pattern.html", **pattern_page.examples())


def _htmx() -> str:
    import django_htmx

    return (Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js").read_text()


@pytest.fixture
def opened(page: Page, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Page]:
    """Opens an address of ours; what the console complains about fails the test."""
    monkeypatch.setattr(shell, "_menu", {})
    monkeypatch.setattr(shell, "_firm", [])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))

    def fulfil(route: Route) -> None:
        address = route.request.url.removeprefix(ADDRESS)
        if address.endswith("rapport.css"):
            route.fulfill(body=stylesheet.joined_styles(), content_type="text/css")
        elif address.endswith("rapport.js"):
            route.fulfill(body=stylesheet.joined_scripts(), content_type="text/javascript")
        elif address.startswith("/static/django_htmx"):
            route.fulfill(body=_htmx(), content_type="text/javascript")
        elif address.startswith("/static/"):
            route.fulfill(path=stylesheet.SOURCES / "icon.svg")
        else:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=_answer(route.request), content_type="text/html", headers=headers)

    page.route("**/*", fulfil)

    def at(address: str) -> Page:
        page.goto(ADDRESS + address)
        assert not said, said
        return page

    return at


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_axe_finds_nothing_on_the_pattern_page(opened: Callable[[str], Page], direction: str) -> None:
    look(opened(f"/pattern/?dir={direction}"))


def test_a_cell_is_edited_by_keys_alone(opened: Callable[[str], Page]) -> None:
    page = opened("/cells/")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator("[data-editing] input[name=name]")).to_be_focused()
    page.keyboard.type("new")
    page.keyboard.press("Tab")
    expect(page.locator("#a1")).to_have_text("new")
    expect(page.locator("#b1[data-editing] input[name=name]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#b1")).to_have_text("old")
    expect(page.locator("#b1 a")).to_be_focused()


def test_the_focus_comes_back_to_a_cell_though_another_answer_comes_before_it_settles(
    opened: Callable[[str], Page],
) -> None:
    page = opened("/cells/")
    page.evaluate("htmx.config.defaultSettleDelay = 500")
    for key in "je":
        page.keyboard.press(key)
    expect(page.locator("[data-editing] input[name=name]")).to_be_focused()
    page.evaluate("""document.addEventListener(
        "htmx:afterSwap", () => htmx.ajax("GET", "/cells/", { target: "h1", swap: "none" }), { once: true })""")
    with page.expect_response("**/cells/"):
        page.keyboard.press("Escape")
    expect(page.locator("#a1 a")).to_be_focused()


def test_a_cell_that_could_not_be_saved_is_left_and_not_gone_on_from(opened: Callable[[str], Page]) -> None:
    page = opened("/cells/")
    for key in "je":
        page.keyboard.press(key)
    expect(page.locator("#a1[data-editing] input[name=name]")).to_be_focused()
    page.route("**/cell/a1", lambda route: route.abort(), times=1)
    with page.expect_event("requestfailed"):
        page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("#a1 a")).to_be_focused()
    expect(page.locator("[data-editing]")).to_have_count(0)


def test_what_is_pressed_stays_until_it_is_let_go_though_the_page_looks_again(
    opened: Callable[[str], Page],
) -> None:
    page = opened("/watched/")
    page.locator("#state button").hover()
    page.mouse.down()
    pressed = page.evaluate_handle("document.querySelector('#state button:active')")
    for _ in range(2):  # the next is asked for when the one before was dealt with
        with page.expect_response("**/watched/"):
            pass
    assert pressed.evaluate("button => button.isConnected")
    page.mouse.up()
    page.wait_for_function("button => !button.isConnected", arg=pressed)


def test_rows_are_walked_selected_and_opened(opened: Callable[[str], Page]) -> None:
    page = opened("/cells/")
    for key in "jjx":
        page.keyboard.press(key)
    expect(page.locator("tr[aria-selected=true]")).to_have_count(1)
    expect(page.locator("[data-picked-count]")).to_have_text("1")
    page.locator("[data-unpick]").click()
    expect(page.locator("[data-picked-bar]")).to_be_hidden()
    page.locator("tr.at [data-open]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/opened/2")


def test_letters_rest_in_fields_and_when_switched_off(opened: Callable[[str], Page]) -> None:
    page = opened("/cells/")
    keys = page.locator("dialog#keys")
    page.evaluate("document.documentElement.dataset.keys = 'off'")
    page.keyboard.press("?")
    expect(keys).to_be_hidden()
    page.evaluate("document.documentElement.dataset.keys = 'on'")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_a_value_shows_its_sources_to_pointer_and_keyboard(opened: Callable[[str], Page]) -> None:
    page = opened("/pattern/")
    source = page.locator("#phone-source")
    expect(source).to_be_hidden()
    page.locator(".sourced").first.hover()
    expect(source).to_be_visible()
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    page.locator("h1").hover()
    page.locator(".sourced").first.focus()
    expect(source).to_be_visible()
