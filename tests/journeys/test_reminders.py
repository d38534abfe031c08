"""A reminder is asked for, comes, is snoozed and done: by keys, by touch, and without JavaScript."""

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import House, Visit


def _promise_at_midnight(page: Page, house: House, words: str) -> None:
    """Promise something for an hour of today that has come already."""
    page.goto(f"/parties/{house.known['party']}/promising/")
    page.fill("[name=words]", words)
    page.fill("[name=due]", steps.now().date().isoformat())
    page.fill("[name=due_time]", "00:01")
    page.locator("main").get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Promised")


def test_by_keys_one_is_asked_for_and_one_that_came_by_itself_is_done_and_taken_back(
    visit: Visit, house: House
) -> None:
    page = visit(house.known["person"])
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Remind me")).to_be_visible()
    page.locator("[name=words]").focus()
    page.keyboard.type("Ask about Pongal")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("You will be reminded")
    _promise_at_midnight(page, house, "By keys at midnight")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("region", name="Later")).to_contain_text("Ask about Pongal")
    expect(page.locator(".rail .number")).to_contain_text("due")
    due = page.get_by_role("region", name="Now").locator(".promise").filter(has_text="By keys at midnight")
    due.locator("[data-open]").focus()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("d")
    expect(page.locator(".toast")).to_contain_text("Done:")
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Taken back")
    page.goto("/reminders/")
    expect(due).to_be_visible()


def test_by_touch_one_is_snoozed_until_a_day_of_ones_own(visit: Visit, house: House) -> None:
    page = visit("/", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    _promise_at_midnight(page, house, "By touch at midnight")
    page.goto("/reminders/")
    due = page.get_by_role("region", name="Now").locator(".promise").filter(has_text="By touch at midnight")
    due.get_by_role("link", name="Another time").tap()
    due.locator("[name=at]").fill(f"{steps.day(9)}T08:15")
    due.get_by_role("button", name="Snooze").tap()
    expect(page.locator(".toast")).to_contain_text("Snoozed:")
    later = page.get_by_role("region", name="Later")
    expect(later.locator(".promise").filter(has_text="By touch at midnight")).to_be_visible()
    expect(due).to_have_count(0)


def test_without_javascript_the_inbox_is_emptied_and_filled_again(visit: Visit, house: House) -> None:
    page = visit("/", java_script_enabled=False)
    _promise_at_midnight(page, house, "Plainly at midnight")
    page.get_by_role("link", name="Reminders").first.click()
    due = page.locator(".promise").filter(has_text="Plainly at midnight")
    expect(due).to_be_visible()
    page.get_by_role("button", name="Done with all").click()
    expect(page.locator("main")).to_contain_text("Nothing to think of now")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    page.goto("/reminders/")
    due.get_by_role("button", name="Tomorrow").click()
    expect(page.locator(".toast")).to_contain_text("Snoozed:")
    expect(page.get_by_role("region", name="Later")).to_contain_text("Plainly at midnight")
