"""In strict mode (RAPPORT_STRICT=1) what was sent is answered once the first place has it, or the answer says that it
has not."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from rapport.doors.operations.copies.services.copying import wait_for_copy
from rapport.foundation.ui.middleware import DOOR

type Answer = Callable[[HttpRequest], HttpResponse]
SAFE = {"GET", "HEAD", "OPTIONS"}


def strict(get_response: Answer) -> Answer:
    """Hold back the answer to what may have written; signing in and out writes no record."""
    if not settings.STRICT:
        raise MiddlewareNotUsed

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_done = request.method not in SAFE and response.status_code < 400 and request.path not in DOOR
        if is_done and not wait_for_copy(Path(settings.HOME)):
            _say(request, response, _("Saved here, not yet in the copy."))
        return response

    return answer


def _say(request: HttpRequest, response: HttpResponse, words: str) -> None:
    """As a toast: of the page that the answer leads to, or of the part of a page that it is."""
    if "HX-Request" in request.headers and response.status_code == 200:
        response.content += render_to_string("ui/parts/toast_swapped.html", {"text": words}).encode()
    else:
        messages.warning(request, words)
