"""A file goes along with what was said, with and without JavaScript; one that lies is refused; all is taken back."""

import pytest
from playwright.sync_api import FilePayload, expect

from tests.journeys.conftest import House, Visit

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def _file(name: str, content: bytes = PDF) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_is_recorded_had_removed_and_brought_back(visit: Visit, house: House, scripts: bool) -> None:
    page = visit(f"/parties/{house.known['party']}/saying/", java_script_enabled=scripts)
    words = f"Sent her the quote {scripts}"
    page.fill("main [name=words]", words)
    page.set_input_files("[name=attached]", _file("quote.pdf", b"MZ\x90\x00"))
    page.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main")).to_contain_text("does not hold what its name says")
    expect(page.locator("main [name=words]")).to_have_value(words)
    page.set_input_files("[name=attached]", _file("quote.pdf"))
    page.locator("main").get_by_role("button", name="Save", exact=True).click()
    moment = page.locator(".moment").filter(has_text=words)
    with page.expect_download() as download:
        moment.get_by_role("link", name="quote.pdf").click()
    assert download.value.path().read_bytes() == PDF
    moment.get_by_role("link", name="Open", exact=True).click()
    page.get_by_role("button", name="Remove quote.pdf").click()
    expect(page.locator("main").get_by_role("link", name="quote.pdf")).to_have_count(0)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("main").get_by_role("link", name="quote.pdf")).to_be_visible()
