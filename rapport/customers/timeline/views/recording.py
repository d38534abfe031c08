"""Recording what was said, promising, noting: plain forms."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.customers.people.models import Party
from rapport.customers.timeline.forms import NoteForm, PromiseForm, SayForm, local_now
from rapport.customers.timeline.services import (
    NobodyThere,
    make_promise,
    record_interaction,
    write_note,
)
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.search.queries import find
from rapport.foundation.ui.queries import url_of
from rapport.foundation.ui.views.answers import actor_of, refusals, say, see_other


def _party(actor: Actor, key: int) -> Party:
    party = Party.objects.visible_to(actor).select_related("organisation").filter(pk=key).first()
    if party is None:
        raise Http404
    return party


@require_http_methods(["GET", "POST"])
@refusals
def saying(request: HttpRequest, key: int) -> HttpResponse:
    """Record what was said with a party, with a promise if one was made."""
    actor = actor_of(request)
    title = _("Record what was said")
    if request.method != "POST":
        return _form(request, _party(actor, key), SayForm(initial=_begin()), title)
    form = SayForm(request.POST)
    others = _others(form, actor) if form.is_valid() else None
    if others is None:
        return _form(request, _party(actor, key), form, title, 422)
    try:
        written = record_interaction(
            [key, *(party.pk for party in others)],
            form.said(),
            form.promised(),
            actor=actor,
            source=SCREEN,
            at=now(),
            key=form.cleaned_data["key"] or None,
        )
    except NobodyThere as error:
        raise Http404 from error
    words = _("Recorded, with a promise") if form.promised() else _("Recorded")
    say(request, words, written.act)
    return see_other(url_of(written.parties[0]))


def _begin() -> dict[str, Any]:
    return {"key": secrets.token_urlsafe(16), "at": local_now(), "channel": "phone", "direction": "ours"}


def _others(form: SayForm, actor: Actor) -> list[Party] | None:
    """The people named beside the first; None, with the form saying so, when a name is not clear."""
    found: list[Party] = []
    for name in filter(None, (part.strip() for part in form.cleaned_data["others"].split(","))):
        hits = [hit for hit in find(name, actor=actor) if hit.title.casefold() == name.casefold()]
        if len(hits) != 1:
            words = _("Several are called %(name)s.") if hits else _("Nobody is called %(name)s.")
            form.add_error("others", words % {"name": name})
            return None
        found.append(_party(actor, hits[0].record))
    return found


def _form(request: HttpRequest, party: Party, form: Any, title: str, status: int = 200) -> HttpResponse:
    context = {"form": form, "party": party, "title": title, "leave_url": url_of(party)}
    return render(request, "timeline/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@refusals
def promising(request: HttpRequest, key: int) -> HttpResponse:
    """Promise something to a party, or write down what it promised."""
    actor = actor_of(request)
    party = _party(actor, key)
    if request.method != "POST":
        return _form(request, party, PromiseForm(initial={"key": secrets.token_urlsafe(16)}), _("Promise"))
    form = PromiseForm(request.POST)
    if not form.is_valid():
        return _form(request, party, form, _("Promise"), 422)
    written = make_promise(
        party, form.promised(), actor=actor, source=SCREEN, at=now(), key=form.cleaned_data["key"] or None
    )
    say(request, _("Promised"), written.act)
    return see_other(url_of(party))


@require_http_methods(["GET", "POST"])
@refusals
def noting(request: HttpRequest, key: int) -> HttpResponse:
    """Write a note on a party."""
    actor = actor_of(request)
    party = _party(actor, key)
    if request.method != "POST":
        return _form(request, party, NoteForm(initial={"key": secrets.token_urlsafe(16)}), _("Note"))
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _form(request, party, form, _("Note"), 422)
    data = form.cleaned_data
    written = write_note(
        party,
        data["words"],
        is_pinned=data["is_pinned"],
        is_private=data["is_private"],
        actor=actor,
        source=SCREEN,
        at=now(),
        key=data["key"] or None,
    )
    say(request, _("Noted"), written.act)
    return see_other(url_of(party))
