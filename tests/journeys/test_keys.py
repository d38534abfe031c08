"""The keys: put elsewhere by whoever uses them, shown as theirs, obeyed; saving a sentence and staying in the line."""

from playwright.sync_api import expect

from tests.journeys.conftest import House, Visit


def test_a_key_is_put_elsewhere_obeyed_shown_and_put_back(visit: Visit, house: House) -> None:
    page = visit("/me/keys/", as_whom=house.colleague)
    page.get_by_label("Say what happened, from any page").fill("N")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("N is taken already")
    page.get_by_label("Say what happened, from any page").fill("Q")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("These are your keys now")

    page.goto("/people/")
    expect(page.locator("a.says kbd")).to_have_text("Q")
    expect(page.locator("a.says")).to_have_attribute("aria-keyshortcuts", "Q")
    page.keyboard.press("c")
    expect(page.locator("dialog#capture")).to_be_hidden()
    page.keyboard.press("q")
    expect(page.locator("dialog#capture")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_contain_text("Q")

    page.goto("/me/keys/")
    page.get_by_role("button", name="Back to the shipped keys").click()
    expect(page.locator(".toast")).to_contain_text("as shipped again")
    page.keyboard.press("z")
    expect(page.locator("a.says kbd")).to_have_text("Q")
    page.get_by_role("button", name="Back to the shipped keys").click()
    expect(page.locator("a.says kbd")).to_have_text("C")


def test_shift_enter_saves_and_stays(visit: Visit) -> None:
    page = visit("/people/")
    page.keyboard.press("c")
    line = page.locator("#capture [name=text]")
    page.keyboard.type("called Kavitha about the grinder")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".toast")).to_contain_text("Recorded: Kavitha Ramanathan")
    expect(line).to_have_value("")
    expect(line).to_be_focused()
    page.keyboard.type("called Kavitha about the beans")
    page.keyboard.press("Enter")
    expect(page.locator("dialog#capture")).to_be_hidden()
    expect(page.locator(".toast")).to_contain_text("Recorded: Kavitha Ramanathan")
