"""What copies offer the rest: their part of the page of care, their checks, and work for the worker."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.doors.operations.copies.queries import (
    MENDING_ASKED,
    care_of,
    copy_findings,
    findings,
    page_findings,
    pages_compared,
    places_kept,
    saved_words,
)
from rapport.doors.operations.copies.services import care, postgresql
from rapport.foundation.kernel.checks.queries import register_checks
from rapport.foundation.kernel.checks.rules import Check
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.jobs.services import register_work
from rapport.foundation.ui.care import CareSection, care_url, register_care
from rapport.foundation.ui.queries import register_verbs
from rapport.foundation.ui.shell import Saved, register_beginning, register_saved


def backups(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """The backups of this home and the last trial of a restore."""
    return {"care": care_of(Path(settings.HOME), at)}


def checks(at: datetime) -> list[Check]:
    """Whether there is a backup that can be restored, and a copy elsewhere."""
    home = Path(settings.HOME)
    database = postgresql.checking.database_findings(home) if settings.DATABASE_URL else []
    return [*database, *page_findings(home), *copy_findings(home, at), *findings(home, at)]


def places(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """Where copies are made, and the one that is furthest behind."""
    kept = places_kept(Path(settings.HOME), at)
    at_work = [one for one in kept if not one.place.is_paused]
    worst = max(at_work, key=lambda one: (one.lag is None, one.lag), default=None)
    is_away = any(not one.is_on_this_disk for one in at_work)
    return {"places": kept, "worst": worst, "is_away": is_away, "count": len(at_work)}


def pages(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """The pages of the database that are not as they were written."""
    home = Path(settings.HOME)
    return {"compared": pages_compared(home), "is_asked": (home / MENDING_ASKED).exists()}


def saved(actor: Any) -> Saved | None:
    """What the top of every page says."""
    if actor is None:
        return None
    words, tone = saved_words(Path(settings.HOME), now())
    return Saved(words, tone, care_url() if actor.may_enter("admin") else "")


def beginning() -> str:
    """Where the founder of a firm goes on: to say where its copy is made."""
    return "copies:new-place"


register_checks("copies", checks)
register_saved(saved)
register_beginning(beginning)
register_care(CareSection("pages", "copies/pages.html", pages, 2))
register_care(CareSection("places-tile", "copies/places_tile.html", places, 10, "tile"))
register_care(CareSection("drill-tile", "copies/drill_tile.html", backups, 20, "tile"))
register_care(CareSection("places", "copies/places.html", places, 10))
register_care(CareSection("backups", "copies/backups.html", backups, 20))
register_care(CareSection("drill", "copies/drill.html", backups, 30))
register_work("copies", care)
register_verbs(
    {
        "pages.asked_to_mend": _("had damaged pages mended from the copy"),
        "backup.taken": _("took a backup with them"),
        "backup.asked": _("asked for a backup"),
        "place.added": _("said where copies are made"),
        "place.paused": _("paused a place of copies"),
        "place.resumed": _("had copies made at a place again"),
        "place.removed": _("removed a place of copies"),
        "place.undone": _("took back what was done to a place of copies"),
    }
)
