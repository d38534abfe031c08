"""Somebody going quiet is let be with one key, and is back with another; something is promised in their row."""

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import House, Visit


def _silent(page: Page, house: House, name: str) -> None:
    """Add somebody of mine who was last spoken with years ago, and open Today."""
    url = steps.add_person(page, house.url, name)
    page.goto(f"{url}edit/")
    page.select_option("[name=owner]", label=steps.OWNER)
    page.click("main [type=submit]")
    page.get_by_role("link", name="Record", exact=True).click()
    page.fill("[name=words]", "Likes it dark.")
    page.fill("[name=at]", "2020-03-02T10:00")
    page.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text("Likes it dark.")
    page.goto("/")


def test_somebody_quiet_is_let_be_by_key_and_comes_back_with_undo(visit: Visit, house: House) -> None:
    page = visit("/")
    _silent(page, house, "Edda Still")
    quiet = page.get_by_role("region", name="Going quiet")
    quiet.get_by_role("link", name="Edda Still", exact=True).focus()
    page.keyboard.press("j")
    page.keyboard.press("b")
    expect(page.locator(".toast")).to_contain_text("Let be until")
    expect(page.get_by_role("link", name="Edda Still", exact=True)).to_have_count(0)
    page.keyboard.press("z")
    expect(quiet).to_contain_text("Edda Still")


def test_something_is_promised_in_the_row_on_a_phone(visit: Visit, house: House) -> None:
    page = visit("/", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    _silent(page, house, "Ove Stum")
    row = page.locator(".promise").filter(has_text="Ove Stum")
    row.get_by_role("link", name="Promise Ove Stum something").tap()
    row.locator("[name=words]").fill("Ring him")
    row.locator("[name=due]").fill(steps.day(2))
    row.get_by_role("button", name="Promise").tap()
    expect(page.locator(".toast")).to_contain_text("Promised")
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_role("region", name="Coming")).to_contain_text("Ring him")
