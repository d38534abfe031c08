"""Reminders: the inbox, asking for one, snoozing, done; and when they come unasked."""

import secrets
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rapport.customers.timeline.forms import ReminderWishForm, RemindForm, SnoozeForm
from rapport.customers.timeline.queries import (
    Remembered,
    by_itself,
    is_mailing,
    reminder_of,
    reminders_due,
    reminders_later,
    wish_of,
)
from rapport.customers.timeline.rules.snoozing import SNOOZES, snoozed_until
from rapport.customers.timeline.services import choose_reminders, finish, remind, snooze
from rapport.customers.timeline.views.pages import doing, go_back, show_form
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.records.rules import RecordType, record_types
from rapport.foundation.ui.views.answers import actor_of, refusals, say, see_other, the_record
from rapport.foundation.ui.words import full_date

INBOX = "timeline:reminders"


@require_GET
def reminders(request: HttpRequest) -> HttpResponse:
    """What to think of now, and later."""
    actor, at = actor_of(request), now()
    context = {"due": reminders_due(actor, at), "later": reminders_later(actor, at)}
    return render(request, "timeline/reminders.html", context)


@require_GET
def reminders_count(request: HttpRequest) -> HttpResponse:
    """How many are due, for the menu; nothing where none is."""
    return render(request, "timeline/count.html", {"count": len(reminders_due(actor_of(request), now()))})


@require_http_methods(["GET", "POST"])
@refusals
def reminding(request: HttpRequest, of: str, key: int) -> HttpResponse:
    """Ask to be reminded of a record."""
    actor, title = actor_of(request), _("Remind me")
    kind = _kind(of)
    record = the_record(kind, key, actor)
    if request.method != "POST":
        return show_form(request, record, RemindForm(initial=_begin()), title)
    form = RemindForm(request.POST)
    if not form.is_valid():
        return show_form(request, record, form, title, 422)
    when = form.cleaned_data["at"]
    written = remind(kind, key, when, form.cleaned_data["words"], **doing(request, actor))
    say(request, _("You will be reminded: %(when)s") % {"when": _said(when)}, written.act)
    return go_back(request, record)


@require_http_methods(["GET", "POST"])
@refusals
def snoozing(request: HttpRequest, of: str, key: int) -> HttpResponse:
    """Be reminded again in an hour, tomorrow, next week, or at a moment of one's own."""
    actor = actor_of(request)
    one, how = _one(actor, of, key), request.POST.get("until", "")
    if how in SNOOZES:
        return _snoozed(request, one, snoozed_until(how, timezone.localtime(now())))
    form = SnoozeForm(request.POST) if request.method == "POST" else SnoozeForm(initial=_begin())
    if not form.is_valid():
        return show_form(request, one.record, form, _("Snooze"), 422 if form.is_bound else 200)
    return _snoozed(request, one, form.cleaned_data["at"])


@require_POST
@refusals
def finishing(request: HttpRequest, of: str, key: int) -> HttpResponse:
    """Say that one has thought of it."""
    actor = actor_of(request)
    one = _one(actor, of, key)
    say(request, _("Done: %(what)s") % {"what": one.what[:80]}, finish([one], **doing(request, actor)))
    return go_back(request, one.record)


@require_POST
@refusals
def emptying(request: HttpRequest) -> HttpResponse:
    """Say that one has thought of all that is due."""
    actor = actor_of(request)
    act = finish(reminders_due(actor, now()), **doing(request, actor))
    say(request, _("Nothing is due any more"), act)
    return see_other(reverse(INBOX))


@require_http_methods(["GET", "POST"])
@refusals
def wishing(request: HttpRequest) -> HttpResponse:
    """Choose when one is reminded unasked, and what of it goes by mail."""
    actor = actor_of(request)
    begin = ReminderWishForm.beginning(wish_of(actor)) | {"key": secrets.token_urlsafe(16)}
    sent = request.POST if request.method == "POST" else None
    form = ReminderWishForm(sent, initial=begin, is_mailing=is_mailing())
    if form.is_valid():
        act = choose_reminders(**form.wish(), **doing(request, actor))
        say(request, _("Saved"), act)
        return see_other(reverse(INBOX))
    context = {
        "form": form,
        "party": _("Reminders"),
        "title": _("When to remind me"),
        "leave_url": reverse(INBOX),
    }
    return render(request, "timeline/form.html", context, status=422 if form.is_bound else 200)


def _kind(of: str) -> RecordType:
    """Raises Http404 for what is no record with a page of its own."""
    kind = next((one for one in record_types() if one.key == of and not one.is_part), None)
    if kind is None:
        raise Http404
    return kind


def _one(actor: Actor, of: str, key: int) -> Remembered:
    """The reminder of this row, or the one of this record that came by itself; Http404 for another's."""
    found = reminder_of(key, actor) if of == "reminders" else by_itself(of, key, actor, now())
    if found is None:
        raise Http404
    return found


def _begin() -> dict[str, Any]:
    tomorrow = snoozed_until("tomorrow", timezone.localtime(now()))
    return {"at": tomorrow, "key": secrets.token_urlsafe(16)}


def _snoozed(request: HttpRequest, one: Remembered, until: datetime) -> HttpResponse:
    act = snooze(one, until, **doing(request, actor_of(request)))
    say(request, _("Snoozed: %(when)s") % {"when": _said(until)}, act)
    return go_back(request, one.record)


def _said(when: datetime) -> str:
    return full_date(timezone.localtime(when), get_language() or "en")
