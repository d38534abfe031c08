"""The page of one record of any type, its form, and its removal."""

import secrets
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import SCREEN, Conflict
from rapport.foundation.kernel.records.queries import all_fields, gone_with, verbs_on, who_may
from rapport.foundation.kernel.records.rules import Panel, RecordType, panel_named, panels_of
from rapport.foundation.kernel.records.services import create_record, delete_record, edit_record
from rapport.foundation.ui.commands import ways_to_begin
from rapport.foundation.ui.forms import RecordForm, form_for
from rapport.foundation.ui.queries import shown, url_of
from rapport.foundation.ui.views.answers import (
    actor_of,
    conflict_page,
    forbidden,
    page_of,
    refusals,
    say,
    see_other,
    the_record,
)


@require_GET
def record_page(request: HttpRequest, kind: RecordType, key: int) -> HttpResponse:
    """The record with its panels, all in one request."""
    actor = actor_of(request)
    record = the_record(kind, key, actor)
    verbs = verbs_on(kind, record, actor)
    context = {
        "kind": kind,
        "record": record,
        "line": kind.line(record),
        # Those that are found by name have a portrait, and are who a sentence said on their page is about.
        "has_face": kind.known is not None,
        "facts": _facts(kind, record, actor),
        "main": _panels(request, kind, record, actor, "main"),
        "side": _panels(request, kind, record, actor, "side"),
        "head": _panels(request, kind, record, actor, "head"),
        "may_edit": Verb.EDIT in verbs,
        "may_delete": Verb.DELETE in verbs,
        "manages_access": actor.may_enter("admin"),
        "form_key": secrets.token_urlsafe(16),
    }
    return render(request, "ui/records/record.html", context)


def _facts(kind: RecordType, record: Any, actor: Actor) -> list[dict[str, Any]]:
    """The record's fields that hold something, or that can be filled in."""
    fields = [field for field in all_fields(kind, actor) if field.name != "name"]
    return [{"field": field, "shown": shown(record, field)} for field in fields]


def _panels(
    request: HttpRequest, kind: RecordType, record: Any, actor: Actor, column: str
) -> list[dict[str, Any]]:
    built = [(panel, panel.build(record, actor, request)) for panel in panels_of(kind.key, column)]
    return [{"panel": panel, "context": context} for panel, context in built if context is not None]


@require_GET
def panel(request: HttpRequest, name: str, kind: RecordType, key: int) -> HttpResponse:
    """One panel of a record by itself: to refresh it, to page in it, to link to it without JavaScript."""
    actor = actor_of(request)
    record = the_record(kind, key, actor)
    try:
        one: Panel = panel_named(name)
    except KeyError as error:
        raise Http404 from error
    context = one.build(record, actor, request) if kind.key in one.record_types else None
    if context is None:
        raise Http404
    htmx: Any = getattr(request, "htmx", None)
    template = one.template if htmx else "ui/records/panel.html"
    page = {"kind": kind, "record": record, "panel": one, "form_key": secrets.token_urlsafe(16)}
    return render(request, template, page | {"shows": context})


@require_GET
def readers(request: HttpRequest, kind: RecordType, key: int) -> HttpResponse:
    """Who may see, change and delete this record, and why: for those who manage access."""
    actor = actor_of(request)
    record = the_record(kind, key, actor)
    if not actor.may_enter("admin"):
        return forbidden(request, _("Who may see what is for those who manage access. Ask one of them."))
    verbs = (_("See it"), _("Change it"), _("Delete it"))
    groups = [(one, zip(verbs, one.answers, strict=True)) for one in who_may(kind, record)]
    context = {"kind": kind, "record": record, "groups": groups, "page_url": url_of(record)}
    return render(request, "ui/records/readers.html", context)


