"""A place for copies is named on the page, has the first copy, and is brought back by itself; a version that cannot be
installed is found, tried, and changes nothing."""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import House, Visit

pytestmark = pytest.mark.sqlite
# From the first place on the worker makes a backup and tries it, and then the place.
SECONDS = 90


def test_a_place_is_named_gets_its_first_copy_and_is_brought_back(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    page = visit("/admin/care/")
    expect(page.locator("main")).to_contain_text("No copy leaves this disk.")
    page.get_by_role("link", name="Add a place").click()
    page.get_by_label("What you call it").fill("The disk on the shelf")
    page.get_by_label("Where it is").fill("shelf")
    page.get_by_role("button", name="Try it and add it").click()
    expect(page.locator("main")).to_contain_text("A folder is named from the root of the disk")
    page.get_by_label("Where it is").fill(str(tmp_path / "shelf"))
    page.get_by_role("button", name="Try it and add it").click()
    expect(page.locator("main")).to_contain_text("AGE-SECRET-KEY-1")

    page.get_by_role("link", name="I have written it down").click()
    row = page.get_by_role("row", name="The disk on the shelf")
    until(page, lambda: row.get_by_text(re.compile(r"^\d+ s$")))
    until(page, lambda: row.get_by_text("passed"))
    trial = page.get_by_role("region", name="Last trial of a restore")
    expect(trial.get_by_role("row", name="integrity")).to_contain_text("Passed")
    expect(trial).not_to_contain_text("Failed")
    expect(page.locator(".topline")).to_contain_text("copied")
    assert list((tmp_path / "shelf").rglob("*.age"))

    row.get_by_role("button", name="Remove").click()
    expect(page.locator("main")).to_contain_text("No copy leaves this disk.")


def test_a_version_is_found_and_tried_and_what_fails_changes_nothing(visit: Visit, house: House) -> None:
    page = visit("/admin/care/upgrade/")
    expect(page.locator("main")).to_contain_text("Nobody looked for a newer version yet.")
    _lay_bundle(house.server.home / "versions" / "rapport-9.8.7.bundle.zip")

    page.get_by_role("button", name="Look for a newer version").click()
    expect(page.get_by_role("heading", name="Rapport 9.8.7 can be had")).to_be_visible(timeout=SECONDS * 1000)
    page.get_by_role("button", name="Try it on a copy").click()

    expect(page.locator("main")).to_contain_text("serves on with every record", timeout=SECONDS * 1000)
    expect(page.get_by_role("button", name="Try it again")).to_be_visible()
    assert page.goto("/people/").ok  # type: ignore[union-attr]


def until(page: Page, there: Callable[[], Locator]) -> None:
    """Look again and again, as whoever waits for it does."""
    for _ in range(SECONDS):
        if there().count():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    expect(there()).to_be_visible()


def _lay_bundle(path: Path) -> None:
    """A bundle that is whole and yet no Rapport."""
    path.parent.mkdir(exist_ok=True)
    name, content = "rapport-9.8.7-py3-none-any.whl", b"no wheel at all"
    digest = hashlib.sha256(content).hexdigest()
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("bundle.json", json.dumps({"format": 1, "version": "9.8.7", "files": {name: digest}}))
        packed.writestr(name, content)
