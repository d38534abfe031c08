"""Another version: look for it, try it on a copy, put it in the place of this one, go back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rapport.doors.operations.upgrades import queries
from rapport.doors.operations.upgrades.services.asking import ask_for
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.ui.care import care_url
from rapport.foundation.ui.views.answers import actor_of, forbidden, refusals, see_other


def _closed(request: HttpRequest) -> HttpResponse | None:
    if actor_of(request).may_enter("admin"):
        return None
    return forbidden(request, _("Only administrators come here. Ask one of them to do it with you."))


@require_GET
def upgrade(request: HttpRequest) -> HttpResponse:
    """Show which version serves, what came of the last run, and what can be done."""
    if closed := _closed(request):
        return closed
    return render(request, "upgrades/upgrade.html", {"state": queries.state(), "care_url": care_url()})


@require_POST
@refusals
def ask(request: HttpRequest, what: str) -> HttpResponse:
    """Leave word for the server; the page shows what comes of it."""
    if closed := _closed(request):
        return closed
    wanted: dict[str, Any] = {"to": request.POST.get("to", ""), "even_so": "even_so" in request.POST}
    ask_for(what, **wanted, actor=actor_of(request), at=now())
    return see_other(reverse("upgrades:upgrade"))
