"""Takes pictures of every page, in both lights, on a phone and right to left: `python -m tests.look [NAME …]`.

They land in `.look/`, beside the home that is filled for them once. The pages are those of `tests/journeys/pages.py`.
"""

import json
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests import serving
from tests.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.journeys import steps
from tests.journeys.pages import PAGES, address

FOLDER = Path(__file__).resolve().parent.parent / ".look"
KNOWN = FOLDER / "known.json"

# What it is called, the width of the window, and whether it is dark.
LIGHTS = (("light", 1440, False), ("dark", 1440, True), ("phone", 390, False), ("rtl", 390, False))


def main(wanted: Iterable[str]) -> None:
    """Serve the home, fill it through its pages the first time, and take every picture that was asked for."""
    FOLDER.mkdir(exist_ok=True)
    served = serving.start(FOLDER / "home")
    try:
        with sync_playwright() as playwright:
            chromium = next(filter(None, map(shutil.which, CHROMIUM)))
            browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_OPTIONS))
            if served.first_run_url:
                page = browser.new_page()
                steps.begin(page, served.first_run_url)
                KNOWN.write_text(json.dumps(steps.fill(page, served.url)))
            for light, width, is_dark in LIGHTS:
                _take(browser, served.url, light, width, is_dark, set(wanted))
    finally:
        served.stop()


def _take(browser: Browser, url: str, light: str, width: int, is_dark: bool, wanted: set[str]) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if is_dark else "light",
        has_touch=width < 500,
        is_mobile=width < 500,
    )
    page = context.new_page()
    page.on("pageerror", lambda error: print(light, page.url, error))
    page.goto(f"{url}/accounts/login/")
    _keep(page, f"sign-in-{light}")
    steps.sign_in(page, url)
    known = json.loads(KNOWN.read_text())
    for name in PAGES:
        if not wanted or name in wanted:
            where = address(name, known)
            turned = f"{'&' if '?' in where else '?'}dir=rtl" if light == "rtl" else ""
            page.goto(f"{url}{where}{turned}")
            _keep(page, f"{name}-{light}")
    context.close()


def _keep(page: Page, name: str) -> None:
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    print(f"{name}.png{'  wider than the window' if too_wide else ''}")


if __name__ == "__main__":
    main(sys.argv[1:])
