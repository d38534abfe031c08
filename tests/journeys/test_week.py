"""A promise goes to another day by keyboard, by mouse and by a plain form; a meeting is missed; each is undone."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import steps
from tests.journeys.conftest import House, Visit


def _next_monday() -> date:
    today = steps.now().date()
    return today + timedelta(days=7 - today.weekday())


def _promise(page: Page, house: House, words: str) -> None:
    """Promise something for next Monday, and open that week."""
    page.goto(f"/parties/{house.known['party']}/promising/")
    page.fill("[name=words]", words)
    page.fill("[name=due]", _next_monday().isoformat())
    page.locator("main").get_by_role("button", name="Save").click()
    page.goto(f"/week/?day={_next_monday()}")


def _lane(page: Page, day: str) -> Locator:
    return page.get_by_role("region", name=day)


def test_a_promise_moves_by_keyboard_and_comes_back(visit: Visit, house: House) -> None:
    page = visit("/")
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page.get_by_role("heading", name="My week", level=1)).to_be_visible()
    _promise(page, house, "By keys to Wednesday")
    card = page.locator(".deal").filter(has_text="By keys to Wednesday")
    card.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(_lane(page, "Monday").locator(".deal").filter(has_text="By keys")).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-board-says]")).to_contain_text("Tuesday")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    moved = _lane(page, "Wednesday").locator(".deal").filter(has_text="By keys")
    expect(page.locator(".toast")).to_contain_text("Moved to")
    expect(moved).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Taken back")
    page.goto(f"/week/?day={_next_monday()}")
    expect(_lane(page, "Monday").locator(".deal").filter(has_text="By keys")).to_be_visible()


def test_a_promise_moves_by_mouse(visit: Visit, house: House) -> None:
    page = visit("/")
    _promise(page, house, "Dragged to Friday")
    card = page.locator(".deal").filter(has_text="Dragged to Friday")
    card.drag_to(_lane(page, "Friday"))
    expect(page.locator(".toast")).to_contain_text("Moved to")
    expect(_lane(page, "Friday").locator(".deal").filter(has_text="Dragged")).to_be_visible()


def test_a_promise_moves_without_javascript(visit: Visit, house: House) -> None:
    page = visit("/", java_script_enabled=False)
    _promise(page, house, "Plainly to Thursday")
    page.get_by_role("link", name="Move: Plainly to Thursday").click()
    page.fill("[name=due]", (_next_monday() + timedelta(days=3)).isoformat())
    page.locator("main").get_by_role("button", name="Save").click()
    expect(_lane(page, "Thursday").locator(".deal").filter(has_text="Plainly")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_meeting_is_planned_missed_and_taken_back(visit: Visit, house: House, scripts: bool) -> None:
    about = f"Tasting that was missed {scripts}"
    page = visit(house.known["person"], java_script_enabled=scripts)
    page.get_by_role("link", name="Plan a meeting").click()
    page.fill("[name=at]", steps.now().strftime("%Y-%m-%dT%H:%M"))
    page.fill("[name=words]", about)
    page.fill("[name=place]", "Adyar")
    page.locator("main").get_by_role("button", name="Save").click()
    expect(page.locator(".timeline")).to_contain_text(about)
    page.goto("/")
    asked = page.locator(".promise").filter(has_text=about)
    asked.get_by_role("button", name="Missed").click()
    expect(page.locator(".toast")).to_contain_text(f"Missed: {about}")
    expect(asked).to_have_count(0)
    page.goto(house.known["person"])
    expect(page.locator(".moment").filter(has_text=about)).to_contain_text("missed")
    page.locator(".moment").filter(has_text=about).get_by_role("button", name="Undo").click()
    page.goto("/")
    expect(asked).to_be_visible()
    asked.get_by_role("link", name="Held").click()
    page.fill("main [name=words]", "She liked the Malabar.")
    page.fill("main [name=promise]", f"Send a kilo {scripts}")
    page.fill("main [name=due]", steps.day(1))
    page.locator("main").get_by_role("button", name="Held" if scripts else "Save").last.click()
    expect(page.locator(".toast")).to_contain_text("Held")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    page.goto("/")
    expect(asked).to_be_visible()
