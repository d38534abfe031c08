"""The reader's preferences, the live page of all parts, and the answer to a failure of ours."""

import errno
import logging
import secrets
import sys

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from rapport.foundation.ui import pattern_page
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
    """Answer a failure of ours with a code that can be said over the telephone and found in the log."""
    failure = sys.exc_info()[1]
    code = f"{secrets.choice(FIRST)}-{secrets.choice(SECOND)}-{secrets.randbelow(90) + 10}"
    status = _status(failure)
    log.error("Failure %s, answered with %s", code, status)
    return HttpResponse(render_to_string(f"{status}.html", {"code": code}), status=status)


def _status(failure: BaseException | None) -> int:
    if isinstance(failure, OSError) and failure.errno == errno.ENOSPC:
        return 507
    if not isinstance(failure, OperationalError):
        return 500
    # PostgreSQL says it by a code, SQLite in words.
    code, words = getattr(failure.__cause__, "sqlstate", None), str(failure)
    if code in FULL or "disk is full" in words:
        return 507
    return 503 if code in BUSY or "locked" in words else 500


# Disk full; lock not available, deadlock, a statement that took too long, a server that is only just coming up again.
FULL, BUSY = {"53100"}, {"55P03", "40P01", "57014", "57P03"}


FIRST = ["calm", "early", "green", "quiet", "round", "silver", "small", "steady", "tall", "warm"]
SECOND = ["birch", "brook", "finch", "harbour", "lantern", "meadow", "orchard", "otter", "pebble", "willow"]
