"""Backups and care: whether all is well, what to do first, and a backup now."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

import rapport
from rapport.doors.operations.copies import services
from rapport.doors.operations.copies.queries import care_of
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.ui.views.answers import actor_of, forbidden, say, see_other


def _closed(request: HttpRequest) -> HttpResponse | None:
    if actor_of(request).may_enter("admin"):
        return None
    return forbidden(request, _("Only administrators come here. Ask one of them to do it with you."))


@require_GET
def care(request: HttpRequest) -> HttpResponse:
    """Show whether what is here would survive the loss of this machine."""
    if closed := _closed(request):
        return closed
    found = care_of(Path(settings.HOME), now(), on_postgresql=bool(settings.DATABASE_URL))
    return render(request, "copies/care.html", {"care": found, "version": rapport.__version__})


@require_POST
def backup(request: HttpRequest) -> HttpResponse:
    """Ask the worker for a backup; the first time, show the key that opens it, which is shown once."""
    if closed := _closed(request):
        return closed
    key = services.ask_for_backup(actor=actor_of(request), at=now())
    if key:
        return render(request, "copies/key.html", {"key": key})
    say(request, _("A backup is being made and tried; this page shows what comes of it."))
    return see_other(reverse("copies:care"))
