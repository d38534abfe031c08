"""How views answer: a toast with Undo, a refusal in its own words, two people at once."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.models.values import link_named
from rapport.foundation.kernel.ledger.queries.history import touched_by
from rapport.foundation.kernel.ledger.rules import AlreadyDone, Clash, Conflict, Refused
from rapport.foundation.kernel.records.queries import record_or_none
from rapport.foundation.kernel.records.rules import RecordType, record_types
from rapport.foundation.kernel.records.services import NotAllowed
from rapport.foundation.ui.queries import url_of

type View = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """Who asks. Raises Http404 for a stranger, whom the middleware has let past by mistake."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise Http404
    return actor


def undo_url(act: int | None) -> str:
    """Where an act is taken back; empty when nothing was done."""
    return reverse("records:undoing", args=[act]) if act else ""


def page_of(kind: RecordType, record: Any) -> str:
    """Where a record is shown: a part on the page of its whole."""
    return url_of(getattr(record, record.root)) if kind.is_part else url_of(record)


def say(request: HttpRequest, words: str, act: int | None = None) -> None:
    """Say on the next page what was done, with the way back."""
    messages.success(request, words, extra_tags=undo_url(act))


def see_other(url: str) -> HttpResponse:
    """Go and look, after a write: a reload does not send it again."""
    return HttpResponseRedirect(url, status=303)


def the_record(kind: RecordType, key: int, actor: Actor, verb: str = Verb.SEE) -> Any:
    """The record, or Http404 for one that is not there or not to be seen: the two look the same."""
    record = record_or_none(kind, key, actor, verb)
    if record is None:
        raise Http404
    return record


def forbidden(request: HttpRequest, words: str) -> HttpResponse:
    """The page that says whom to ask."""
    return render(request, "403.html", {"ask": words}, status=403)


def refusals(view: View) -> View:
    """Answer what services refuse: 403 for a verb that is not one's own, 409 with the reason and with the sentences
    that were typed, and for a form sent twice the first answer again."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as refusal:
            return forbidden(request, str(refusal))
        except AlreadyDone as done:
            return see_other(_page_of_act(done.act))
        except Conflict:
            raise
        except Refused as refusal:
            context = {"reason": str(refusal), "typed": _sentences(request)}
            return render(request, "ui/refused.html", context, status=409)

    return answer


def _sentences(request: HttpRequest) -> list[str]:
    """What was typed in words, so that it is not lost with a refusal: keys, days and choices have no space."""
    return [value for value in request.POST.values() if isinstance(value, str) and " " in value.strip()]


def _page_of_act(act_id: int) -> str:
    """The record that an act was about, or the page one came from."""
    act = Act.objects.filter(pk=act_id).first()
    for model, keys in (touched_by(act) if act else {}).items():
        if record := model._base_manager.filter(pk__in=keys).first():
            return url_of(record) or "/"
    return "/"


def conflict_page(
    request: HttpRequest, kind: RecordType, conflict: Conflict, save_url: str, leave_url: str
) -> HttpResponse:
    """Mine, theirs and before, field by field, answered with 409."""
    from rapport.foundation.kernel.actors.models import User
    from rapport.foundation.kernel.ledger.queries.history import history
    from rapport.foundation.kernel.records.queries import all_fields
    from rapport.foundation.ui.queries import said

    actor = actor_of(request)
    specs = {field.name: field for field in all_fields(kind, actor)}
    posted = {
        name: value
        for name, value in request.POST.items()
        if name not in {"csrfmiddlewaretoken", "version", "key"}
    }
    fields = []
    for clash in conflict.clashes:
        link = link_named(kind.model, clash.field)
        field = specs.get(link.name if link is not None else clash.field)
        if field is None:
            continue
        names = _names(link.related_model, clash, actor) if link is not None else {}
        values = [
            names.get(v, "") if link else said(field, v) for v in (clash.mine, clash.theirs, clash.before)
        ]
        their_value = names.get(clash.theirs, "") if field.type == "record" else clash.theirs
        fields.append(
            {
                "name": field.slug,
                "label": field.label,
                "mine": values[0],
                "theirs": values[1],
                "before": values[2],
                "my_value": posted.pop(field.slug, ""),
                "their_value": "" if their_value is None else their_value,
            }
        )
    latest = history(conflict.record, limit=1)
    who = User.objects.filter(pk=latest[0].act.actor or 0).first() if latest else None
    context = {
        "save_url": save_url,
        "leave_url": leave_url,
        "record": str(conflict.record),
        "who": str(who or "Rapport"),
        "at": latest[0].act.at if latest else timezone.now(),
        "fields": fields,
        "kept": [*posted.items(), ("version", conflict.record.version)],
    }
    return render(request, "ui/conflict.html", context, status=409)


def _names(model: Any, clash: Clash, actor: Actor) -> dict[Any, str]:
    """The names of what a changed link points to, as far as the actor may see them."""
    keys = [key for key in (clash.mine, clash.theirs, clash.before) if key is not None]
    kinds = [kind for kind in record_types() if kind.model is model]
    rows = [kind.visible_to(actor) for kind in kinds] or [model._base_manager.all()]
    return {row.pk: str(row) for some in rows for row in some.filter(pk__in=keys)}
