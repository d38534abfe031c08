"""Finding anything, as one types and as a page."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.records.rules import record_type, record_types
from rapport.foundation.kernel.search.queries import Hit, find_forgiving, find_said, lately
from rapport.foundation.ui.commands import commands_for
from rapport.foundation.ui.forms import choices_of
from rapport.foundation.ui.queries import url_of
from rapport.foundation.ui.shell import context as shell
from rapport.foundation.ui.views.answers import actor_of

LONGEST = 200


def _line(hit: Hit) -> dict[str, object]:
    url = reverse("records:record", args=[hit.record_type, hit.record])
    return {"url": url, "title": hit.title, "line": hit.subtitle, "key": hit.record, "type": hit.record_type}


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What matches, best first: names, what was said, and what can be done; lately changed ones for no words at all."""
    actor = actor_of(request)
    typed = request.GET.get("q", "").replace("\x00", "")
    query = typed[:LONGEST]
    is_typing = bool(getattr(request, "htmx", False))
    few = 8 if is_typing else 50
    found = find_forgiving(query, actor=actor, limit=few)
    hits = [_line(hit) for hit in (found.hits if query.strip() else lately(actor=actor, limit=5))]
    context = {
        "query": query,
        "meant": " ".join(found.meant),
        "longest": LONGEST if len(typed) > LONGEST else 0,
        "groups": [
            *(_by_type(hits) if query.strip() else _lately(hits)),
            *_said(query, actor, 4 if is_typing else 20),
        ],
        "commands": commands_for(request, shell(request)["shell"], actor, query, request.GET.get("on", "")),
        "on": request.GET.get("on", ""),
        "more_url": f"{request.path}?{urlencode({'q': query})}" if len(hits) == few else "",
        "offers": _offers(actor, query),
    }
    return render(request, "ui/records/found.html" if is_typing else "ui/records/search.html", context)


def _by_type(hits: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {"name": str(record_type(str(key)).plural), "hits": list(some)}
        for key, some in groupby(sorted(hits, key=lambda hit: _place(hits, hit)), key=lambda hit: hit["type"])
    ]


def _lately(hits: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{"name": _("Yours, lately changed"), "hits": hits}] if hits else []


def _said(query: str, actor: Actor, limit: int) -> list[dict[str, object]]:
    """What was said, noted and promised in these words."""
    lines = [
        {
            "url": url_of(record),
            "title": str(record),
            "line": " · ".join(filter(None, [str(kind.label), kind.line(record)])),
            "icon": kind.icon,
        }
        for kind, record in find_said(query, actor=actor, limit=limit)
    ]
    return [{"name": _("What was said"), "hits": lines}] if lines else []


def _offers(actor: Actor, query: str) -> list[dict[str, object]]:
    """To add what was not found."""
    may_add = [one for one in record_types() if one.known and actor.may(one.key, Verb.CREATE)]
    return [
        {
            "label": one.label,
            "icon": one.icon,
            "url": f"{reverse('records:new', args=[one.key])}?{urlencode({'name': query})}",
        }
        for one in may_add[:2]
        if query.strip()
    ]


def _place(hits: list[dict[str, object]], hit: dict[str, object]) -> int:
    """Types in the order of their best hit."""
    return next(index for index, one in enumerate(hits) if one["type"] == hit["type"])


@require_GET
def options(request: HttpRequest, to: str) -> HttpResponse:
    """Names to choose from while a link is typed."""
    actor = actor_of(request)
    known = {one.key for one in record_types() if one.known}
    text = next((str(value) for value in request.GET.values() if value), "")[:LONGEST].replace("\x00", "")
    choices = choices_of(text, to=to, actor=actor, limit=10, exactly=False) if to in known else []
    return render(request, "ui/records/options.html", {"choices": choices})
