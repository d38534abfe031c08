"""Two people at one firm: named by a colleague, at one promise or meeting at once; and what was said put right."""

import re

from playwright.sync_api import Page, expect

from tests.client import FormClient
from tests.journeys import steps
from tests.journeys.conftest import House, Visit
from tests.journeys.steps import Call


def _say(page: Page, house: House, words: str) -> None:
    page.goto(house.known["person"])
    page.get_by_role("link", name="Record", exact=True).click()
    page.fill("main [name=words]", words)
    page.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text(words)


def _open(page: Page, words: str) -> None:
    """The page of what was said in these words."""
    page.locator(".moment").filter(has_text=words).get_by_role("link", name="Open").click()
    expect(page.locator("#parties")).to_be_visible()


def test_a_colleague_who_is_named_is_told_takes_note_and_takes_that_back(visit: Visit, house: House) -> None:
    words = "She asks for @Arun about the grinder."
    _say(visit(), house, words)
    theirs = visit("/", as_whom=house.colleague)
    told = theirs.get_by_role("region", name="You were named").locator(".promise").filter(has_text=words)
    expect(told).to_contain_text("Mette Sørensen named you")
    told.locator("[data-open]").focus()
    theirs.keyboard.press("j")
    theirs.keyboard.press("d")
    expect(theirs.locator(".toast")).to_contain_text("Taken note")
    expect(told).to_have_count(0)
    theirs.keyboard.press("z")
    expect(told).to_be_visible()


def test_what_was_said_is_pinned_to_the_top_and_taken_down(visit: Visit, house: House) -> None:
    page, words = visit(), "Never ring before eleven."
    _say(page, house, words)
    page.locator(".moment").filter(has_text=words).get_by_role("button", name="Pin", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Pinned")
    first = page.locator(".timeline ol").first.locator(".moment").filter(has_text=words)
    expect(first.get_by_role("button", name="Unpin")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Taken back")
    page.goto(house.known["person"])
    expect(page.get_by_role("button", name="Unpin")).to_have_count(0)
    page.locator(".moment").filter(has_text=words).get_by_role("button", name="Pin", exact=True).click()
    first.get_by_role("button", name="Unpin").click()
    expect(page.locator(".toast")).to_contain_text("No longer pinned")
    expect(page.get_by_role("button", name="Unpin")).to_have_count(0)


def test_who_was_there_is_put_right_and_that_is_taken_back(visit: Visit, house: House) -> None:
    page, words = visit(), "Tasted the Malabar together."
    _say(page, house, words)
    _open(page, words)
    page.get_by_role("link", name="Somebody else was there").click()
    page.fill("main [name=others]", "Andris Liepiņš")
    page.locator("main").get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Was there: Andris Liepiņš")
    page.get_by_role("button", name="Kavitha Ramanathan was not there").click()
    there = page.get_by_role("region", name="With")
    expect(there).not_to_contain_text("Kavitha")
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Taken back")
    expect(there).to_contain_text("Kavitha Ramanathan")
    expect(there).to_contain_text("Andris Liepiņš")


def test_of_two_who_keep_one_promise_the_second_is_told(visit: Visit, house: House) -> None:
    first = visit("/")
    second = visit("/")
    first.goto(house.known["person"])
    steps.record(first, Call("Wants the list.", "Send the list to both"))
    for page in (first, second):
        page.goto("/")
    row = ".promise:has-text('Send the list to both')"
    first.locator(row).get_by_role("button", name="Kept").click()
    expect(first.locator(".toast")).to_contain_text("Kept: Send the list to both")
    second.locator(row).get_by_role("button", name="Kept").click()
    expect(second.locator("main")).to_contain_text("closed this promise before you")
    first.get_by_role("button", name="Undo").first.click()
    first.goto("/")
    expect(first.locator(row)).to_be_visible()


def test_of_two_who_say_how_one_meeting_went_the_second_is_told_and_keeps_what_was_typed(
    visit: Visit, house: House
) -> None:
    first, second = visit("/"), visit("/")
    client = FormClient(house.url).take(first.context.cookies())
    about = {"words": "Tasting for two", "channel": "phone"}
    client.write(f"/parties/{house.known['party']}/planning/", at=f"{steps.day(5)}T10:00", **about)
    story = client.get(house.known["person"]).text
    meeting = re.findall(r'href="(/meetings/\d+/)"', story)[0]
    for page in (first, second):
        page.goto(meeting)
        expect(page.locator("h1")).to_contain_text("Tasting for two")
    second.get_by_role("link", name="Held").click()
    second.fill("main [name=words]", "She wants forty kilos.")
    first.get_by_role("button", name="Missed").click()
    expect(first.locator(".toast")).to_contain_text("Missed: Tasting for two")
    second.locator("main").get_by_role("button", name="Save").click()
    expect(second.locator("main")).to_contain_text("said how this meeting went before you")
    expect(second.locator("main")).to_contain_text("She wants forty kilos.")
