"""Finding anything, as one types and as a page."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from rapport.foundation.kernel.access.rules import Verb
from rapport.foundation.kernel.records.rules import record_type, record_types
from rapport.foundation.kernel.search.queries import Hit, find
from rapport.foundation.ui.forms import choices_of
from rapport.foundation.ui.views.answers import actor_of

LONGEST = 200


def _line(hit: Hit) -> dict[str, object]:
    url = reverse("records:record", args=[hit.record_type, hit.record])
    return {"url": url, "title": hit.title, "line": hit.subtitle, "key": hit.record, "type": hit.record_type}


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What matches, best first; when nothing fits, the offer to add it."""
    actor = actor_of(request)
    query = request.GET.get("q", "")[:LONGEST].replace("\x00", "")
    is_typing = bool(getattr(request, "htmx", False))
    hits = [_line(hit) for hit in find(query, actor=actor, limit=8 if is_typing else 50)]
    groups = [
        {"name": str(record_type(str(key)).plural), "hits": list(some)}
        for key, some in groupby(sorted(hits, key=lambda hit: _place(hits, hit)), key=lambda hit: hit["type"])
    ]
    may_add = [one for one in record_types() if one.known and actor.may(one.key, Verb.CREATE)]
    context = {
        "query": query,
        "groups": groups,
        "hits": hits,
        "more_url": f"{request.path}?{urlencode({'q': query})}" if len(hits) == 8 else "",
        "offers": [
            {
                "label": one.label,
                "icon": one.icon,
                "url": f"{reverse('records:new', args=[one.key])}?{urlencode({'name': query})}",
            }
            for one in may_add[:2]
        ]
        if query.strip()
        else [],
    }
    return render(request, "ui/records/found.html" if is_typing else "ui/records/search.html", context)


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
