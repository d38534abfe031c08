"""The page of the practice company, and its removal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.ui.views.answers import actor_of, forbidden, refusals, say, see_other
from rapport.steering.adoption.queries import practice_company
from rapport.steering.adoption.services import remove


def _closed(request: HttpRequest) -> HttpResponse:
    return forbidden(request, _("Only administrators come here. Ask one of them to do it with you."))


@require_GET
def practice(request: HttpRequest) -> HttpResponse:
    """What is invented here, and how to be rid of it."""
    if not actor_of(request).may_enter("admin"):
        return _closed(request)
    return render(request, "adoption/practice.html", {"company": practice_company()})


@require_POST
@refusals
def removal(request: HttpRequest) -> HttpResponse:
    """Remove all of it in one act; nobody is asked first, for Undo brings it back."""
    actor = actor_of(request)
    if not actor.may_enter("admin"):
        return _closed(request)
    say(request, _("The practice company was removed"), remove(actor=actor, at=now()))
    return see_other(reverse("adoption:practice"))
