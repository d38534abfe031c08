"""Correcting where the value stands, many at once, two people at once; and taking back."""

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import House, Visit


def _row(page: Page, name: str) -> None:
    """Walk down the list to a row, by J."""
    row = page.locator("tbody tr").filter(has_text=name)
    for _step in range(60):
        page.keyboard.press("j")
        if "at" in (row.get_attribute("class") or "").split():
            return
    raise AssertionError(f"J did not come to {name}")


def test_a_cell_of_a_list_by_keys(visit: Visit, house: House) -> None:
    page = visit()
    person = steps.add_person(page, house.url, "Ulla Cell", stage="prospect")
    page.goto("/people/")
    _row(page, "Ulla Cell")
    row = page.locator("tbody tr").filter(has_text="Ulla Cell")
    page.keyboard.press("e")
    expect(row.locator("[name=organisation]")).to_be_focused()
    page.keyboard.type("Murugan Stores")
    page.keyboard.press("Tab")
    expect(row.locator("[name=stage]")).to_be_focused()
    expect(row).to_contain_text("Murugan Stores")
    page.keyboard.press("Escape")
    expect(row.locator("td.stage")).to_have_text("Prospect")
    expect(row.locator("td.stage a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row.locator("[name=stage]")).to_be_focused()
    row.locator("[name=stage]").select_option("customer")
    expect(row.locator("td.stage")).to_have_text("Customer")
    expect(page.locator(".toast").last).to_contain_text("Stage was saved")
    page.keyboard.press("z")
    expect(page.locator("tbody tr").filter(has_text="Ulla Cell").locator("td.stage")).to_have_text("Prospect")
    page.goto(person)
    expect(page.locator(".facts").first).to_contain_text("Murugan Stores")


def test_facts_and_their_sources_by_keys(visit: Visit, house: House) -> None:
    page = visit()
    person = steps.add_person(page, house.url, "Fia Facts", job_title="Buyr", stage="prospect")
    facts = page.locator("[id^=fact-people]")
    job = facts.filter(has=page.get_by_role("link", name="Edit Job title"))
    job.locator(".sourced").focus()
    expect(job.locator(".source")).to_contain_text("Typed on screen")
    page.keyboard.press("Escape")
    expect(job.locator(".source")).to_be_hidden()
    page.keyboard.press("e")
    field = page.locator("[name=job_title]")
    expect(field).to_be_focused()
    page.keyboard.type("Buyer")
    page.keyboard.press("Enter")
    expect(job.locator(".sourced")).to_have_text("Buyer")
    job.locator(".sourced").hover()
    expect(job.locator(".source")).to_contain_text("Was Buyr.")
    page.locator("h1").hover()
    job.get_by_role("link", name="Edit Job title").click()
    expect(field).to_be_focused()
    page.keyboard.type("Something else")
    page.keyboard.press("Tab")
    expect(page.locator("[name=stage]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(job.locator(".sourced")).to_have_text("Something else")
    page.get_by_role("link", name="Edit Stage").click()
    expect(page.locator("[name=stage]")).to_be_focused()
    page.locator("[name=stage]").select_option("customer")
    expect(page.locator(".person-head .badge")).to_have_text("Customer")
    page.goto(f"{person}history/")
    page.locator(".moment").filter(has_text="Something else").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("Taken back")
    page.goto(person)
    expect(job.locator(".sourced")).to_have_text("Buyer")


def test_a_number_where_it_stands(visit: Visit, house: House) -> None:
    page = visit()
    person = steps.add_person(page, house.url, "Nora Number")
    steps.add_phone(page, person, "33 14 09 22")
    reach = page.locator("#panel-reach")
    page.get_by_role("link", name="Correct 33 14 09 22").click()
    expect(reach.locator("[name=value]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(reach).to_contain_text("33 14 09 22")
    expect(reach.locator("form [name=value]")).to_have_count(0)
    page.get_by_role("link", name="Correct 33 14 09 22").click()
    expect(reach.locator("[name=value]")).to_be_focused()
    page.keyboard.type("33 14 09 23")
    page.keyboard.press("Enter")
    expect(reach).to_contain_text("+45 33 14 09 23")
    expect(page).to_have_url(person)
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(page.locator("#panel-reach")).to_contain_text("33 14 09 22")
    page.get_by_role("button", name="Remove 33 14 09 22").click()
    expect(page.locator("#panel-reach")).to_contain_text("No number and no address yet.")


def test_names_to_choose_from_while_a_link_is_typed(visit: Visit) -> None:
    page = visit("/people/new/")
    page.locator("[name=organisation]").press_sequentially("madra")
    # While one types there may be more to choose from; in the end it is the one.
    names = page.locator("#known-organisations option")
    expect(names).to_have_count(1)
    expect(names).to_have_attribute("value", "Madras Filter House")


def test_many_at_once_by_keys(visit: Visit, house: House) -> None:
    page = visit()
    names = ("Mia Many", "Mio Many")
    for name in names:
        steps.add_person(page, house.url, name, stage="prospect")
    page.goto("/people/?stage=prospect&sort=name")
    expect(page.locator(".bulk")).to_be_hidden()
    for name in names:
        _row(page, name)
        page.keyboard.press("x")
        page.locator("h1").focus()
    expect(page.locator(".bulk")).to_contain_text("2 selected")
    page.locator("#bulk-set").focus()
    page.keyboard.type("Stage: At")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("2 changed")
    page.goto("/people/?stage=at_risk")
    for name in names:
        expect(page.locator("tbody")).to_contain_text(name)


def test_two_browsers_on_one_record_choose_field_by_field(visit: Visit, house: House) -> None:
    mine = visit()
    person = steps.add_person(mine, house.url, "Cleo Conflict", job_title="Clerk")
    mine.goto(f"{person}edit/")
    theirs = visit(person)
    theirs.get_by_role("link", name="Edit Job title").click()
    expect(theirs.locator("[name=job_title]")).to_be_focused()
    theirs.locator("[name=job_title]").fill("Director")
    theirs.keyboard.press("Enter")
    expect(theirs.locator(".toast")).to_contain_text("Job title was saved")
    mine.fill("[name=job_title]", "Manager")
    mine.fill("[name=unit]", "Sales")
    with mine.expect_navigation() as answered:
        mine.get_by_role("button", name="Save", exact=True).click()
    answer = answered.value
    assert answer and answer.status == 409
    choice = mine.locator(".conflict fieldset")
    expect(choice).to_have_count(1)
    for words in ("Manager", "Director", "Before: Clerk"):
        expect(choice).to_contain_text(words)
    choice.locator(".choice").filter(has_text="Director").click()
    mine.get_by_role("button", name="Save these").click()
    expect(mine).to_have_url(person)
    facts = mine.locator(".facts").first
    expect(facts).to_contain_text("Director")
    expect(facts).to_contain_text("Sales")


def test_two_browsers_on_one_fact(visit: Visit, house: House) -> None:
    mine = visit()
    person = steps.add_person(mine, house.url, "Fred Fact", job_title="Clerk")
    theirs = visit(person)
    for page, words in ((mine, "Manager"), (theirs, "Director")):
        page.get_by_role("link", name="Edit Job title").click()
        expect(page.locator("[name=job_title]")).to_be_focused()
        page.locator("[name=job_title]").fill(words)
    theirs.keyboard.press("Enter")
    expect(theirs.locator(".toast")).to_contain_text("was saved")
    mine.keyboard.press("Enter")
    expect(mine.locator(".conflict")).to_contain_text("Director")
    expect(mine.locator(".conflict [role=alert]")).to_be_focused()
    mine.get_by_role("button", name="Save these").click()
    expect(mine).to_have_url(person)
    expect(mine.locator(".facts").first).to_contain_text("Manager")


def test_a_deleted_person_comes_back_by_the_toast(visit: Visit, house: House) -> None:
    page = visit()
    steps.add_person(page, house.url, "Dora Deleted")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".toast")).to_contain_text("Dora Deleted was deleted")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    page.goto("/people/")
    expect(page.locator("tbody")).to_contain_text("Dora Deleted")
