"""Every check there is: each app says from its manifest what it looks after. And what a failure says of the machine."""

import errno
import logging
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, OperationalError
from django.utils.translation import gettext_noop as _

from rapport.foundation.kernel.checks.rules import Check, Trouble

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


# As PostgreSQL says it, https://www.postgresql.org/docs/current/errcodes-appendix.html: disk full; lock not available,
# deadlock, a statement that took too long, a server that is only just coming up again. SQLite says it in words.
_FULL, _BUSY = {"53100"}, {"55P03", "40P01", "57014", "57P03"}
_AWAY = (
    "not there",
    "unable to open",
    "disk I/O error",
    "malformed",
    "readonly",
    "not a database",
    "connection",
)
_OUT_OF_REACH = {errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR}


def trouble_of(failure: BaseException | None) -> Trouble | None:
    """What keeps the records from being read or written, if that is why it failed and not a fault of ours."""
    if isinstance(failure, OSError):
        if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
            return Trouble.FULL
        return Trouble.AWAY if failure.errno in _OUT_OF_REACH else None
    if not isinstance(failure, DatabaseError):
        return None
    words, code = str(failure), getattr(failure.__cause__, "sqlstate", None) or ""
    if code in _FULL or "disk is full" in words:
        return Trouble.FULL
    if code in _BUSY or "locked" in words:
        return Trouble.BUSY
    by_server = hasattr(failure.__cause__, "sqlstate")
    is_lost = code.startswith("08") or (by_server and not code and isinstance(failure, OperationalError))
    return Trouble.AWAY if is_lost or any(each in words for each in _AWAY) else None
