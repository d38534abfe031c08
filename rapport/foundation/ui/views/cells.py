"""One field edited where it stands, in a list or among the facts of a record."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rapport.foundation.kernel.access.rules import Verb
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.fields.rules import HOUSE, FieldSpec, FieldType
from rapport.foundation.kernel.ledger.queries.history import origins
from rapport.foundation.kernel.ledger.rules import SCREEN, Conflict
from rapport.foundation.kernel.records.queries import field_named, verbs_on
from rapport.foundation.kernel.records.rules import RecordType
from rapport.foundation.kernel.records.services import edit_record
from rapport.foundation.ui.forms import form_for
from rapport.foundation.ui.queries import actors_of, said, shown, source_lines, url_of
from rapport.foundation.ui.views.answers import (
    actor_of,
    conflict_page,
    forbidden,
    page_of,
    refusals,
    say,
    see_other,
    the_record,
    undo_url,
)

# A panel shows its parts in its own way: it is told, and fetches itself anew.
PART_CHANGED = {"HX-Trigger": "part-changed"}


def _context(kind: RecordType, record: Any, field: FieldSpec, place: str) -> dict[str, Any]:
    args = [kind.key, record.pk, field.slug]
    return {
        "kind": kind,
        "record": record,
        "field": field,
        "place": place,
        "id": f"{place}-{kind.key}-{record.pk}-{field.slug}",
        "edit_url": f"{reverse('records:cell', args=args)}?place={place}",
        "leave_url": f"{reverse('records:cell-shown', args=args)}?place={place}",
        "shown": shown(record, field),
        "may_edit": True,
    }


def _place(request: HttpRequest) -> str:
    """Where the field stands: in a list, among the facts of a record, or in a panel that shows its parts."""
    asked = request.GET.get("place", "")
    return asked if asked in {"fact", "part"} else "cell"


def _asked(request: HttpRequest, kind: RecordType, key: int, slug: str) -> tuple[Any, FieldSpec]:
    actor = actor_of(request)
    record = the_record(kind, key, actor)
    field = field_named(kind, actor, slug)
    if field is None:
        raise Http404
    return record, field


@require_http_methods(["GET", "POST"])
@refusals
def cell(request: HttpRequest, kind: RecordType, key: int, slug: str) -> HttpResponse:
    """The field as an input, and its saving. Without JavaScript the same on a page of its own."""
    record, field = _asked(request, kind, key, slug)
    actor = actor_of(request)
    place = _place(request)
    if not field.editable or Verb.EDIT not in verbs_on(kind, record, actor):
        return forbidden(request, _("Your role may not change this one. Its owner or an administrator can."))
    if request.method != "POST":
        form = form_for(kind, [field], actor, record=record)
        form.initial["key"] = secrets.token_urlsafe(16)
        return _editing(request, kind, record, field, place, form)
    form = form_for(kind, [field], actor, record=record, data=request.POST)
    if not form.is_valid():
        return _editing(request, kind, record, field, place, form, status=422)
    try:
        written = edit_record(
            kind,
            record,
            form.cleaned(),
            seen=form.cleaned_data["version"],
            actor=actor,
            source=SCREEN,
            at=now(),
            key=form.cleaned_data["key"] or None,
        )
    except ValidationError as error:
        form.add_error(slug if hasattr(error, "error_dict") else None, error.messages)
        return _editing(request, kind, record, field, place, form, status=422)
    except Conflict as conflict:
        page = conflict_page(request, kind, conflict, request.get_full_path(), page_of(kind, record))
        if _is_htmx(request):
            page.headers["HX-Retarget"], page.headers["HX-Reswap"] = "body", "innerHTML"
        return page
    return _saved(request, kind, written.record, field, place, written.act)


def _is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _editing(
    request: HttpRequest,
    kind: RecordType,
    record: Any,
    field: FieldSpec,
    place: str,
    form: Any,
    status: int = 200,
) -> HttpResponse:
    context = _context(kind, record, field, place) | {
        "form": form,
        "bound": form[field.slug],
        "hidden": [form["version"], form["key"]],
        "save_url": request.get_full_path(),
        "page_url": page_of(kind, record),
    }
    template = "ui/records/cell_editing.html" if _is_htmx(request) else "ui/records/cell_page.html"
    return render(request, template, context, status=status)


def _saved(
    request: HttpRequest, kind: RecordType, record: Any, field: FieldSpec, place: str, act: int | None
) -> HttpResponse:
    words = _("%(field)s was saved") % {"field": field.label} if act else _("Nothing was different")
    if not _is_htmx(request):
        say(request, words, act)
        return see_other(page_of(kind, record))
    context = _context(kind, record, field, place) | {"text": words, "undo_url": undo_url(act)}
    if place == "part":
        answer = render(request, "ui/parts/toast_swapped.html", context)
        return _with(answer, **PART_CHANGED, **{"HX-Reswap": "none"})
    return _with(render(request, "ui/records/cell_saved.html", context), **{"HX-Trigger": "record-changed"})


def _with(answer: HttpResponse, **headers: str) -> HttpResponse:
    for name, value in headers.items():
        answer.headers[name] = value
    return answer


@require_GET
def cell_shown(request: HttpRequest, kind: RecordType, key: int, slug: str) -> HttpResponse:
    """The field as it stands, for who leaves it as it was."""
    record, field = _asked(request, kind, key, slug)
    place = _place(request)
    if place == "part":
        return HttpResponse(status=204, headers=PART_CHANGED)
    return render(request, "ui/records/cell_shown.html", _context(kind, record, field, place))


@require_GET
def source(request: HttpRequest, kind: RecordType, key: int, slug: str) -> HttpResponse:
    """Where a value came from and when, and what stood there before."""
    record, field = _asked(request, kind, key, slug)
    is_link = field.type in {*HOUSE, FieldType.RECORD}
    name = f"{field.name}_id" if is_link else field.name
    origin = origins([record]).get((type(record), record.pk), {}).get(name)
    before = said(field, origin.before) if origin and not is_link else ""
    whole = getattr(record, record.root) if kind.is_part else record
    context = {
        "headline": field.label,
        "sources": source_lines(origin, actors_of([origin] if origin else [])),
        "was": before,
        "history_url": f"{url_of(whole)}history/" if url_of(whole) else "",
        "page_url": url_of(whole),
    }
    return render(
        request, "ui/parts/source.html" if _is_htmx(request) else "ui/records/source_page.html", context
    )
