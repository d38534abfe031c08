"""Recording what was said, promising, noting: plain forms."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.customers.timeline.forms import NoteForm, PromiseForm, SayForm, local_now
from rapport.customers.timeline.services import (
    NobodyThere,
    WrongFile,
    make_promise,
    record_interaction,
    write_note,
)
from rapport.customers.timeline.views.pages import doing, go_back, others_named, party_seen, show_form
from rapport.foundation.ui.queries import url_of
from rapport.foundation.ui.views.answers import actor_of, refusals, say, see_other


@require_http_methods(["GET", "POST"])
@refusals
def saying(request: HttpRequest, key: int) -> HttpResponse:
    """Record what was said with a party, with a promise if one was made."""
    actor = actor_of(request)
    title = _("Record what was said")
    if request.method != "POST":
        return show_form(request, party_seen(actor, key), SayForm(initial=_begin()), title)
    form = SayForm(request.POST, request.FILES)
    others = others_named(form, actor) if form.is_valid() else None
    if others is None:
        return show_form(request, party_seen(actor, key), form, title, 422)
    try:
        written = record_interaction(
            [key, *(party.pk for party in others)],
            form.said(),
            form.promised(),
            files=form.cleaned_data["attached"],
            **doing(request, actor),
        )
    except NobodyThere as error:
        raise Http404 from error
    except WrongFile as error:
        form.add_error("attached", str(error))
        return show_form(request, party_seen(actor, key), form, title, 422)
    words = _("Recorded, with a promise") if form.promised() else _("Recorded")
    say(request, words, written.act)
    return see_other(url_of(written.parties[0]))


def _begin() -> dict[str, Any]:
    return {"key": secrets.token_urlsafe(16), "at": local_now(), "channel": "phone", "direction": "ours"}


@require_http_methods(["GET", "POST"])
@refusals
def promising(request: HttpRequest, key: int) -> HttpResponse:
    """Promise something to a party, or write down what it promised."""
    actor = actor_of(request)
    party = party_seen(actor, key)
    if request.method != "POST":
        return show_form(
            request, party, PromiseForm(initial={"key": secrets.token_urlsafe(16)}), _("Promise")
        )
    form = PromiseForm(request.POST)
    if not form.is_valid():
        return show_form(request, party, form, _("Promise"), 422)
    written = make_promise(party, form.promised(), **doing(request, actor))
    say(request, _("Promised"), written.act)
    return go_back(request, party)


@require_http_methods(["GET", "POST"])
@refusals
def noting(request: HttpRequest, key: int) -> HttpResponse:
    """Write a note on a party."""
    actor = actor_of(request)
    party = party_seen(actor, key)
    if request.method != "POST":
        return show_form(request, party, NoteForm(initial={"key": secrets.token_urlsafe(16)}), _("Note"))
    form = NoteForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_form(request, party, form, _("Note"), 422)
    data = form.cleaned_data
    try:
        written = write_note(
            party,
            data["words"],
            is_pinned=data["is_pinned"],
            is_private=data["is_private"],
            files=data["attached"],
            **doing(request, actor),
        )
    except WrongFile as error:
        form.add_error("attached", str(error))
        return show_form(request, party, form, _("Note"), 422)
    say(request, _("Noted"), written.act)
    return see_other(url_of(party))
