"""Find or do: names, words said, and commands, by keys alone, by mouse, on a phone, and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import House, Visit


def ask(page: Page, words: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Find or do")).to_be_focused()
    page.keyboard.type(words)


def test_a_person_is_found_in_spite_of_a_typo_and_opened_by_keys(visit: Visit) -> None:
    page = visit("/history/")
    ask(page, "kavtiha")
    expect(page.get_by_role("option").filter(has_text="Kavitha Ramanathan")).to_be_visible()
    expect(page.locator("#found")).to_contain_text("kavitha")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Kavitha Ramanathan")


def ask_faster_than_the_server(page: Page) -> tuple[Locator, Callable[[], None]]:
    """An option that stands there while the answer to one letter more is on its way, and what lets that arrive."""
    ask(page, "kavith")
    option = page.get_by_role("option").filter(has_text="Kavitha Ramanathan").first
    expect(option).to_be_visible()
    on_its_way: list[Route] = []
    page.route("**/search/?q=kavitha&**", lambda route: on_its_way.append(route))
    with page.expect_request("**/search/?q=kavitha&**"):
        page.keyboard.type("a")
    page.evaluate("addEventListener('htmx:afterRequest', () => (document.body.dataset.answered = ''))")

    def arrive() -> None:
        on_its_way[0].continue_()
        expect(page.locator("body[data-answered]")).to_be_visible()

    return option, arrive


def test_what_was_chosen_stays_so_when_a_later_answer_comes_and_not_when_one_types_on(visit: Visit) -> None:
    """Else Enter would not open it, for whoever is quicker than the server."""
    page = visit("/history/")
    option, arrive = ask_faster_than_the_server(page)
    page.keyboard.press("ArrowDown")
    page.evaluate("document.querySelector('#found').firstElementChild.classList.add('before')")
    arrive()
    expect(page.locator("#found .before")).to_have_count(0)
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.type(" ")
    expect(option).to_have_attribute("aria-selected", "false")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Kavitha Ramanathan")


def test_a_click_counts_though_a_later_answer_comes_before_the_button_is_let_go(visit: Visit) -> None:
    page = visit("/history/")
    option, arrive = ask_faster_than_the_server(page)
    option.hover()
    page.mouse.down()
    arrive()
    page.mouse.up()
    expect(page.locator("h1")).to_contain_text("Kavitha Ramanathan")


def test_commands_go_somewhere_open_the_line_change_the_light_and_undo(visit: Visit) -> None:
    page = visit("/people/")
    ask(page, "go to history")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape("/history/") + "$"))

    ask(page, "say what")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#capture [name=text]")).to_be_focused()
    page.keyboard.type("called Kavitha about a lantern")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Recorded")

    ask(page, "lantern")
    expect(page.get_by_role("option").filter(has_text="about a lantern")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.type("undo the last")
    page.get_by_role("option", name="Undo the last thing").click()
    expect(page.locator(".toast")).to_contain_text("Taken back")

    ask(page, "dark")
    page.get_by_role("option", name="Light or dark: Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_it_acts_on_the_record_one_is_on_and_on_the_rows_that_are_ticked(visit: Visit, house: House) -> None:
    page = visit(house.known["person"])
    ask(page, "history")
    option = page.get_by_role("group", name="With ").get_by_role("option", name="History")
    expect(option).to_be_visible()
    option.click()
    expect(page).to_have_url(re.compile(re.escape(f"{house.known['person']}history/") + "$"))

    page.goto("/people/")
    page.locator("[data-pick]").first.check()
    ask(page, "set stage former")
    page.get_by_role("option", name="Set Stage: Former").click()
    expect(page.locator(".toast")).to_contain_text("1 changed")
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Taken back")


def test_without_javascript_it_is_a_page_with_the_same_three_groups(visit: Visit) -> None:
    page = visit("/search/?q=kavi", java_script_enabled=False)
    expect(page.get_by_role("link", name="Kavitha Ramanathan").first).to_be_visible()
    page.goto("/search/?q=dark")
    page.get_by_role("button", name="Light or dark: Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("width", [390, 1440])
def test_it_opens_by_touch_and_shows_what_was_changed_lately(visit: Visit, width: int) -> None:
    page = visit("/people/", viewport={"width": width, "height": 800}, has_touch=True)
    page.get_by_role("combobox", name="Find or do").tap()
    expect(page.locator("#found")).to_contain_text("Go to Today")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.keyboard.press("Escape")
    expect(page.locator("#found [role=option]")).to_have_count(0)


def test_a_pasted_hundred_thousand_letters_are_answered(visit: Visit) -> None:
    page = visit("/people/")
    page.keyboard.press("Control+k")
    page.keyboard.insert_text("kavitha " * 12_500)
    expect(page.locator("#found")).to_contain_text("only its first 200 letters")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("only its first 200 letters")


def test_a_meeting_a_reminder_and_a_talk_begin_from_the_box_on_a_persons_page(
    visit: Visit, house: House
) -> None:
    for typed, title in (
        ("plan", "Plan a meeting"),
        ("remind", "Remind me"),
        ("record", "Record what was said"),
    ):
        page = visit(house.known["person"])
        ask(page, typed)
        page.get_by_role("option", name=title).click()
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
