"""What becomes of a promise: kept, let go, moved, handed over, taken."""

import secrets
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.customers.timeline.forms import HandOverForm, MoveForm, words_of
from rapport.customers.timeline.models import Promise
from rapport.customers.timeline.services import close_promise, hand_over, move_promise, take_promise
from rapport.customers.timeline.views.pages import doing, go_back, show_form
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.ui.views.answers import actor_of, refusals, say
from rapport.foundation.ui.words import near_date


def _promise(actor: Actor, key: int) -> Promise:
    promise = Promise.objects.visible_to(actor).select_related("party").filter(pk=key).first()
    if promise is None:
        raise Http404
    return promise


@require_POST
@refusals
def closing(request: HttpRequest, key: int) -> HttpResponse:
    """Keep a promise, or let it go with a word why."""
    actor = actor_of(request)
    promise = _promise(actor, key)
    is_kept = request.POST.get("how", "kept") == "kept"
    act = close_promise(promise, is_kept=is_kept, why=words_of(request.POST, "why"), **doing(request, actor))
    words = _("Kept: %(what)s") if is_kept else _("Let go: %(what)s")
    say(request, words % {"what": promise}, act)
    return go_back(request, promise.party)


@require_http_methods(["GET", "POST"])
@refusals
def moving(request: HttpRequest, key: int) -> HttpResponse:
    """Move a promise to another day or hour."""
    actor = actor_of(request)
    promise = _promise(actor, key)
    today = timezone.localdate()
    later = today + timedelta(days=3 if today.weekday() == 4 else 2 if today.weekday() == 5 else 1)
    if request.method != "POST":
        begin = {"due": later, "due_time": promise.due_time, "key": secrets.token_urlsafe(16)}
        return show_form(request, promise, MoveForm(initial=begin), _("Move"))
    form = MoveForm(request.POST)
    if not form.is_valid():
        return show_form(request, promise, form, _("Move"), 422)
    data = form.cleaned_data
    act = move_promise(promise, data["due"], data["due_time"], **doing(request, actor))
    day = near_date(data["due"], timezone.localtime(), get_language() or "en")
    say(request, _("Moved to %(day)s: %(what)s") % {"day": day, "what": promise}, act)
    return go_back(request, promise.party)


@require_http_methods(["GET", "POST"])
@refusals
def handing_over(request: HttpRequest, key: int) -> HttpResponse:
    """Give a promise to a colleague, with a word."""
    actor = actor_of(request)
    promise = _promise(actor, key)
    title = _("Hand over")
    if request.method != "POST":
        form = HandOverForm(without=promise.owner_id, initial={"key": secrets.token_urlsafe(16)})
        return show_form(request, promise, form, title)
    form = HandOverForm(request.POST, without=promise.owner_id)
    if not form.is_valid():
        return show_form(request, promise, form, title, 422)
    colleague = form.cleaned_data["colleague"]
    act = hand_over(promise, colleague, form.cleaned_data["words"], **doing(request, actor))
    say(request, _("Handed over to %(name)s: %(what)s") % {"name": colleague, "what": promise}, act)
    return go_back(request, promise.party)


@require_POST
@refusals
def taking(request: HttpRequest, key: int) -> HttpResponse:
    """Take what a colleague left."""
    actor = actor_of(request)
    promise = _promise(actor, key)
    act = take_promise(promise, **doing(request, actor))
    say(request, _("Yours now: %(what)s") % {"what": promise}, act)
    return go_back(request, promise.party)
