"""Tells every request who acts, in which language and time zone, and lets nobody else past the open pages."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import urlencode

from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.actors.queries import house_as_it_stands

# Pages that answer without anybody signed in. All others send one to the sign-in page.
OPEN = ("/accounts/login/", "/first-run/", "/static/", "/source/", "/alive/", "/metrics/", "/preferences/")
LONGEST = 8_000


def known_actor(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: sets `request.actor` (None when nobody is signed in)."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        request.actor = None  # type: ignore[attr-defined]
        user = request.user
        if not user.is_authenticated:
            if request.path.startswith(OPEN):
                return get_response(request)
            where = f"{settings.LOGIN_URL if settings.LOGIN_URL.startswith('/') else '/accounts/login/'}"
            if request.headers.get("HX-Request"):
                return HttpResponse(status=401, headers={"HX-Redirect": where})
            # Quoted, an address grows threefold, and a server takes none over 64 KB: a long one is not come back to.
            wanted = request.get_full_path()
            return redirect(f"{where}?{urlencode({'next': wanted})}" if len(wanted) < LONGEST else where)
        with (
            house_as_it_stands(),
            translation.override(user.language),
            timezone.override(ZoneInfo(user.time_zone)),
        ):
            request.actor = actor_for(user)  # type: ignore[attr-defined]
            return get_response(request)

    return handle
