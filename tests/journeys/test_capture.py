"""The line from any page: with no mouse, counted in keys and writing requests; in doubt; with somebody new."""

import pytest
from playwright.sync_api import Page, Request, expect

from tests.journeys.conftest import House, Visit

SENTENCE = "called Kavitha, she wants 3 more seats, promised to send the quote by friday 3pm"


class Count:
    """The keys pressed and the writing requests sent while somebody works on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0
        self.writes: list[str] = []
        page.on("request", self._sent)

    def _sent(self, request: Request) -> None:
        if request.method != "GET":
            self.writes.append(f"{request.method} {request.url}")

    def press(self, key: str) -> None:
        """One key."""
        self.keys += 1
        self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """As many keys as letters."""
        self.keys += len(words)
        self.page.keyboard.type(words)


@pytest.mark.parametrize("where", ["/", "/people/", "/history/"])
def test_a_call_with_a_follow_up_is_c_the_sentence_and_enter(visit: Visit, house: House, where: str) -> None:
    page = visit(where)
    count = Count(page)
    count.press("c")
    expect(page.locator("#capture [name=text]")).to_be_focused()
    count.type(SENTENCE)
    count.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Recorded, with a promise: Kavitha Ramanathan")
    print(f"from {where}: {count.keys} keys, 0 clicks, {len(count.writes)} writing request(s)")
    assert count.keys == len(SENTENCE) + 2
    assert len(count.writes) <= 3
    assert page.url.endswith(where)
    page.wait_for_load_state()
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Taken back")


def test_what_is_understood_stands_under_the_line_and_can_be_corrected_without_a_mouse(visit: Visit) -> None:
    page = visit("/people/")
    page.keyboard.press("c")
    page.keyboard.type("called Kavitha, promised to send the list tomorrow")
    who = page.locator("#capture [name=who_0]")
    expect(who.locator("option:checked")).to_contain_text("Kavitha Ramanathan")
    expect(page.locator("#capture [name=promise_0]")).to_have_value("send the list")
    while page.evaluate("document.activeElement.name") != "promise_0":
        page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("Send the long list")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Recorded, with a promise")
    page.goto("/promises/")
    expect(page.locator("main")).to_contain_text("Send the long list")
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("y")
    page.locator("main").get_by_role("button", name="Undo").first.click()
    expect(page.locator(".toast")).to_contain_text("Taken back")


def test_an_unknown_name_is_asked_about_and_added_by_keys(visit: Visit) -> None:
    page = visit("/people/")
    page.keyboard.press("c")
    page.keyboard.type("met Ragnar Thorsen at the fair, his email is ragnar@fjord.example")
    page.keyboard.press("Enter")
    expect(page.locator("#capture .error-summary")).to_contain_text("Ragnar Thorsen is not known here yet.")
    expect(page.locator("#capture [name=who_0]").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Recorded: Ragnar Thorsen")
    expect(page.locator("tbody")).to_contain_text("Ragnar Thorsen")
    page.wait_for_load_state()
    page.keyboard.press("z")
    expect(page.locator("tbody")).not_to_contain_text("Ragnar Thorsen")


def test_escape_keeps_a_draft(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("c")
    page.keyboard.type("called Siti about the invoice")
    page.keyboard.press("Escape")
    expect(page.locator("#capture")).to_be_hidden()
    page.goto("/people/")
    page.keyboard.press("c")
    expect(page.locator("#capture [name=text]")).to_have_value("called Siti about the invoice")
    expect(page.locator("#capture .understood")).to_contain_text("Siti Aisyah")


def test_without_javascript_it_is_a_page(visit: Visit) -> None:
    page = visit("/people/", java_script_enabled=False)
    page.get_by_role("link", name="What happened?").click()
    page.fill("[name=text]", "called Mai-Britt, promised to ring her on monday")
    page.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text("promised to ring her")
    expect(page.locator(".brief")).to_contain_text("ring her")


def test_a_promise_is_moved_and_kept_from_today_by_keys(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("c")
    page.keyboard.type("called Jose Miguel, promised to weigh the beans today")
    page.keyboard.press("Enter")
    row = page.locator(".promise").filter(has_text="weigh the beans")
    expect(row).to_be_visible()
    page.locator("h1").click()
    while row.get_attribute("class") != "promise at":
        page.keyboard.press("j")
    page.keyboard.press("m")
    expect(row.locator("[name=due]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(row.locator("[name=due]")).to_have_count(0)
    page.keyboard.press("m")
    expect(row.locator("[name=due]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Moved to")
    expect(page.locator("[aria-labelledby=due]")).not_to_contain_text("weigh the beans")
    page.wait_for_load_state()
    page.keyboard.press("z")
    expect(row).to_be_visible()
    while row.get_attribute("class") != "promise at":
        page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.locator(".toast")).to_contain_text("Kept: weigh the beans")
