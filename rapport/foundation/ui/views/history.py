"""What was done, to a record or by anybody, and taking it back."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.queries.history import Entry, history, recent_acts, touched_by
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.ledger.services import CannotUndo
from rapport.foundation.kernel.records.rules import RecordType, type_of
from rapport.foundation.kernel.records.services import may_undo, undo_act
from rapport.foundation.ui.queries import act_lines, entry_lines, url_of
from rapport.foundation.ui.telling import tell_acts, tell_entries
from rapport.foundation.ui.views.answers import actor_of, refusals, say, see_other, the_record, undo_url

PAGE = 30


@require_GET
def record_history(request: HttpRequest, kind: RecordType, key: int) -> HttpResponse:
    """Everything that was done to a record and its parts, latest first, each with its Undo."""
    actor = actor_of(request)
    record = the_record(kind, key, actor)
    entries = history(record, before=_before(request), limit=PAGE)
    lines = tell_entries(entries, entry_lines(entries, actor, kind), actor)
    context = {
        "kind": kind,
        "record": record,
        "entries": [_with_undo(entry, line, actor) for entry, line in zip(entries, lines, strict=True)],
        "next_url": f"?before={entries[-1].act.pk}" if len(entries) == PAGE else "",
        "page_url": url_of(record),
    }
    return render(request, "ui/records/history.html", context)


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isdigit() and len(text) < 19 else None


def _with_undo(entry: Entry, line: Any, actor: Any) -> dict[str, Any]:
    act = entry.act.part_of or entry.act
    is_undone = hasattr(act, "undone_by") or entry.is_undone
    allowed = not is_undone and may_undo(act.pk, actor)
    return {
        "line": line,
        "undo_url": undo_url(act.pk) if allowed else "",
        "why_not": _("Taken back") if is_undone else "" if allowed else _("Not yours to take back"),
    }


@require_GET
def acts(request: HttpRequest) -> HttpResponse:
    """What I did lately, or for who may audit, what anybody did."""
    actor = actor_of(request)
    everybody = actor.may_enter("audit") and request.GET.get("whose") != "mine"
    done = recent_acts(actor=None if everybody else actor.key, before=_before(request), limit=PAGE)
    entries = [
        {
            "line": line,
            "undo_url": undo_url(act.pk)
            if not line.is_undone and may_undo(act.pk, actor) and _is_undoable(act)
            else "",
            "why_not": _("Taken back") if line.is_undone else "",
        }
        for act, line in zip(done, tell_acts(done, act_lines(done), actor), strict=True)
    ]
    context = {
        "entries": entries,
        "everybody": everybody,
        "may_audit": actor.may_enter("audit"),
        "next_url": f"?before={done[-1].pk}" if len(done) == PAGE else "",
    }
    return render(request, "ui/records/acts.html", context)


def _is_undoable(act: Act) -> bool:
    """Security acts hold no changes: there is nothing to take back."""
    return not act.verb.startswith(("user.signed", "user.password")) or act.changes.exists()


@require_POST
@refusals
def undoing(request: HttpRequest, act: int) -> HttpResponse:
    """Take an act back and say what could not be; the toast offers the way back again."""
    actor = actor_of(request)
    one = Act.objects.filter(pk=act).first()
    if one is None or not (may_undo(act, actor) or _sees(one, actor)):
        raise Http404
    back = _where_to(request, one, actor)
    try:
        done = undo_act(act, actor=actor, source=SCREEN, at=now(), key=request.POST.get("key") or None)
    except CannotUndo as refusal:
        say(request, str(refusal))
        return see_other(back)
    words = _("Taken back")
    if done.kept:
        kept = ngettext("%(count)s thing stayed", "%(count)s things stayed", len(done.kept)) % {
            "count": len(done.kept)
        }
        words = f"{words}; {kept}: {' '.join(sorted({one.reason for one in done.kept}))}"
    say(request, words, done.act)
    return see_other(_where_to(request, one, actor) if back else "/")


def _sees(act: Act, actor: Any) -> bool:
    """True when the actor may see something that the act touched: then it is worth saying why not, and no secret."""
    for model, keys in touched_by(act).items():
        for row in model._base_manager.filter(pk__in=list(keys)[:50]):
            kind = type_of(row)
            if kind and kind.visible_to(actor).filter(pk=row.pk).exists():
                return True
    return False


def _where_to(request: HttpRequest, act: Act, actor: Any) -> str:
    """Back to where one was, if that page still is; else to a record the act touched."""
    from urllib.parse import urlsplit

    from django.urls import Resolver404, resolve

    came_from = urlsplit(request.headers.get("Referer", "")).path
    try:
        match = resolve(came_from) if came_from else None
    except Resolver404:
        match = None
    if match and match.url_name in {"record", "history", "edit"}:
        kind, key = match.kwargs.get("kind"), match.kwargs.get("key")
        if kind and kind.visible_to(actor).filter(pk=key).exists():
            return came_from
    elif match and match.url_name not in {"cell", "undoing", "new"}:
        return came_from
    for model, keys in touched_by(act).items():
        for row in model._base_manager.filter(pk__in=list(keys)[:5]):
            kind = type_of(row)
            if kind and url_of(row) and kind.visible_to(actor).filter(pk=row.pk).exists():
                return url_of(row)
    return "/"
