"""Headers that every answer carries beside those of Django's own middleware; and no writing where one may only read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from rapport.foundation.ui.reading import OnlyReading, only_reading

Answer = Callable[[HttpRequest], HttpResponse]
NO_DEVICES = ", ".join(f"{name}=()" for name in ("camera", "geolocation", "microphone", "payment", "usb"))
# To sign in and out of an opened copy writes to its scratch home alone, which goes when the copy is closed.
DOOR = ("/accounts/login/", "/accounts/logout/")
RETRY_SECONDS = "10"


def safe_headers(get_response: Answer) -> Answer:
    """Keep pages out of caches and of other sites, and away from the reader's devices."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", NO_DEVICES)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def read_only(get_response: Answer) -> Answer:
    """Answer 503 with the reason to whatever would write, while one may only read."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return get_response(request)
        why = only_reading()
        if why is None or (why.copy_of and request.path in DOOR):
            return get_response(request)
        response = _refusal(request, why)
        if not why.copy_of:
            response["Retry-After"] = RETRY_SECONDS
        return response

    return answer


def _refusal(request: HttpRequest, why: OnlyReading) -> HttpResponse:
    if why.copy_of:
        reason = _("This is a copy of %(of)s UTC, to be read: nothing can be changed in it.") % {
            "of": f"{why.copy_of:%Y-%m-%d %H:%M}"
        }
    else:
        reason = _(
            "Rapport is being upgraded, and takes nothing for some seconds. Send it again in a moment."
        )
    if getattr(request, "actor", None) is None:
        return HttpResponse(f"{reason}\n", status=503, content_type="text/plain; charset=utf-8")
    again = [] if why.copy_of else _what_was_sent(request)
    return render(request, "ui/refused.html", {"reason": reason, "again": again}, status=503)


def _what_was_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """So that it can be sent again by one button; nothing of a form with a secret or a file in it."""
    names = list(request.POST)
    if request.FILES or any("password" in name for name in names):
        return []
    return [
        (name, str(value))
        for name in names
        if name != "csrfmiddlewaretoken"
        for value in request.POST.getlist(name)
    ]
