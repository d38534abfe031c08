"""The shell of every page: what the menu offers, whose house it is, and how the reader wants to see it."""

from collections.abc import Callable
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi
from msgspec import Struct, field

from rapport.foundation.kernel.records.rules import RecordType
from rapport.foundation.ui.keys import KEYS as LETTERS
from rapport.foundation.ui.keys import Key, kept_letters, own_letters
from rapport.foundation.ui.reading import OnlyReading, only_reading

THEMES = ("system", "light", "dark")
DENSITIES = ("comfortable", "compact")
KEYS = ("on", "off")
PREFERENCES = {"theme": THEMES, "density": DENSITIES, "keys": KEYS}
DOCK_PLACES = 3


def anyone(actor: Any) -> bool:
    """Let whoever is signed in see an item: a stranger sees no menu at all."""
    return True


class MenuItem(Struct, frozen=True):
    """A place the menu offers: `key` is the letter after G, `area` is "work" or "admin".

    `count` is the route that answers how much waits there, asked for beside the page and again every minute."""

    label: str | Promise
    url_name: str
    icon: str
    key: str = ""
    order: int = 100
    area: str = "work"
    may: Callable[[Any], bool] = anyone
    args: tuple[str, ...] = ()
    count: str = ""


class Place(Struct, frozen=True):
    """A menu item as one reader meets it on one page."""

    label: str | Promise
    url: str
    icon: str
    key: str
    area: str
    is_current: bool
    count_url: str = ""


class Saved(Struct, frozen=True):
    """What is known of what was saved, in few words; `tone` is well, soon or late, `url` says more to whoever may."""

    words: str
    tone: str
    url: str = ""


class Shell(Struct, frozen=True, dict=True):
    """All that the frame of a page needs to know."""

    menu: list[Place] = field(default_factory=list)
    firm: str = "Rapport"
    actor: Any = None
    me: str = ""
    me_key: Any = None
    theme: str = THEMES[0]
    density: str = DENSITIES[0]
    keys: str = KEYS[0]
    keymap: str = ""
    keys_url: str = ""
    letters: tuple[Key, ...] = LETTERS
    direction: str = "ltr"
    source_url: str = ""
    search_url: str = ""
    capture_url: str = ""
    reading_url: str = ""
    card_url: str = ""
    only_reading: OnlyReading | None = None
    warning: str = ""
    warning_url: str = ""
    path: str = "/"
    saved: Saved | None = None

    @property
    def work(self) -> list[Place]:
        """The places where the daily work is done."""
        return [place for place in self.menu if place.area == "work"]

    @property
    def admin(self) -> list[Place]:
        """The places where the house is kept."""
        return [place for place in self.menu if place.area == "admin"]

    @property
    def dock(self) -> list[Place]:
        """The few places that fit on a phone, beside the button for the rest."""
        return self.work[:DOCK_PLACES]

    @cached_property
    def likeness(self) -> tuple[object, ...]:
        """Equal for two shells whose frames look the same but for the path and the token in their forms."""
        places = tuple((place.url, str(place.label), place.key, place.is_current) for place in self.menu)
        mine = (self.firm, self.me, self.me_key, self.theme, self.density, self.keys, self.keymap)
        return *mine, places, self.direction, self.capture_url, self.card_url, self.search_url, self.keys_url

    @property
    def frame(self) -> str:
        """The template that a state page extends: a stranger gets no menu."""
        return "ui/base.html" if self.actor else "ui/bare.html"


_menu: dict[str, MenuItem] = {}
_firm: list[Callable[[], str]] = []
_keys: list[str] = []
_warning: list[tuple[Callable[[Any], str], str]] = []
_saved: list[Callable[[Any], Saved | None]] = []
_beginning: list[Callable[[], str]] = []
_capture: list[tuple[tuple[str, str, str], Callable[[Any], bool]]] = []


def register_menu(item: MenuItem) -> None:
    """Offer a place in the menu; a second item with the same address takes the place of the first."""
    _menu[" ".join([item.url_name, *item.args])] = item


