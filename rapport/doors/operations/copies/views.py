"""A backup now, and the key that opens it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.doors.operations.copies import services
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.ui.care import care_url
from rapport.foundation.ui.views.answers import actor_of, forbidden, say, see_other


def _closed(request: HttpRequest) -> HttpResponse | None:
    if actor_of(request).may_enter("admin"):
        return None
    return forbidden(request, _("Only administrators come here. Ask one of them to do it with you."))


@require_POST
def backup(request: HttpRequest) -> HttpResponse:
    """Ask the worker for a backup; the first time, show the key that opens it, which is shown once."""
    if closed := _closed(request):
        return closed
    key = services.ask_for_backup(actor=actor_of(request), at=now())
    if key:
        return render(request, "copies/key.html", {"key": key, "care_url": care_url()})
    say(request, _("A backup is being made and tried; this page shows what comes of it."))
    return see_other(care_url())
