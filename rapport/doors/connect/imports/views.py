"""The import wizard: choose a file, match its columns, look it over, bring it in."""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rapport.doors.connect.imports import services
from rapport.doors.connect.imports.forms import ColumnsForm, FileForm, ReadingForm
from rapport.doors.connect.imports.models import Import, Verdict
from rapport.doors.connect.imports.queries import (
    doubts_of,
    imports_of,
    left_out,
    lines_of,
    may_be_undone,
    pairs_of,
    undone_among,
)
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.ui.views.answers import actor_of, forbidden, refusals, say, see_other

# Up to this size a file is looked over while the user waits a second; a larger one by the worker.
AT_ONCE = 200 * 1024
STATES = Import.State
_LINE = re.compile(r"\d{1,15}", re.ASCII)
_CELL = re.compile(r"row-(\d{1,15})-(\d{1,4})", re.ASCII)
_STEPS = (noop("Choose the file"), noop("Match the columns"), noop("Look it over"), noop("Bring it in"))


def _closed(request: HttpRequest) -> HttpResponse | None:
    if actor_of(request).may_enter("import"):
        return None
    return forbidden(request, _("Your role may not bring in files. An administrator can change that."))


def _the_import(request: HttpRequest, key: int) -> Import:
    """An import of the actor's own, or any for an administrator; others' look as if there were none."""
    found = imports_of(actor_of(request)).filter(pk=key).first()
    if found is None or not actor_of(request).may_enter("import"):
        raise Http404
    return found


