"""Takes pictures of every page, light, dark and on a phone, for the eye: `python -m tests.look [NAME …]`.

They land in `.look/`, beside the home that is filled for them once. A page is one row of PAGES.
"""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests import serving
from tests.conftest import CHROMIUM, CHROMIUM_OPTIONS

FOLDER = Path(__file__).resolve().parent.parent / ".look"
EMAIL, PASSWORD = "look@rapport.example", "a calm and quiet morning"

# The picture's name, the address, and a link on it to follow first (a page whose address has a key in it).
PAGES = (
    ("today", "/", ""),
    ("people", "/people/", ""),
    ("people-new", "/people/new/", ""),
    ("person", "/people/", "#content tbody th a"),
    ("search", "/search/?q=an", ""),
    ("import", "/imports/", ""),
    ("history", "/history/", ""),
    ("access", "/access/", ""),
    ("users", "/users/", ""),
    ("adoption", "/adoption/", ""),
    ("pattern", "/pattern/", ""),
    ("not-found", "/no-such-page/", ""),
)
# What it is called, the width of the window, and whether it is dark.
LIGHTS = (("light", 1440, False), ("dark", 1440, True), ("phone", 390, False))


def main(wanted: Iterable[str]) -> None:
    """Serve the home, sign in once per light, and take every picture that was asked for."""
    home = FOLDER / "home"
    is_new = not home.exists()
    FOLDER.mkdir(exist_ok=True)
    served = serving.start(home, "demo" if is_new else "serve", "--port", "0")
    if is_new:
        added = serving.run(
            home, "user", "add", EMAIL, "--role", "administrator", "--name", "Mette", text=PASSWORD
        )
        print(added.stdout, added.stderr)
    try:
        with sync_playwright() as playwright:
            chromium = next(filter(None, map(shutil.which, CHROMIUM)))
            browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_OPTIONS))
            for light, width, is_dark in LIGHTS:
                _take(browser, served.url, light, width, is_dark, set(wanted))
    finally:
        served.stop()


def _take(browser: Browser, url: str, light: str, width: int, is_dark: bool, wanted: set[str]) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if is_dark else "light",
        has_touch=width < 500,
    )
    page = context.new_page()
    page.on("console", lambda said: print(light, page.url, said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: print(light, page.url, error))
    page.goto(f"{url}/accounts/login/")
    _keep(page, f"sign-in-{light}")
    page.fill("[name=login]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    for name, address, follow in PAGES:
        if wanted and name not in wanted:
            continue
        page.goto(url + address)
        if follow and page.locator(follow).count():
            page.locator(follow).first.click()
            page.wait_for_load_state()
        _keep(page, f"{name}-{light}")
    context.close()


def _keep(page: Page, name: str) -> None:
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    print(f"{name}.png{'  wider than the window' if too_wide else ''}")


if __name__ == "__main__":
    main(sys.argv[1:])
