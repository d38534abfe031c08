"""Every check there is: each app says from its manifest what it looks after."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_noop as _

from rapport.foundation.kernel.checks.rules import Check

type Checks = Callable[[datetime], list[Check]]
_registered: dict[str, Checks] = {}
_log = logging.getLogger(__name__)


def register_checks(app: str, checks: Checks) -> None:
    """Have `checks(at)` asked whenever somebody wants to know whether all is well. It must answer in milliseconds."""
    _registered[app] = checks


def all_checks(at: datetime) -> list[Check]:
    """What every app found, in the order in which it would be mended. One that cannot look is itself not well."""
    found: list[Check] = []
    for app, checks in _registered.items():
        try:
            found += checks(at)
        except Exception as error:  # looking must never be what fails
            _log.exception("the checks of %s failed", app)
            fix = _("Look into the log of the server, which says more.")
            found.append(Check(app, ok=False, detail=str(error) or type(error).__name__, fix=fix))
    return found
