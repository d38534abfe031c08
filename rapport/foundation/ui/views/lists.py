"""The list of records of any type: filters, sort, pages by key, and the same change for many."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from rapport.foundation.kernel.access.rules import Verb
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.fields.rules import HOUSE, FieldSpec, FieldType
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.records.queries import BadFilter, all_fields, list_records
from rapport.foundation.kernel.records.queries.listing import COUNTED_TO, Filter, ListPage
from rapport.foundation.kernel.records.rules import RecordType, parts_for_many
from rapport.foundation.kernel.records.services import add_to_many, edit_many
from rapport.foundation.ui.forms import form_for
from rapport.foundation.ui.queries import listed, said
from rapport.foundation.ui.views.answers import actor_of, forbidden, refusals, say, see_other


@require_GET
def record_list(request: HttpRequest, kind: RecordType) -> HttpResponse:
    """A page of the list that the address asks for."""
    actor = actor_of(request)
    if not actor.may(kind.key, Verb.SEE):
        return forbidden(request, _("Your role does not work with these. An administrator can change that."))
    asked = {name: request.GET.getlist(name) for name in request.GET if name not in OURS}
    try:
        page = list_records(kind, actor, asked)
    except BadFilter:
        return HttpResponseBadRequest(render(request, "400.html").content)
    fields = all_fields(kind, actor)
    columns = listed(kind, fields)
    context = {
        "kind": kind,
        "page": page,
        "rows": page.rows,
        "fields": columns,
        "columns": [_column(request, page, field) for field in columns],
        "filters": [_chip(request, one) for one in page.filters],
        "addable": _addable(request, fields, page) if "filter" in request.GET else [],
        "choosing": "filter" in request.GET,
        "views": _views(request, kind, page, fields),
        "words": " · ".join(filter(None, [_words(page), _order(page, fields, columns)])),
        "may_add": actor.may(kind.key, Verb.CREATE),
        "may_edit": actor.may(kind.key, Verb.EDIT),
        "next_url": _with(request, after=page.after) if page.after else "",
        "previous_url": _with(request, before=page.before) if page.before else "",
        "filter_url": _with(request, filter="" if "filter" in request.GET else "1"),
        "bulk_fields": [
            field for field in fields if field.type in {FieldType.CHOICE, *HOUSE} and field.editable
        ],
        "bulk_parts": parts_for_many(kind),
        "add_url": reverse("records:new", args=[kind.key]),
    }
    return render(request, "ui/records/list.html", context)


# What in an address is ours and no filter.
OURS = {"dir", "filter"}


def _with(request: HttpRequest, **changes: str) -> str:
    """This address with some parts changed; a page's cursor goes when anything else changes."""
    asked = request.GET.copy()
    for name in ("after", "before"):
        asked.pop(name, None)
    for name, value in changes.items():
        asked.pop(name, None)
        if value:
            asked[name] = value
    return f"?{asked.urlencode()}" if asked else request.path


def _column(request: HttpRequest, page: ListPage, field: FieldSpec) -> dict[str, str]:
    sorts = {field.name: "ascending", f"-{field.name}": "descending"}
    now_sorted = sorts.get(page.sort, "")
    url = ""
    if field.sortable:
        first = f"-{field.name}" if field.type == FieldType.MOMENT else field.name
        other = field.name if page.sort == f"-{field.name}" else f"-{field.name}"
        url = _with(request, sort=other if now_sorted else first)
    return {"label": str(field.label), "url": url, "sort": now_sorted}


def _chip(request: HttpRequest, one: Filter) -> dict[str, Any]:
    named = [_value_words(request, one.field, value) for value in one.values]
    words = {"label": one.field.label, "verb": _("is"), "value": f" {_('or')} ".join(named)}
    return words | {"remove_url": _with(request, **{one.field.slug: ""})}


def _value_words(request: HttpRequest, field: FieldSpec, value: str) -> str:
    if not value:
        return _("blank")
    if field.type in HOUSE:
        return _("me") if value == "me" else str(dict(field.options()).get(value, value))
    if field.type == FieldType.RECORD:
        from rapport.foundation.kernel.records.rules import record_type

        target = record_type(field.to).visible_to(actor_of(request)).filter(pk=value).first()
        return str(target) if target else value
    return said(field, value == "yes" if field.type == FieldType.YES_NO else value)


