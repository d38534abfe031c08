"""The capture line: what it understood, as one types; and its saving."""

import secrets
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rapport.customers.capture.rules.draft import Draft, draft_of
from rapport.customers.capture.services import Capture, Captured, Context, Learnt, save, understand
from rapport.customers.timeline.models import Channel, Direction
from rapport.customers.timeline.services import NobodyThere, Promised, Said
from rapport.foundation.kernel.access.rules import Verb
from rapport.foundation.kernel.actors.models import check_text
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.ui.queries import url_of
from rapport.foundation.ui.views.answers import actor_of, forbidden, refusals, say, see_other, undo_url

LONGEST = 100_000


def _draft(request: HttpRequest, values: Any) -> Draft:
    """What the form says so far: the sentence read anew, with what was set by hand.

    Where the controls were made from this very sentence all of them count, as they were seen; otherwise only those
    that were touched, for a sentence may have been typed on since it was read."""
    text = values.get("text", "")[:LONGEST]
    page = values.get("page", "")
    context = Context(int(page) if page.isdigit() and len(page) < 19 else None)
    at = timezone.localtime()
    reading = understand(
        text, actor=actor_of(request), at=at, language=get_language() or "en", context=context
    )
    touched = set(filter(None, values.get("touched", "").split(",")))
    if values.get("read") == text and request.method == "POST":
        touched |= {*values} | {"facts"}
    return draft_of(reading, values, touched, at.date())


@require_GET
def reading(request: HttpRequest) -> HttpResponse:
    """What is understood of the sentence so far."""
    return render(request, "capture/understood.html", _context(request, _draft(request, request.GET), []))


@require_http_methods(["GET", "POST"])
@refusals
def capture(request: HttpRequest) -> HttpResponse:
    """The line on a page of its own, and the saving of what it says."""
    actor = actor_of(request)
    if not actor.may("interactions", Verb.CREATE):
        return forbidden(
            request, _("Your role may read here, but not write. An administrator can change that.")
        )
    values = request.POST if request.method == "POST" else request.GET
    draft = _draft(request, values)
    if request.method != "POST":
        return render(request, "capture/page.html", _context(request, draft, []))
    asks = draft.asks
    if not asks:
        try:
            check_text(values.get("text", ""))
            done = save(_capture(draft), actor=actor, source=SCREEN, at=now(), key=values.get("key") or None)
        except NobodyThere as error:
            asks = [str(error)]
        except ValidationError as error:
            asks = error.messages
        else:
            return _saved(request, draft, done)
    template = "capture/understood.html" if getattr(request, "htmx", False) else "capture/page.html"
    return render(request, template, _context(request, draft, asks), status=422)


def _saved(request: HttpRequest, draft: Draft, done: Captured) -> HttpResponse:
    """Say so, and go on: to whom it is about, or, for who has more to say, to an empty line."""
    names = ", ".join(str(one) for one in done.parties)
    words = _("Recorded, with a promise: %(names)s") if draft.promises else _("Recorded: %(names)s")
    words, stays = words % {"names": names}, bool(request.POST.get("stay"))
    if not getattr(request, "htmx", False):
        say(request, words, done.act)
        return see_other(request.path if stays else url_of(done.parties[0]))
    if stays:
        context = {"text": words, "undo_url": undo_url(done.act)}
        answer = render(request, "ui/parts/toast_swapped.html", context)
        answer.headers["HX-Trigger"] = "captured"
        return answer
    say(request, words, done.act)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _context(request: HttpRequest, draft: Draft, asks: list[str]) -> dict[str, Any]:
    values = request.POST if request.method == "POST" else request.GET
    return {
        "draft": draft,
        "asked": asks,
        "channels": [("", _("Not said")), *Channel.choices],
        "directions": Direction.choices,
        "key": values.get("key") or secrets.token_urlsafe(16),
        "page": values.get("page", ""),
        "touched": values.get("touched", ""),
    }


def _capture(draft: Draft) -> Capture:
    promises = tuple(
        Promised(
            one.words.strip(),
            date.fromisoformat(one.due),
            time.fromisoformat(one.hour) if one.hour else None,
            one.whose != "theirs",
        )
        for one in draft.promises
        if one.words.strip()
    )
    channel = draft.channel if draft.channel in Channel.values else ""
    direction = draft.direction if draft.direction in Direction.values else "ours"
    said = Said(draft.text.strip(), _said_at(draft), channel, direction)
    learnt = tuple(
        Learnt(one.fact.kind, one.fact.value, one.fact.said) for one in draft.facts if one.is_wanted
    )
    return Capture(draft.parties, said, promises, learnt)


def _said_at(draft: Draft) -> datetime:
    """When it was said: the day and hour of the draft, this minute where it says none. Raises ValidationError."""
    here = timezone.localtime()
    if not draft.day and not draft.hour:
        return here
    try:
        day = date.fromisoformat(draft.day) if draft.day else here.date()
        clock = (
            time.fromisoformat(draft.hour) if draft.hour else time(12) if day != here.date() else here.time()
        )
        found = datetime.combine(day, clock.replace(tzinfo=None), here.tzinfo)
    except (ValueError, OverflowError) as error:
        raise ValidationError(_("That is no day.")) from error
    if found > here + timedelta(hours=1):
        raise ValidationError(_("That is still to come. What was said lies behind us."))
    return found
