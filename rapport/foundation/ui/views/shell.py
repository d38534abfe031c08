"""The reader's preferences, the live page of all parts, and the answer to a failure of ours."""

import errno
import logging
import sys

from django.db import DatabaseError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from rapport.foundation.ui import pattern_page
from rapport.foundation.ui.requests import code_of_request
from rapport.foundation.ui.shell import PREFERENCES

YEAR = 365 * 24 * 60 * 60
log = logging.getLogger(__name__)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep how the reader wants to see things, in this browser, and go back to where they were."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back, status=303)
    for name, allowed in PREFERENCES.items():
        if (value := request.POST.get(name)) in allowed:
            response.set_cookie(
                f"rapport-{name}", value, YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
            )
    return response


def pattern(request: HttpRequest) -> HttpResponse:
    """Show every part of the design system as it is shipped."""
    if getattr(request, "actor", None) is None:
        raise Http404
    return render(request, "ui/pattern.html", pattern_page.examples())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure of ours with the code of the request, which can be said aloud and found in the log."""
    failure, code = sys.exc_info()[1], code_of_request()
    status = _status(failure)
    log.error("Failure %s, answered with %s", code, status)
    shown = {"code": code, "is_busy": _is_busy(failure)}
    return HttpResponse(render_to_string(f"{status}.html", shown), status=status)


def _status(failure: BaseException | None) -> int:
    if isinstance(failure, OSError) and failure.errno in {errno.ENOSPC, errno.EDQUOT}:
        return 507
    if isinstance(failure, OSError) and failure.errno in {errno.EIO, errno.EROFS}:
        return 503
    if not isinstance(failure, DatabaseError):
        return 500
    if _sqlstate(failure) in FULL or "disk is full" in str(failure):
        return 507
    return 503 if _is_busy(failure) or _is_away(failure) else 500


def _is_busy(failure: BaseException | None) -> bool:
    return _sqlstate(failure) in BUSY or "locked" in str(failure)


def _is_away(failure: DatabaseError) -> bool:
    """Whether the database cannot be reached, read or written, through no fault of the request."""
    code, by_server = _sqlstate(failure), hasattr(failure.__cause__, "sqlstate")
    is_lost = code.startswith("08") or (by_server and not code and isinstance(failure, OperationalError))
    return is_lost or any(words in str(failure) for words in AWAY)


def _sqlstate(failure: BaseException | None) -> str:
    """PostgreSQL says it by a code, SQLite in words."""
    return getattr(getattr(failure, "__cause__", None), "sqlstate", None) or ""


# Disk full; lock not available, deadlock, a statement that took too long, a server that is only just coming up again.
FULL, BUSY = {"53100"}, {"55P03", "40P01", "57014", "57P03"}
AWAY = (
    "not there",
    "unable to open",
    "disk I/O error",
    "malformed",
    "readonly",
    "not a database",
    "connection",
)
