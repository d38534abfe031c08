"""The page Backups and care is made of sections, which the apps that look after something register."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from msgspec import Struct

# Where a section stands: a sign above both columns, the wide column, the narrow one.
COLUMNS = ("tile", "main", "aside")


class CareSection(Struct, frozen=True):
    """A part of the page: its template, what that is given, and where it stands; the lowest `order` comes first."""

    key: str
    template: str
    context: Callable[[HttpRequest, datetime], Mapping[str, Any]]
    order: int = 100
    column: str = "main"


_sections: dict[str, CareSection] = {}
_page: list[str] = []


def register_care(section: CareSection) -> None:
    """Put a section on the page; a second one with the same key takes the place of the first."""
    _sections[section.key] = section


def register_care_page(route: str) -> None:
    """Say which route shows the page."""
    _page[:] = [route]


def care_url() -> str:
    """Where the page is; a section's form goes back there."""
    return reverse(_page[0])


def drawn_sections(request: HttpRequest, at: datetime) -> dict[str, list[str]]:
    """What stands in each column, drawn; a section whose template draws nothing is left out."""
    found: dict[str, list[str]] = {column: [] for column in COLUMNS}
    for one in sorted(_sections.values(), key=lambda one: (one.order, one.key)):
        drawn = render_to_string(one.template, {**one.context(request, at)}, request)
        if drawn.strip():
            found[one.column].append(drawn)
    return found
