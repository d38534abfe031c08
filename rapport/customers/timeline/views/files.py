"""Files of what was said and noted: attached, taken off, given only to who may see what they belong to."""

import secrets
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rapport.customers.timeline.forms import AttachForm
from rapport.customers.timeline.models import Attached, InteractionFile, NoteFile
from rapport.customers.timeline.services import WrongFile, attach, detach, path_of
from rapport.customers.timeline.views.pages import doing, show_form
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.records.rules import record_type
from rapport.foundation.ui.queries import url_of
from rapport.foundation.ui.views.answers import actor_of, refusals, say, see_other, the_record

_MODELS: dict[str, Any] = {one.of: one for one in (InteractionFile, NoteFile)}


@require_http_methods(["GET", "POST"])
@refusals
def attaching(request: HttpRequest, of: str, key: int) -> HttpResponse:
    """Attach files to what was said or noted."""
    actor = actor_of(request)
    if of not in _MODELS:
        raise Http404
    record, title = the_record(record_type(of), key, actor), _("Attach files")
    if request.method != "POST":
        return show_form(request, record, AttachForm(initial={"key": secrets.token_urlsafe(16)}), title)
    form = AttachForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            return show_form(request, record, form, title, 422)
        act = attach(record, form.cleaned_data["attached"], **doing(request, actor))
    except WrongFile as error:
        form.add_error("attached", str(error))
        return show_form(request, record, form, title, 422)
    say(request, _("Attached"), act)
    return see_other(url_of(record))


def _file(actor: Actor, of: str, key: int) -> Attached:
    model = _MODELS.get(of)
    file: Attached | None = model and model.objects.visible_to(actor).filter(pk=key).first()
    if file is None:
        raise Http404
    return file


@require_GET
def file(request: HttpRequest, of: str, key: int) -> FileResponse:
    """Hand a file out, to be kept: never shown as a page of ours."""
    found = _file(actor_of(request), of, key)
    try:
        stream = path_of(found.stored).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(stream, as_attachment=True, filename=found.name, content_type=found.media)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@refusals
def detaching(request: HttpRequest, of: str, key: int) -> HttpResponse:
    """Take a file off."""
    actor = actor_of(request)
    found = _file(actor, of, key)
    whole = getattr(found, found.root)
    act = detach(found, **doing(request, actor))
    say(request, _("Removed: %(name)s") % {"name": found}, act)
    return see_other(url_of(whole))
