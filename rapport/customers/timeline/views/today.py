"""Today: what is owed, what colleagues left, what is awaited."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from rapport.customers.people.models import Party
from rapport.customers.timeline.queries import (
    Owed,
    awaited,
    kept_lately,
    left_for,
    promises_coming,
    promises_due,
)
from rapport.foundation.ui.views.answers import actor_of


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What is owed today."""
    actor = actor_of(request)
    day = timezone.localdate()
    due = promises_due(actor, day)
    kept, closed = kept_lately(actor)
    context = {
        "today": day,
        "due": due,
        "left": left_for(actor, day),
        "coming": promises_coming(actor, day),
        "awaited": awaited(actor, day),
        "kept_words": _("You kept %(kept)s of your last %(closed)s") % {"kept": kept, "closed": closed}
        if closed
        else "",
        "finding": _finding(due, day),
        "is_new": not due and not Party.objects.visible_to(actor).exists(),
    }
    return render(request, "timeline/today.html", context)


def _finding(due: Sequence[Owed], day: date) -> str:
    """The page's sentence: what is late comes first; nothing when nothing is due."""
    late = sum(1 for one in due if one.promise.due_date < day)
    if late:
        return ngettext("%(count)s promise is late.", "%(count)s promises are late.", late) % {"count": late}
    if due:
        return ngettext(
            "%(count)s promise falls due today.", "%(count)s promises fall due today.", len(due)
        ) % {"count": len(due)}
    return ""
