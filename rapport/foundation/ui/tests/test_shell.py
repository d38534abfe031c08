"""The shell: what the menu offers to whom, and how the reader wants to see it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import include, path
from msgspec import Struct

from rapport.foundation.ui import middleware, shell
from rapport.foundation.ui.shell import MenuItem
from rapport.foundation.ui.views.shell import preferences


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("", _page, name="home"),
    path("people/", _page, name="people"),
    path("people/lists/", _page, name="lists"),
    path("import/", _page, name="import"),
    path("", include("rapport.foundation.ui.urls")),
]


class Colleague(Struct, frozen=True):
    name: str = "Ana"
    key: int = 1
    is_chief: bool = False


@pytest.fixture(autouse=True)
def menu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shell, "_menu", {})
    for others in ("_capture", "_firm", "_saved", "_warning"):
        monkeypatch.setattr(shell, others, [])
    shell.register_menu(MenuItem("Lists", "lists", "list", order=20))
    shell.register_menu(MenuItem("People", "people", "users", "p", order=10))
    shell.register_menu(
        MenuItem("Import", "import", "file-input", area="admin", may=lambda actor: actor.is_chief)
    )
    with override_settings(ROOT_URLCONF=__name__):
        yield


def given(address: str = "/people/", actor: Any = None, **cookies: str) -> shell.Shell:
    request = RequestFactory().get(address)
    request.actor = actor  # type: ignore[attr-defined]
    request.COOKIES.update({f"rapport-{name}": value for name, value in cookies.items()})
    return shell.context(request)["shell"]


@pytest.mark.parametrize(
    ("is_chief", "work", "admin"), [(False, ["People", "Lists"], []), (True, ["People", "Lists"], ["Import"])]
)
def test_the_menu_shows_what_one_may_see_in_order(is_chief: bool, work: list[str], admin: list[str]) -> None:
    told = given(actor=Colleague(is_chief=is_chief))
    assert [place.label for place in told.work] == work
    assert [place.label for place in told.admin] == admin


def test_the_longest_matching_place_is_current() -> None:
    assert [
        place.label for place in given("/people/lists/", Colleague(is_chief=True)).menu if place.is_current
    ] == ["Lists"]


def test_a_stranger_gets_no_menu_and_a_bare_frame() -> None:
    told = given()
    assert (told.menu, told.frame, told.me) == ([], "ui/bare.html", "")


def test_the_firm_is_asked_of_whoever_knows_it() -> None:
    assert given(actor=Colleague(is_chief=True)).firm == "Rapport"
    shell.register_firm(lambda: "Lind & Bērziņš")
    assert given(actor=Colleague(is_chief=True)).firm == "Lind & Bērziņš"


def test_preferences_come_from_cookies_and_nothing_else_passes() -> None:
    told = given(actor=Colleague(is_chief=True), theme="dark", density='"><script>', keys="off")
    assert (told.theme, told.density, told.keys) == ("dark", "comfortable", "off")


def test_direction_follows_the_language_or_the_address() -> None:
    assert given(actor=Colleague(is_chief=True)).direction == "ltr"
    assert given("/people/?dir=rtl", Colleague(is_chief=True)).direction == "rtl"


def test_preferences_are_kept_and_lead_back() -> None:
    request = RequestFactory().post(
        "/preferences/", {"theme": "dark", "density": "no", "next": "/people/?q=1"}
    )
    response = preferences(request)
    assert (response.status_code, response["Location"]) == (303, "/people/?q=1")
    assert response.cookies["rapport-theme"].value == "dark"
    assert "rapport-density" not in response.cookies


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_preferences_lead_nowhere_else(address: str) -> None:
    response = preferences(RequestFactory().post("/preferences/", {"next": address}))
    assert response["Location"] == "/"


def test_preferences_change_by_post_alone() -> None:
    assert preferences(RequestFactory().get("/preferences/")).status_code == 405


def test_every_answer_is_kept_out_of_caches() -> None:
    response = middleware.safe_headers(_page)(RequestFactory().get("/"))
    assert response["Cache-Control"] == "no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
