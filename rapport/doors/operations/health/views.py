"""Backups and care: whether all is well, what to do first, and what each part of the house says of itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rapport.doors.operations.health import services
from rapport.foundation.kernel.checks.queries import all_checks
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.ui.care import care_url, drawn_sections
from rapport.foundation.ui.views.answers import actor_of, forbidden, say, see_other


def _closed(request: HttpRequest) -> HttpResponse | None:
    if actor_of(request).may_enter("admin"):
        return None
    return forbidden(request, _("Only administrators come here. Ask one of them to do it with you."))


@require_GET
def care(request: HttpRequest) -> HttpResponse:
    """Show what is well and what to do first."""
    if closed := _closed(request):
        return closed
    at = now()
    checks = sorted(all_checks(at), key=lambda check: check.ok)
    first = next((check for check in checks if not check.ok), None)
    shown = {"checks": checks, "first": first, "sections": drawn_sections(request, at)}
    return render(request, "health/care.html", shown)


@require_POST
def trying(request: HttpRequest) -> HttpResponse:
    """Have the worker try at once what is parked."""
    if closed := _closed(request):
        return closed
    services.try_parked(actor=actor_of(request), at=now())
    say(request, _("The worker tries them again now."))
    return see_other(care_url())
