"""Joins the parts of the stylesheet and of the script into the one file each that a page loads.

The sources stay small and apart; `collectstatic` finds `ui/rapport.css` and `ui/rapport.js` here and
gives them their hash. Add this finder to STATICFILES_FINDERS.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

SOURCES = Path(__file__).resolve().parent / "static" / "ui"
LAYERS = "@layer reset, tokens, base, shell, parts, screens, modes;\n"
STYLES = [
    "reset",
    "tokens",
    "base",
    "shell",
    "button",
    "field",
    "line",
    "saying",
    "panel",
    "fact",
    "promise",
    "moment",
    "source",
    "table",
    "overlay",
    "chart",
    "steps",
    "empty",
    "form",
    "find",
    "menu",
    "screens",
    "roster",
    "person",
    "say",
    "capture",
    "board",
    "orders",
    "objectives",
    "import",
    "door",
    "states",
    "pattern",
    "modes",
]
SCRIPTS = [
    "requests",
    "focus",
    "dialogs",
    "capture",
    "toasts",
    "preferences",
    "keys",
    "rows",
    "cells",
    "find",
    "sources",
    "selection",
    "options",
    "changes",
    "board",
]


def joined_styles() -> str:
    """Every part in its fixed order, without comments and indentation, after the order of the layers."""
    text = "".join((SOURCES / "css" / f"{name}.css").read_text() for name in STYLES)
    return LAYERS + _squeezed(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))


def joined_scripts() -> str:
    """Every behaviour as a block of its own, so that names in one cannot meet names in another."""
    return "".join(f"{{\n{(SOURCES / 'js' / f'{name}.js').read_text()}}}\n" for name in SCRIPTS)


JOINED = {"ui/rapport.css": joined_styles, "ui/rapport.js": joined_scripts}


class JoinedFinder(BaseFinder):
    """Finds the joined files, written to the cache of the home whenever a part has changed."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.root = Path(settings.STATIC_ROOT).with_name("cache") / "joined"
        self.storage = FileSystemStorage(location=self.root)

    def check(self, **kwargs: Any) -> list[Any]:
        """Say nothing: there is nothing to set."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the path of a freshly joined file, or an empty list."""
        if path not in JOINED:
            return []
        found = str(self._write(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield the joined files for collectstatic."""
        for path in JOINED:
            self._write(path)
            yield path, self.storage

    def _write(self, path: str) -> Path:
        target, text = self.root / path, JOINED[path]()
        if not target.exists() or target.read_text() != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return target


def _squeezed(text: str) -> str:
    return "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())