def _steps(current: int, one: Import | None = None) -> list[dict[str, Any]]:
    """The passage of four steps; a table can be gone back to before anything is written."""
    steps: list[dict[str, Any]] = [
        {"label": _(words), "done": place < current, "current": place == current}
        for place, words in enumerate(_STEPS)
    ]
    if one is not None and one.kind == Import.Kind.CSV and current == 2:
        steps[1]["url"] = reverse("imports:columns", args=[one.pk])
    return steps


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """The files brought in so far."""
    if closed := _closed(request):
        return closed
    rows = list(imports_of(actor_of(request))[:100])
    return render(request, "imports/list.html", {"imports": rows, "undone": undone_among(rows)})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a file; one that holds no contacts is refused with the reason."""
    if closed := _closed(request):
        return closed
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            begun = services.begin_import(file, file.name, actor=actor_of(request), at=now())
        except services.ImportRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return _look_over(request, begun)
    context = {"form": form, "steps": _steps(0)}
    return render(request, "imports/new.html", context, status=422 if form.errors else 200)


def _look_over(request: HttpRequest, one: Import) -> HttpResponse:
    """Show the columns, or, when there are none to match, look a small file over at once."""
    if one.state == STATES.READ:
        return see_other(reverse("imports:columns", args=[one.pk]))
    if one.size <= AT_ONCE:
        with suppress(services.Overtaken):  # the worker was here first, and goes on with it
            services.match(one, actor=actor_of(request))
    return see_other(reverse("imports:one", args=[one.pk]))


@require_http_methods(["GET", "POST"])
@refusals
def columns(request: HttpRequest, key: int) -> HttpResponse:
    """Where each column goes, with samples of what is in it."""
    one = _the_import(request, key)
    if one.kind != Import.Kind.CSV or one.long_act:
        return see_other(reverse("imports:one", args=[key]))
    guesses = services.guesses_of(one)
    form = ColumnsForm(request.POST if request.method == "POST" else None, one=one, guesses=guesses)
    if request.method == "POST" and form.is_valid():
        adds = form.cleaned_data.get("adds_unknown", True)
        try:
            return _look_over(request, services.map_columns(one, form.places(), adds_unknown=adds))
        except services.ImportRefused as refusal:
            form.add_error(None, str(refusal))
    samples = services.samples_of(one, 50)
    seen = [
        list(dict.fromkeys(row[n][:60] for row in samples if row[n].strip()))[:3] for n in range(len(guesses))
    ]
    context = {
        "one": one,
        "form": form,
        "columns": list(zip(guesses, seen, form.columns(), strict=True)),
        "reading": ReadingForm(one=one),
        "steps": _steps(1, one),
        "matched": sum(item.certainty != "none" for item in guesses),
    }
    return render(request, "imports/columns.html", context, status=422 if form.errors else 200)


@require_POST
@refusals
def reading(request: HttpRequest, key: int) -> HttpResponse:
    """Read the table with other letters or another separator, or as telling something else."""
    one = _the_import(request, key)
    form = ReadingForm(request.POST, one=one)
    if one.kind == Import.Kind.CSV and one.long_act is None and form.is_valid():
        services.read_as(one, **form.cleaned_data)
    return see_other(reverse("imports:columns", args=[key]))


@require_GET
def one(request: HttpRequest, key: int) -> HttpResponse:
    """How far a file is: looked over, ready, being brought in, brought in, taken back."""
    found = _the_import(request, key)
    if found.state == STATES.READ:
        return see_other(reverse("imports:columns", args=[key]))
    working = found.state in {STATES.MATCHING, STATES.RUNNING}
    is_ready = found.state in {STATES.MATCHED, STATES.MATCHING}
    may_correct = services.may_put_right(found, actor_of(request))
    context = {
        "one": found,
        "lines": lines_of(found),
        "left_out": left_out(found) if may_correct else [],
        "doubts": doubts_of(found),
        "pairs": pairs_of(found, actor_of(request)),
        "working": working,
        "is_undone": found.pk in undone_among([found]),
        "may_undo": may_be_undone(found),
        "steps": _steps(2 if is_ready else 3 if working else 4, found),
    }
    return render(request, "imports/one.html", context)


@require_POST
@refusals
def bringing(request: HttpRequest, key: int) -> HttpResponse:
    """Begin to bring it in; the worker goes on with it."""
    found = _the_import(request, key)
    if found.state == STATES.MATCHED and found.user_id == actor_of(request).key:
        services.start(found, actor=actor_of(request), at=now())
    return see_other(reverse("imports:one", args=[key]))


@require_POST
@refusals
def choosing(request: HttpRequest, key: int) -> HttpResponse:
    """Say whether a row means somebody of another name who has its address or number."""
    found = _the_import(request, key)
    line = request.POST.get("line", "")
    is_same = request.POST.get("is_same") == "yes"
    number = int(line) if _LINE.fullmatch(line) else 0
    services.choose(found, number, is_same=is_same, actor=actor_of(request))
    return see_other(f"{reverse('imports:one', args=[key])}#row-{number}")


@require_POST
@refusals
def discarding(request: HttpRequest, key: int) -> HttpResponse:
    """Forget a file of which nothing was brought in."""
    services.discard(_the_import(request, key))
    say(request, _("The file was forgotten"))
    return see_other(reverse("imports:list"))


@require_POST
@refusals
def correcting(request: HttpRequest, key: int) -> HttpResponse:
    """Bring rejected rows in as they were put right; those that still cannot be read stay, with the new reason."""
    found = _the_import(request, key)
    given: dict[int, dict[int, str]] = defaultdict(dict)
    for name, value in request.POST.items():
        if place := _CELL.fullmatch(name):
            given[int(place[1])][int(place[2])] = str(value)
    brought, left = services.put_right(found, given, actor=actor_of(request), at=now())
    words = [_("Rows brought in: %s.") % brought] if brought else []
    words += [_("Rows that still cannot come in: %s.") % left] if left else []
    say(request, " ".join(words) or _("Nothing was changed in these rows."))
    return see_other(reverse("imports:one", args=[key]))


class _Echo:
    def write(self, line: str) -> str:
        """Give the line back, for a response that streams."""
        return line


@require_GET
def rejected(request: HttpRequest, key: int) -> StreamingHttpResponse:
    """The rejected rows as a file: their values, and the reason in the last column."""
    found = _the_import(request, key)
    response = StreamingHttpResponse(_rejected_lines(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{found.pk}.csv"'
    return response


def _rejected_lines(one: Import) -> Iterator[str]:
    writer = csv.writer(_Echo())
    header = list(one.dialect.get("columns") or [_("Card")])
    yield "\ufeff" + writer.writerow([_harmless(name) for name in (*header, _("Line"), _("Reason"))])
    for row in one.rows.filter(verdict=Verdict.REJECTED).order_by("line").iterator(chunk_size=1_000):
        values = json.loads(row.raw) if one.kind == Import.Kind.CSV else [row.raw]
        values = [*values, *[""] * (len(header) - len(values))]
        yield writer.writerow([*map(_harmless, values), row.line, _harmless(row.reason)])


def _harmless(value: str) -> str:
    """A value that no spreadsheet takes for a formula. Source: OWASP, CSV injection."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
