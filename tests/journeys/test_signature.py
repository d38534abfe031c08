"""A signature pasted into the line becomes a person, and one Undo takes all of it back."""

from playwright.sync_api import expect

from tests.journeys.conftest import Visit

CARD = "Signe Lund\\nBuyer\\nLund Kaffe ApS\\nsigne@lund.example\\n+45 32 12 99 01"


def test_a_signature_pasted_into_the_line_is_ticked_and_becomes_a_person(visit: Visit) -> None:
    page = visit("/people/")
    page.keyboard.press("c")
    expect(page.locator("#capture [name=text]")).to_be_focused()
    page.evaluate(
        f"""() => {{
            const data = new DataTransfer()
            data.setData("text/plain", "{CARD}")
            const paste = new ClipboardEvent("paste", {{ clipboardData: data, bubbles: true, cancelable: true }})
            document.activeElement.dispatchEvent(paste)
        }}"""
    )
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Signe Lund")
    page.get_by_role("checkbox", name="Job title").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Signe Lund")
    expect(page.locator("main")).to_contain_text("signe@lund.example")
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Taken back")
