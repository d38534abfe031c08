"""The main job from end to end: bring people in, find one, record what was said and promised, keep it, take it back."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import House, Visit
from tests.journeys.steps import Call

GOOGLE = (
    "First Name,Middle Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,"
    "Phone 1 - Label,Phone 1 - Value\n"
    "{first},,Ferreira,Padaria {first},Work,{mail}@padaria.example,Mobile,+351 912 345 6{digits}\n"
    "{first},,Nakamura,Kissaten {first},Work,{mail}@kissaten.example,Mobile,+81 90 1234 56{digits}\n"
)


def _import(page: Page, folder: Path, first: str, digits: int) -> None:
    file = folder / "contacts.csv"
    file.write_text(GOOGLE.format(first=first, mail=first.lower(), digits=digits))
    page.goto("/imports/new/")
    page.set_input_files("[type=file]", file)
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("button", name="Look it over").click()
    page.get_by_role("button", name="Bring it in").click()


def _find(page: Page, words: str, name: str) -> None:
    """By the box at the top of every page, without a mouse."""
    box = page.get_by_role("combobox", name="Find or do")
    box.click()
    box.press_sequentially(words)
    # What stood there while fewer letters were typed has gone.
    expect(page.get_by_role("option").first).to_contain_text(name)
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.locator("h1")).to_contain_text(name)


@pytest.mark.first
def test_from_a_google_file_to_a_promise_kept_and_taken_back(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    _import(page, tmp_path, "Beatriz", 71)
    undo_import = page.get_by_role("button", name="Undo the import")
    expect(page.locator("main")).to_contain_text("It was brought in.")
    expect(undo_import).to_be_visible()
    import_url = page.url
    page.goto("/")
    _find(page, "beatriz ferr", "Beatriz Ferreira")
    person = page.url
    steps.record(page, Call("Wants the ovens by spring.", "Price for two ovens"))
    expect(page.locator(".toast")).to_contain_text("Recorded, with a promise")
    expect(page.locator(".brief")).to_contain_text("Price for two ovens")
    page.goto("/")
    promised = page.locator(".promise").filter(has_text="Price for two ovens")
    expect(promised).to_contain_text("Beatriz Ferreira")
    promised.get_by_role("button", name="Kept").click()
    expect(page.locator(".toast")).to_contain_text("Kept: Price for two ovens")
    expect(promised).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Taken back")
    page.goto("/")
    expect(promised).to_be_visible()
    page.goto(person)
    page.locator(".moment").filter(has_text="Wants the ovens").get_by_role("button", name="Undo").click()
    expect(page.locator(".moment")).to_have_count(0)
    page.goto("/")
    expect(promised).to_have_count(0)

    page.goto(import_url)
    undo_import.click()
    expect(page.locator("main")).to_contain_text("taken back", ignore_case=True)
    answer = page.goto(person)
    assert answer and answer.status == 404


def test_without_javascript_by_plain_forms(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/people/new/")
    page.fill("[name=name]", "Ruta Plain")
    page.fill("[name=organisation]", "Plain Forms Ltd")
    page.locator("main [type=submit]").click()
    page.check("[name=organisation-add]")
    page.locator("main [type=submit]").click()
    expect(page.locator("h1")).to_contain_text("Ruta Plain")
    page.locator("[name=q]").first.fill("ruta pl")
    page.locator("[name=q]").first.press("Enter")
    page.locator(".results-list a").first.click()
    steps.record(page, Call("Said it plainly.", "Plain price list"))
    page.goto("/")
    promised = page.locator(".promise").filter(has_text="Plain price list")
    promised.get_by_role("button").click()
    expect(promised).to_have_count(0)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    page.goto("/")
    expect(promised).to_be_visible()
    page.goto("/people/?sort=-name")
    page.get_by_role("link", name="Ruta Plain").click()
    page.locator(".more-facts summary").click()
    page.get_by_role("link", name="Edit Stage").click()
    page.select_option("[name=stage]", "customer")
    page.locator("main [type=submit]").click()
    expect(page.locator(".person-head")).to_contain_text("Customer")
    page.goto("/people/")
    expect(page.locator(".bulk")).to_be_visible()
    page.get_by_role("checkbox", name="Select Ruta Plain").check()
    page.select_option("[name=set]", "stage=former")
    page.get_by_role("button", name="Set for all of them").click()
    expect(page.locator(".toast")).to_contain_text("1 changed")
    expect(page.locator("tr").filter(has_text="Ruta Plain")).to_contain_text("Former customer")


def test_by_keys_alone_from_sign_in_to_a_recorded_call(visit: Visit, house: House) -> None:
    page = visit("/accounts/login/", as_whom=None)
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.name") != "login":
        page.keyboard.press("Tab")
    page.keyboard.type(steps.EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(steps.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".rail")).to_be_attached()
    page.keyboard.press("/")
    page.keyboard.type("siti ai")
    expect(page.get_by_role("option").first).to_contain_text("Siti Aisyah")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Siti Aisyah")
    page.keyboard.press("c")
    page.keyboard.type("By keys alone.")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("By keys alone.")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Promises to keep")).to_be_visible()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_on_a_phone_by_touch(visit: Visit, direction: str) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = visit(f"/people/?dir={direction}", **phone)
    expect(page.locator(".rail")).to_be_hidden()
    row = page.locator("tbody tr").filter(has_text="Jose Miguel dela Cruz")
    assert row.evaluate("row => getComputedStyle(row).display") == "grid"
    row.get_by_role("link", name="Jose Miguel dela Cruz").tap()
    page.get_by_role("link", name="Capture").tap()
    page.locator("#capture [name=text]").fill(f"By touch, {direction}.")
    page.locator("#capture").get_by_role("button", name="Save", exact=True).tap()
    expect(page.locator(".timeline")).to_contain_text(f"By touch, {direction}.")
    page.get_by_role("link", name="Today", exact=True).tap()
    expect(page.locator("h1")).to_be_visible()
    page.get_by_role("button", name="More", exact=True).tap()
    expect(page.get_by_role("button", name="Sign out").locator("visible=true")).to_be_visible()
