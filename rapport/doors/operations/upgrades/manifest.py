"""What upgrades offer the rest: their place on the page of care, and words for their act."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.doors.operations.upgrades.queries import state
from rapport.foundation.ui.care import CareSection, register_care
from rapport.foundation.ui.queries import register_verbs


def upgrade(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """Which version serves, and what came of the last run."""
    return {"state": state()}


register_care(CareSection("upgrade", "upgrades/section.html", upgrade, 1, "aside"))
register_verbs({"upgrade.asked": _("asked for an upgrade, a rehearsal of one, or the way back")})
