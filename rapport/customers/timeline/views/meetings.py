"""Planning a meeting, and what becomes of it: held, moved, missed."""

import secrets
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.customers.timeline.forms import HoldForm, MoveMeetingForm, PlanForm, local_now, words_of
from rapport.customers.timeline.models import Meeting
from rapport.customers.timeline.services import (
    NobodyThere,
    hold_meeting,
    miss_meeting,
    move_meeting,
    plan_meeting,
)
from rapport.customers.timeline.views.pages import doing, go_back, others_named, party_seen, show_form
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.ui.queries import url_of
from rapport.foundation.ui.views.answers import actor_of, refusals, say, see_other


def _meeting(actor: Actor, key: int) -> Meeting:
    meeting = Meeting.objects.visible_to(actor).filter(pk=key).first()
    if meeting is None:
        raise Http404
    return meeting


@require_http_methods(["GET", "POST"])
@refusals
def planning(request: HttpRequest, key: int) -> HttpResponse:
    """Plan a meeting with a party."""
    actor = actor_of(request)
    party, title = party_seen(actor, key), _("Plan a meeting")
    if request.method != "POST":
        begin = {"at": local_now().replace(minute=0) + timedelta(days=1), "key": secrets.token_urlsafe(16)}
        return show_form(request, party, PlanForm(initial=begin), title)
    form = PlanForm(request.POST)
    others = others_named(form, actor) if form.is_valid() else None
    if others is None:
        return show_form(request, party, form, title, 422)
    try:
        written = plan_meeting([party, *others], form.planned(), **doing(request, actor))
    except NobodyThere as error:
        raise Http404 from error
    say(request, _("Planned"), written.act)
    return see_other(url_of(party))


@require_http_methods(["GET", "POST"])
@refusals
def holding(request: HttpRequest, key: int) -> HttpResponse:
    """Say what was said at a meeting, which becomes an interaction."""
    actor = actor_of(request)
    meeting, title = _meeting(actor, key), _("Held")
    if request.method != "POST":
        begin = {"minutes": meeting.minutes, "key": secrets.token_urlsafe(16)}
        return show_form(request, meeting, HoldForm(initial=begin), title)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return show_form(request, meeting, form, title, 422)
    written = hold_meeting(meeting, form.held(), form.promised(), **doing(request, actor))
    say(request, _("Held: %(what)s") % {"what": meeting}, written.act)
    return go_back(request, meeting)


@require_http_methods(["GET", "POST"])
@refusals
def moving_meeting(request: HttpRequest, key: int) -> HttpResponse:
    """Move a meeting to another hour."""
    actor = actor_of(request)
    meeting, title = _meeting(actor, key), _("Move")
    if request.method != "POST":
        begin = MoveMeetingForm.beginning(meeting) | {"key": secrets.token_urlsafe(16)}
        return show_form(request, meeting, MoveMeetingForm(initial=begin), title)
    form = MoveMeetingForm(request.POST)
    if not form.is_valid():
        return show_form(request, meeting, form, title, 422)
    act = move_meeting(meeting, form.cleaned_data["at"], form.minutes(), **doing(request, actor))
    say(request, _("Moved: %(what)s") % {"what": meeting}, act)
    return go_back(request, meeting)


@require_POST
@refusals
def missing(request: HttpRequest, key: int) -> HttpResponse:
    """Say that a meeting did not take place, with a word why."""
    actor = actor_of(request)
    meeting = _meeting(actor, key)
    act = miss_meeting(meeting, words_of(request.POST, "why"), **doing(request, actor))
    say(request, _("Missed: %(what)s") % {"what": meeting}, act)
    return go_back(request, meeting)
