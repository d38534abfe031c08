"""A backup now, the places where copies are made, and the key that opens them."""

from pathlib import Path
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.doors.operations.copies import services
from rapport.doors.operations.copies.forms import PlaceForm, TakingForm
from rapport.doors.operations.copies.models import Place
from rapport.doors.operations.copies.queries import backups_in
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.ui.care import care_url
from rapport.foundation.ui.views.answers import actor_of, forbidden, refusals, say, see_other


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


@require_http_methods(["GET", "POST"])
def new_place(request: HttpRequest) -> HttpResponse:
    """Ask where copies are to be made, try it, and show the key that opens them if this made it."""
    if closed := _closed(request):
        return closed
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = services.NewPlace(form.cleaned_data["name"], form.cleaned_data["address"], form.secret())
        try:
            place, key = services.add_place(Path(settings.HOME), new, **_doing(request))
        except services.CopyRefused as reason:
            form.add_error("address", str(reason))
        else:
            return _added(request, place, key)
    return render(request, "copies/place.html", _of(form), status=422 if form.errors else 200)


def _of(form: PlaceForm) -> dict[str, Any]:
    return {"form": form, "care_url": care_url(), "is_first": not Place.objects.exists()}


def _added(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    if key:
        return render(request, "copies/key.html", {"key": key, "care_url": care_url()})
    say(request, _("A copy is being made at %(place)s from now on.") % {"place": place})
    return see_other(care_url())


def _doing(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "source": SCREEN, "at": now()}


def _place(request: HttpRequest, key: int) -> Place:
    return get_object_or_404(Place.objects.visible_to(actor_of(request)), pk=key)


@require_POST
@refusals
def trial(request: HttpRequest, key: int) -> HttpResponse:
    """Write something at a place, read it back, and say how long that took."""
    if closed := _closed(request):
        return closed
    place = _place(request, key)
    seconds = services.try_place(Path(settings.HOME), place)
    words = _("%(place)s: written, read back and deleted in %(seconds).2f s.")
    say(request, words % {"place": place, "seconds": seconds})
    return see_other(care_url())


@require_POST
def pause(request: HttpRequest, key: int) -> HttpResponse:
    """Make no copies there for now."""
    return _pause(request, key, is_paused=True, words=_("No copies are made at %(place)s for now."))


@require_POST
def resumption(request: HttpRequest, key: int) -> HttpResponse:
    """Make copies there again."""
    return _pause(request, key, is_paused=False, words=_("Copies are made at %(place)s again."))


def _pause(request: HttpRequest, key: int, *, is_paused: bool, words: str) -> HttpResponse:
    if closed := _closed(request):
        return closed
    place = _place(request, key)
    done = services.pause_place(place, is_paused=is_paused, **_doing(request))
    say(request, words % {"place": place}, done)
    return see_other(care_url())


@require_POST
def removal(request: HttpRequest, key: int) -> HttpResponse:
    """Make no copies there any more; what is there stays."""
    if closed := _closed(request):
        return closed
    place = _place(request, key)
    done = services.remove_place(place, **_doing(request))
    say(request, _("%(place)s was removed. The copies that are there stay.") % {"place": place}, done)
    return see_other(care_url())


@require_http_methods(["GET", "HEAD", "POST"])
def taking(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """Hand over a backup to an administrator who says their password once more."""
    if closed := _closed(request):
        return closed
    file = next((one.path for one in backups_in(Path(settings.HOME)) if one.path.name == name), None)
    if file is None:
        raise Http404
    form = TakingForm(request.POST or None, user=request.user, is_too_often=_is_too_often(request))
    if form.is_bound and form.is_valid():
        services.note_taking(actor=actor_of(request), at=now())
        return FileResponse(file.open("rb"), as_attachment=True, filename=name)
    shown = {"form": form, "name": name, "care_url": care_url()}
    return render(request, "copies/taking.html", shown, status=422 if form.is_bound else 200)


def _is_too_often(request: HttpRequest) -> bool:
    """Whether a password was tried so often that it may be guessing."""
    return request.method == "POST" and not ratelimit.consume(
        request, action="reauthenticate", user=request.user
    )


@require_POST
def mending(request: HttpRequest) -> HttpResponse:
    """Have the worker mend damaged pages from the copy."""
    if closed := _closed(request):
        return closed
    services.ask_for_mending(actor=actor_of(request), at=now())
    say(request, _("The pages are being mended; this page shows what comes of it."))
    return see_other(care_url())
