"""The reader's preferences, the live page of all parts, and the answer to a failure of ours."""

import logging
import sys

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from rapport.foundation.kernel.checks.queries import trouble_of
from rapport.foundation.kernel.checks.rules import Trouble
from rapport.foundation.ui import pattern_page
from rapport.foundation.ui.requests import code_of_request
from rapport.foundation.ui.shell import PREFERENCES

YEAR = 365 * 24 * 60 * 60
STATUS = {Trouble.FULL: 507, Trouble.BUSY: 503, Trouble.AWAY: 503, None: 500}
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
    trouble, code = trouble_of(sys.exc_info()[1]), code_of_request()
    status = STATUS[trouble]
    log.error("Failure %s, answered with %s", code, status)
    shown = {"code": code, "is_busy": trouble is Trouble.BUSY}
    return HttpResponse(render_to_string(f"{status}.html", shown), status=status)
