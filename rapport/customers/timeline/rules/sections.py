"""The sections of Today: declared once in an app's manifest, each for the departments that need it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from rapport.foundation.kernel.access.rules import Actor

type Shows = Mapping[str, Any]


class Section(Struct, frozen=True):
    """A section of Today. `build(actor, day)` returns what its template shows as `shows`, or None for nothing.

    It is read for colleagues of these `departments` (keys such as `front-desk`; none means everyone). `column` is
    `main` or `side`; sections stand in `order`. The first that shows a `finding` gives the page its sentence."""

    name: str
    template: str
    build: Callable[[Actor, date], Shows | None]
    column: str = "main"
    order: int = 100
    departments: frozenset[str] = frozenset()


class Shown(Struct, frozen=True):
    """A section with what it shows today."""

    section: Section
    shows: Shows


_sections: dict[str, Section] = {}


def register_section(section: Section) -> None:
    """Put a section on Today; a second of the same name takes the place of the first."""
    _sections[section.name] = section


def sections_for(department: str) -> list[Section]:
    """The sections that a colleague of this department sees, in their order; empty for one of no department."""
    found = (one for one in _sections.values() if not one.departments or department in one.departments)
    return sorted(found, key=lambda one: (one.order, one.name))
