"""A copy that was opened to be looked at takes nothing."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

# To sign in and out writes to the scratch home alone, which goes when the copy is closed.
DOOR = ("/accounts/login/", "/accounts/logout/")


def read_only(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer 503 with the reason to whatever would write, while RAPPORT_READ_ONLY says of when the copy is."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        of = settings.READ_ONLY
        if not of or request.method in {"GET", "HEAD", "OPTIONS"} or request.path in DOOR:
            return get_response(request)
        reason = _("This is a copy of %(of)s, to be read: nothing can be changed in it.") % {"of": of}
        if getattr(request, "actor", None) is None:
            return HttpResponse(f"{reason}\n", status=503, content_type="text/plain; charset=utf-8")
        return render(request, "ui/refused.html", {"reason": reason}, status=503)

    return answer
