"""Each request has a code that can be said over the telephone: it stands on the page of a failure and in the log."""

import logging
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

_code: ContextVar[str] = ContextVar("code_of_request", default="")
_log = logging.getLogger("rapport.requests")

FIRST = ["calm", "early", "green", "quiet", "round", "silver", "small", "steady", "tall", "warm"]
SECOND = ["birch", "brook", "finch", "harbour", "lantern", "meadow", "orchard", "otter", "pebble", "willow"]


def code_of_request() -> str:
    """The code of the request that is being answered; outside one, a new one each time."""
    return _code.get() or _new()


def code_or_none() -> str:
    """The same; nothing outside a request."""
    return _code.get()


def _new() -> str:
    return f"{secrets.choice(FIRST)}-{secrets.choice(SECOND)}-{secrets.randbelow(900) + 100}"


def named(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the first of all: names the request; where RAPPORT_LOG is INFO it is one line in the log.

    The line has no query and no name: what is searched for and who is asked about is nobody's log's business."""

    def answer(request: HttpRequest) -> HttpResponse:
        begun, token = time.monotonic(), _code.set(_new())
        try:
            response = get_response(request)
            if _log.isEnabledFor(logging.INFO):
                _log.info(
                    "%s %s %s",
                    request.method,
                    request.path,
                    response.status_code,
                    extra={"ms": round((time.monotonic() - begun) * 1000), "user": _user(request)},
                )
            return response
        finally:
            _code.reset(token)

    return answer


def _user(request: HttpRequest) -> int | None:
    return getattr(getattr(request, "actor", None), "key", None)