def record_menu(kind: RecordType, *, key: str, icon: str) -> MenuItem:
    """The place of a record type's list, for whoever may see records of it."""
    may: Callable[[Any], bool] = lambda actor: actor is not None and actor.may(kind.key, "see")  # noqa: E731
    return MenuItem(kind.plural, "records:list", icon, key, kind.order, may=may, args=(kind.key,))


def register_firm(name: Callable[[], str]) -> None:
    """Say who knows the firm's name; the last one asked wins."""
    _firm[:] = [name]


def register_keys(route: str) -> None:
    """Say where one's own letters are chosen."""
    _keys[:] = [route]


def register_saved(saved: Callable[[Any], Saved | None]) -> None:
    """Say who knows, for an actor, what became of what was saved. It is asked for every page: it must cost nothing."""
    _saved[:] = [saved]


def register_beginning(route: Callable[[], str]) -> None:
    """Say to which route a firm's founder goes on ("" is none)."""
    _beginning[:] = [route]


def beginning_url() -> str:
    """Where the founder of a firm goes on."""
    route = _beginning[0]() if _beginning else ""
    return _address(route) if route else "/"


def register_warning(words: Callable[[Any], str], route: str) -> None:
    """Have `words(actor)` said on every page, with a way to `route`; it answers nothing while nothing is to be said."""
    _warning[:] = [(words, route)]


def register_capture(save: str, read: str, card: str, may: Callable[[Any], bool]) -> None:
    """Put the capture line on the pages of whoever `may`: routes that save a sentence, read it as one types, and take
    a pasted signature."""
    _capture[:] = [((save, read, card), may)]


def context(request: HttpRequest) -> dict[str, Shell]:
    """Give every template `shell`."""
    actor = getattr(request, "actor", None)
    wanted: Any = {name: _preference(request, name) for name in PREFERENCES}
    save, read, card = next((routes for routes, may in _capture if actor and may(actor)), ("", "", ""))
    warning, route = next(((words(actor), route) for words, route in _warning if actor), ("", ""))
    shell = Shell(
        menu=_places(actor, request.path),
        firm=(_firm[0]() if _firm else "") or "Rapport",
        actor=actor,
        me=str(getattr(actor, "name", "") or actor or ""),
        me_key=getattr(actor, "key", None),
        direction="rtl" if request.GET.get("dir") == "rtl" or get_language_bidi() else "ltr",
        source_url=settings.SOURCE_URL,
        search_url=_address("records:search") if actor else "",
        capture_url=_address(save) if save else "",
        reading_url=_address(read) if read else "",
        card_url=_address(card) if card else "",
        path=request.get_full_path(),
        warning=warning,
        warning_url=_address(route) if warning else "",
        only_reading=only_reading(),
        keymap=_keymap(request) if actor else "",
        keys_url=_address(_keys[0]) if actor and _keys else "",
        saved=_saved[0](actor) if actor and _saved else None,
        **wanted,
    )
    return {"shell": shell}


def _places(actor: Any, path: str) -> list[Place]:
    if actor is None:
        return []
    items = sorted(
        (item for item in _menu.values() if item.may(actor)), key=lambda item: (item.order, item.url_name)
    )
    urls = [_url(get_urlconf(), item.url_name, item.args) for item in items]
    current = max((url for url in urls if path.startswith(url)), key=len, default="")
    return [
        Place(
            item.label,
            url,
            item.icon,
            item.key,
            item.area,
            url == current,
            _url(get_urlconf(), item.count) if item.count else "",
        )
        for item, url in zip(items, urls, strict=True)
    ]


def _preference(request: HttpRequest, name: str) -> str:
    value = request.COOKIES.get(f"rapport-{name}", "")
    return value if value in PREFERENCES[name] else PREFERENCES[name][0]


def _keymap(request: HttpRequest) -> str:
    return kept_letters(own_letters(getattr(getattr(request, "user", None), "keys", "")))


@cache
def _url(urlconf: str | None, url_name: str, args: tuple[str, ...] = ()) -> str:
    return reverse(url_name, urlconf, args)


def _address(url_name: str) -> str:
    try:
        return _url(get_urlconf(), url_name)
    except NoReverseMatch:
        return ""