def _addable(request: HttpRequest, fields: tuple[FieldSpec, ...], page: ListPage) -> list[dict[str, Any]]:
    """Filters that can be added: fields with values to choose from, each with the address that adds it."""
    found = []
    for field in fields:
        if field.filterable and field.type in {FieldType.CHOICE, FieldType.YES_NO, *HOUSE}:
            options = (
                [*field.options()] if field.type != FieldType.YES_NO else [("yes", _("yes")), ("no", _("no"))]
            )
            options = [("me", _("me")), *options] if field.type == FieldType.USER else options
            found.append(
                {
                    "label": field.label,
                    "options": [
                        {"label": str(label), "url": _with(request, **{field.slug: value, "filter": ""})}
                        for value, label in options
                    ],
                }
            )
    return found


def _views(
    request: HttpRequest, kind: RecordType, page: ListPage, fields: tuple[FieldSpec, ...]
) -> list[dict[str, Any]]:
    """The views a list has: all of them, mine where there are owners, and those its type declares."""
    asked = {(one.field.name, one.values) for one in page.filters}
    plain = not asked and not page.view
    mine = asked == {("owner", ("me",))} and not page.view
    views = [{"label": _("All"), "url": request.path, "current": plain}]
    if any(field.name == "owner" and field.filterable for field in fields):
        views.append({"label": _("Mine"), "url": "?owner=me", "current": mine})
    for one in kind.views:
        views.append({"label": one.label, "url": f"?view={one.slug}", "current": page.view == one.slug})
    for view in views:
        if view["current"]:
            view["number"] = page.count
    return views


def _words(page: ListPage) -> str:
    if page.count is None:
        return _("more than %(count)s") % {"count": f"{COUNTED_TO:,}"}
    return ngettext("%(count)s in all", "%(count)s in all", page.count) % {"count": f"{page.count:,}"}


def _order(page: ListPage, fields: Sequence[FieldSpec], columns: Sequence[FieldSpec]) -> str:
    """How the list is ordered, where no head of a column shows it."""
    name = page.sort.removeprefix("-")
    if any(field.name == name for field in columns):
        return ""
    field = next((field for field in fields if field.name == name), None)
    if field is None:
        return ""
    in_time = field.type in {FieldType.DATE, FieldType.MOMENT}
    if page.sort.startswith("-"):
        words = _("by %(field)s, latest first") if in_time else _("by %(field)s, from Z to A")
    else:
        words = _("by %(field)s, earliest first") if in_time else _("by %(field)s, from A to Z")
    return words % {"field": field.label}


@require_POST
@refusals
def bulk_edit(request: HttpRequest, kind: RecordType) -> HttpResponse:
    """Set one field to one value on the rows that were ticked, or give them a part such as a tag."""
    keys = [int(key) for key in request.POST.getlist("pick") if key.isdigit() and len(key) < 19]
    back = f"{reverse('records:list', args=[kind.key])}?{urlencode(dict(request.GET.items()))}"
    try:
        done, act = _for_all(request, kind, keys) if keys else (None, None)
    except ValidationError as error:
        say(request, " ".join(error.messages))
        return see_other(back)
    if done is None:
        say(request, _("Nothing was changed: tick some rows and choose what to set."))
        return see_other(back)
    words = ngettext("%(count)s changed", "%(count)s changed", done) % {"count": done}
    if done < len(keys):
        words = _("%(words)s; the others were so already or are not yours to change") % {"words": words}
    say(request, words, act)
    return see_other(back)


def _for_all(request: HttpRequest, kind: RecordType, keys: Sequence[int]) -> tuple[int | None, int | None]:
    """How many rows were changed by which act; None where nothing was chosen. What is set goes before what is added,
    unless the button of the latter was pressed."""
    doing: dict[str, Any] = {"actor": actor_of(request), "source": SCREEN, "at": now()}
    doing["key"] = request.POST.get("key") or None
    slug, _sep, value = next(filter(None, request.POST.getlist("set")), "").partition("=")
    fields = [field for field in all_fields(kind, doing["actor"]) if field.slug == slug]
    form = form_for(kind, fields, doing["actor"], data={slug: value})
    if fields and form.is_valid() and "add" not in request.POST:
        return edit_many(kind, keys, form.cleaned(), **doing)
    for part in parts_for_many(kind):
        if text := next(filter(None, map(str.strip, request.POST.getlist(part.key))), ""):
            return add_to_many(part, kind, keys, text, **doing)
    return None, None