@require_http_methods(["GET", "POST"])
@refusals
def new_record(request: HttpRequest, kind: RecordType) -> HttpResponse:
    """The form for a new record, and its creation."""
    actor = actor_of(request)
    if not actor.may(kind.key, Verb.CREATE):
        return forbidden(request, _("Your role may not add these. An administrator can."))
    fields = all_fields(kind, actor)
    if request.method != "POST":
        begin = {"key": secrets.token_urlsafe(16), "name": request.GET.get("name", ""), "owner": actor.key}
        form = form_for(kind, fields, actor)
        form.initial = begin
        return _form_page(request, kind, form, None)
    form = form_for(kind, fields, actor, data=request.POST)
    if not form.is_valid():
        return _form_page(request, kind, form, None, status=422)
    try:
        written = create_record(
            kind, form.cleaned(), actor=actor, source=SCREEN, at=now(), key=form.cleaned_data["key"] or None
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _form_page(request, kind, form, None, status=422)
    say(request, _("%(name)s was added") % {"name": written.record}, written.act)
    return see_other(url_of(written.record))


@require_http_methods(["GET", "POST"])
@refusals
def edit_form(request: HttpRequest, kind: RecordType, key: int) -> HttpResponse:
    """The whole form of a record, and its saving."""
    actor = actor_of(request)
    record = the_record(kind, key, actor)
    if Verb.EDIT not in verbs_on(kind, record, actor):
        return forbidden(request, _("Your role may not change this one. Its owner or an administrator can."))
    fields = all_fields(kind, actor)
    if request.method != "POST":
        return _form_page(request, kind, form_for(kind, fields, actor, record=record), record)
    form = form_for(kind, fields, actor, record=record, data=request.POST)
    if not form.is_valid():
        return _form_page(request, kind, form, record, status=422)
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
        form.add_error(None, error)
        return _form_page(request, kind, form, record, status=422)
    except Conflict as conflict:
        return conflict_page(request, kind, conflict, request.path, page_of(kind, record))
    say(request, _("%(name)s was saved") % {"name": written.record}, written.act)
    return see_other(page_of(kind, written.record))


def _form_page(
    request: HttpRequest, kind: RecordType, form: RecordForm, record: Any, status: int = 200
) -> HttpResponse:
    leave = page_of(kind, record) if record is not None else reverse("records:list", args=[kind.key])
    context = {"kind": kind, "form": form, "record": record, "leave_url": leave, "ways": ways_to_begin(kind)}
    return render(request, "ui/records/form.html", context, status=status)


@require_POST
@refusals
def deletion(request: HttpRequest, kind: RecordType, key: int) -> HttpResponse:
    """Remove the record; nobody is asked first, for Undo brings it back."""
    actor = actor_of(request)
    record = the_record(kind, key, actor)
    root = getattr(record, record.root) if kind.is_part else None
    act = delete_record(
        kind, record, actor=actor, source=SCREEN, at=now(), key=request.POST.get("key") or None
    )
    say(request, " ".join(_farewell(record, gone_with(act, record, actor))), act)
    return see_other(url_of(root) if root is not None else reverse("records:list", args=[kind.key]))


def _farewell(record: Any, along: list[tuple[RecordType, int]]) -> Iterator[str]:
    """That it is gone, and what went along and comes back with it."""
    yield _("%(name)s was deleted") % {"name": record}
    if along:
        counted = ", ".join(f"{kind.plural} {count}" for kind, count in along)
        yield _("and what belonged to it alone (%(counted)s). Undo brings all of it back.") % {
            "counted": counted
        }


@require_http_methods(["GET", "POST"])
@refusals
def new_part(request: HttpRequest, part: RecordType, kind: RecordType, key: int) -> HttpResponse:
    """The form for a part of a record, such as a phone number, and its creation."""
    actor = actor_of(request)
    whole = the_record(kind, key, actor)
    if Verb.EDIT not in verbs_on(kind, whole, actor):
        return forbidden(request, _("Your role may not change this one. Its owner or an administrator can."))
    fields = all_fields(part, actor)
    form = form_for(part, fields, actor, data=request.POST if request.method == "POST" else None)
    context = {"kind": part, "form": form, "record": None, "whole": whole, "leave_url": url_of(whole)}
    if request.method != "POST":
        form.initial = {"key": secrets.token_urlsafe(16), **request.GET.dict()}
        return render(request, "ui/records/form.html", context)
    if form.is_valid():
        try:
            written = create_record(
                part,
                form.cleaned(),
                whole=whole,
                actor=actor,
                source=SCREEN,
                at=now(),
                key=form.cleaned_data["key"] or None,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            say(request, _("%(name)s was added") % {"name": written.record}, written.act)
            return see_other(url_of(whole))
    return render(request, "ui/records/form.html", context, status=422)
