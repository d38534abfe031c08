"""What copies offer the rest: their part of the page of care, their checks, and work for the worker."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.doors.operations.copies.queries import care_of, findings
from rapport.doors.operations.copies.services import care
from rapport.foundation.kernel.checks.queries import register_checks
from rapport.foundation.kernel.checks.rules import Check
from rapport.foundation.kernel.jobs.services import register_work
from rapport.foundation.ui.care import CareSection, register_care
from rapport.foundation.ui.queries import register_verbs


def backups(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """The backups of this home and the last trial of a restore."""
    return {"care": care_of(Path(settings.HOME), at, on_postgresql=bool(settings.DATABASE_URL))}


def checks(at: datetime) -> list[Check]:
    """Whether there is a backup that can be restored; nothing on PostgreSQL, whose own tools make them."""
    found = [] if settings.DATABASE_URL else findings(Path(settings.HOME), at)
    return [Check(one.name, one.ok, one.detail, one.fix) for one in found]


register_checks("copies", checks)
register_care(CareSection("backups", "copies/backups.html", backups, 20))
register_care(CareSection("drill", "copies/drill.html", backups, 30))
register_work("copies", care)
register_verbs({"backup.asked": _("asked for a backup")})
