"""A pasted signature or business card: read, ticked and corrected, then saved as a person."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.customers.capture.rules.cards import CardPart
from rapport.customers.capture.services import Ticked, known_by_contact, read_signature, save_card
from rapport.customers.people.models import Party
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import check_text
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.search.rules import words_in
from rapport.foundation.ui.queries import url_of
from rapport.foundation.ui.views.answers import actor_of, forbidden, refusals, say, see_other

LONGEST, MOST_FIELDS = 100_000, 100


@require_http_methods(["GET", "POST"])
@refusals
def card(request: HttpRequest) -> HttpResponse:
    """Paste a card; tick and correct what it says; save it."""
    actor = actor_of(request)
    if not actor.may("people", Verb.CREATE):
        return forbidden(request, _("Your role may not add these. An administrator can."))
    if "save" in request.POST:
        return _save(request, actor)
    text = request.POST.get("text", "")[:LONGEST].replace("\x00", " ")
    found = [Ticked(one.part, one.value, one.label) for one in read_signature(text).fields][:MOST_FIELDS]
    asked = [_("No name, address or number was found in it.")] if text.strip() and not found else []
    return _page(request, actor, text, [(one, True) for one in found], asked)


def _save(request: HttpRequest, actor: Actor) -> HttpResponse:
    fields = _sent(request.POST)
    ticked = [one for one, is_ticked in fields if is_ticked]
    known = {str(one.pk): one for one in known_by_contact([one for one, _ticked in fields], actor)}
    to = known.get(request.POST.get("to", ""))
    doing: dict[str, Any] = {"actor": actor, "source": SCREEN, "at": now()}
    try:
        for one in ticked:
            check_text(one.value)
        done = save_card(ticked, to, key=request.POST.get("key") or None, **doing)
    except ValidationError as error:
        return _page(request, actor, request.POST.get("text", ""), fields, error.messages)
    words = _("%(name)s has what was new") if to else _("%(name)s was added")
    say(request, words % {"name": done.record}, done.act)
    return see_other(url_of(done.record))


def _sent(values: Mapping[str, str]) -> list[tuple[Ticked, bool]]:
    """The fields as the form has them, each with whether it is ticked."""
    parts = {part.value for part in CardPart}
    return [
        (
            Ticked(CardPart(part), values.get(f"value_{number}", ""), values.get(f"label_{number}", "")),
            f"tick_{number}" in values,
        )
        for number in range(MOST_FIELDS)
        if (part := values.get(f"part_{number}", "")) in parts
    ]


def _page(
    request: HttpRequest,
    actor: Actor,
    text: str,
    fields: Sequence[tuple[Ticked, bool]],
    asked: Sequence[str],
) -> HttpResponse:
    names = _names()
    all_fields = [one for one, _ticked in fields]
    known = known_by_contact(all_fields, actor) if fields else []
    context = {
        "text": text,
        "fields": [
            {
                "name": names[one.part],
                "part": one.part.value,
                "value": one.value,
                "label": one.label,
                "is_ticked": is_ticked,
            }
            for one, is_ticked in fields
        ],
        "known": known,
        "to": _chosen(request, known, all_fields),
        "rest": read_signature(text).rest if fields else (),
        "key": request.POST.get("key") or secrets.token_urlsafe(16),
        "asked": asked,
    }
    return render(request, "capture/card.html", context, status=422 if asked else 200)


def _chosen(request: HttpRequest, known: Sequence[Party], fields: Sequence[Ticked]) -> int | None:
    """Whom it is added to: who was chosen; else the only one known, if the name agrees or there is none."""
    if to := request.POST.get("to", ""):
        return next((one.pk for one in known if str(one.pk) == to), None)
    name = next((one.value for one in fields if one.part == CardPart.NAME), "")
    agrees = len(known) == 1 and (not name or set(words_in(name)) == set(words_in(known[0].name)))
    return known[0].pk if agrees else None


def _names() -> dict[CardPart, str]:
    return {
        CardPart.NAME: _("Name"),
        CardPart.TITLE: _("Job title"),
        CardPart.ORGANISATION: _("Organisation"),
        CardPart.EMAIL: _("E-mail"),
        CardPart.PHONE: _("Phone"),
        CardPart.ADDRESS: _("Address"),
        CardPart.WEB: _("Link"),
    }
