"""What happened before there was Rapport, brought in as a table by its pages and taken back by one press."""

from playwright.sync_api import expect

from tests.journeys.conftest import House, Visit
from tests.journeys.steps import HISTORY


def test_a_table_of_sales_becomes_the_story_of_its_accounts(visit: Visit, house: House) -> None:
    page = visit("/imports/new/")
    page.set_input_files(
        "[name=file]", {"name": "pipeline.csv", "mimeType": "text/csv", "buffer": HISTORY.encode()}
    )
    page.locator("main [type=submit]").first.click()
    expect(page.locator("h1")).to_contain_text("pipeline.csv")
    expect(page.get_by_text("8 columns")).to_be_visible()
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_text("The row does not say with whom")).to_be_visible()
    page.get_by_role("button", name="Bring").click()
    undo = page.get_by_role("button", name="Undo the import")
    expect(page.locator("main")).to_contain_text("It was brought in.")  # it can be taken back before
    brought_in = page.url

    page.goto(f"{house.url}/organisations/")
    page.locator("main").get_by_role("link", name="Murugan Stores", exact=True).first.click()
    story = page.locator(".timeline")
    expect(story).to_contain_text("Malabar 12 kg")
    expect(story).to_contain_text("Z063OYW0")

    page.goto(brought_in)
    undo.click()
    expect(page.get_by_text("It was taken back")).to_be_visible()


def test_a_line_longer_than_an_address_may_be_is_understood_by_its_beginning(visit: Visit) -> None:
    page = visit("/people/")
    page.keyboard.press("c")
    page.locator("#capture [name=text]").fill("called Kavitha, promised the list tomorrow. " + "x" * 100_000)
    expect(page.locator("#capture [name=who_0] option:checked")).to_contain_text("Kavitha Ramanathan")
    page.keyboard.press("Escape")
    page.evaluate("localStorage.clear()")
