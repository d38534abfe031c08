"""What axe (WCAG A and AA, and its best practices) and a glance at the edges say of a page."""

from collections.abc import Sequence

from playwright.sync_api import Page, expect
from pytest_playwright_axe.axe import MIN_AXE_PATH

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What depends on the light. All else is the same in the dark, and asking it again doubles the time.
COLOURS = ["color-contrast", "link-in-text-block"]

# Of all it says, which is much, nothing but what is wrong leaves the page.
RUN = """async ([type, values]) => {
    const {violations} = await axe.run(document, {runOnly: {type, values}, resultTypes: ["violations"]})
    return violations.map(({id, nodes}) => [id, nodes.map(({html}) => html.slice(0, 160))])
}"""


def violations(page: Page, asking: str = "tag", rules: Sequence[str] = RULES) -> list[tuple[str, list[str]]]:
    """What axe finds wrong: the rule, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(MIN_AXE_PATH.read_text())
    found = page.evaluate(RUN, [asking, rules])
    return [(name, nodes) for name, nodes in found]


def is_too_wide(page: Page) -> bool:
    """Whether it scrolls sideways."""
    root = "document.documentElement"
    return bool(page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"))


def look(page: Page) -> None:
    """Look at a page in both lights and widths and from right to left: nothing is wrong, nothing scrolls sideways."""
    expect(page.locator("h1")).to_be_visible()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        # The whole page at once: what the dock of a phone covers would not be what a reader scrolls to.
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": height + 100})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        assert violations(page) == [], width
        assert not is_too_wide(page)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        assert violations(page, "rule", COLOURS) == [], width
    # What the server answers to `?dir=rtl` differs in this one attribute, as tests/journeys/test_every_page.py sees.
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert not is_too_wide(page)
