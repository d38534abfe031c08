"""One served firm for all journeys of a worker, and browsers that may ask nobody but it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests import serving
from tests.journeys import steps
from tests.once import once
from tests.serving import Serving

type Visit = Callable[..., Page]
HERE = Path(__file__).parent
COLLEAGUE, COLLEAGUES_PASSWORD = "arun@lind.example", "an early harbour lantern"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys drive a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class House:
    """A served firm with people in it, and who may come in without signing in anew."""

    server: Serving
    known: dict[str, str]
    owner: Any
    colleague: Any

    @property
    def url(self) -> str:
        """Where it is."""
        return self.server.url


@pytest.fixture(scope="package")
def house(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    """The firm of `steps.fill`, begun and filled once through its forms, and served from a copy for each worker."""
    filled = once(tmp_path_factory, "filled", partial(_fill, prepared_home, browser))
    home = serving.copy(filled / "home", tmp_path_factory.mktemp("house") / "home")
    server = serving.start(home, RAPPORT_WORKERS="2")
    try:
        yield House(server, **json.loads((filled / "house.json").read_text()))
    finally:
        server.stop()


def _fill(prepared_home: Path, browser: Browser, place: Path) -> None:
    home = serving.copy(prepared_home, place / "home")
    server = serving.start(home)
    try:
        page = browser.new_page()
        steps.begin(page, server.first_run_url or "")
        known = steps.fill(page, server.url)
        owner = page.context.storage_state()
        page.context.close()
        words = ("user", "add", COLLEAGUE, "--role", "member", "--name", "Arun Selvam")
        added = serving.run(home, *words, text=COLLEAGUES_PASSWORD)
        assert added.returncode == 0, added.stderr
        page = browser.new_page()
        steps.sign_in(page, server.url, COLLEAGUE, COLLEAGUES_PASSWORD)
        colleague = page.context.storage_state()
        page.context.close()
    finally:
        server.stop()
    found = {"known": known, "owner": owner, "colleague": colleague}
    (place / "house.json").write_text(json.dumps(found))


@pytest.fixture
def visit(house: House, browser: Browser) -> Iterator[Visit]:
    """Opens browsers on the firm, signed in as its owner (or `as_whom`, or nobody), with the options of a context."""
    with _visiting(house, browser) as visit:
        yield visit


@pytest.fixture(scope="module")
def owners_page(house: House, browser: Browser) -> Iterator[Page]:
    """One page of its owner's, for those that look at many: what a browser has compiled it need not compile again."""
    with _visiting(house, browser) as visit:
        yield visit()


@contextmanager
def _visiting(house: House, browser: Browser) -> Iterator[Visit]:
    """What a page asks of another machine, and what it complains of, fails the test."""
    begun: list[BrowserContext] = []
    asked: list[str] = []
    said: list[str] = []

    def open_browser(at: str = "/", as_whom: Any = house.owner, **options: Any) -> Page:
        context = browser.new_context(
            base_url=house.url, storage_state=as_whom, reduced_motion="reduce", **options
        )
        begun.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        page.goto(at)
        return page

    yield open_browser
    for context in begun:
        context.close()
    assert {urlsplit(url).hostname for url in asked if not url.startswith("data:")} <= {"localhost"}
    assert not said
