"""What the views of the timeline share: where one came from, and a form on a page of its own or inside a row."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.customers.people.models import Party
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.search.queries import find
from rapport.foundation.ui.queries import url_of
from rapport.foundation.ui.views.answers import see_other


def party_seen(actor: Actor, key: int) -> Party:
    """The party, or Http404 for one that is not there or not to be seen."""
    party = Party.objects.visible_to(actor).select_related("organisation").filter(pk=key).first()
    if party is None:
        raise Http404
    return party


def others_named(form: forms.Form, actor: Actor) -> Sequence[Party] | None:
    """The parties named beside the first; None, with the form saying so, when a name is not clear."""
    found: list[Party] = []
    for name in filter(None, (part.strip() for part in form.cleaned_data["others"].split(","))):
        hits = [hit for hit in find(name, actor=actor) if hit.title.casefold() == name.casefold()]
        if len(hits) != 1:
            words = _("Several are called %(name)s.") if hits else _("Nobody is called %(name)s.")
            form.add_error("others", words % {"name": name})
            return None
        found.append(party_seen(actor, hits[0].record))
    return found


def doing(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What every service is told: who, from where, when, and the key of the form."""
    return {"actor": actor, "source": SCREEN, "at": now(), "key": request.POST.get("key") or None}


def page_come_from(came_from: str, record: Versioned) -> str:
    """Where one goes on: Today, the reminders, the week of a day such as 2026-11-23, or else the record's own page."""
    if came_from in {"today", "reminders"}:
        return reverse(f"timeline:{came_from}")
    day = day_named(came_from) if came_from else None
    return f"{reverse('timeline:week')}?day={day}" if day else url_of(record)


def day_named(text: str) -> date | None:
    """The day that an address names; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def go_back(request: HttpRequest, record: Versioned) -> HttpResponse:
    """Back to where one came from, or to the record."""
    return see_other(page_come_from(request.POST.get("from", ""), record))


def show_form(
    request: HttpRequest, record: Versioned, form: forms.Form, title: str, status: int = 200
) -> HttpResponse:
    """The form on a page of its own, or inside the row it was asked for from."""
    in_row = bool(getattr(request, "htmx", False))
    came_from = request.POST.get("from") or request.GET.get("from") or ("today" if in_row else "")
    context = {
        "form": form,
        "party": record,
        "title": title,
        "save_url": request.path,
        "came_from": came_from,
        "leave_url": page_come_from(came_from, record),
    }
    template = "timeline/row_form.html" if in_row else "timeline/form.html"
    return render(request, template, context, status=status)
