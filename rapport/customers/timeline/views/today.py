"""Today: the sections that the reader's department needs, each from the app that knows it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from rapport.customers.timeline.rules.sections import Shown, sections_for
from rapport.foundation.kernel.actors.queries import department_keys
from rapport.foundation.ui.views.answers import actor_of


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What is owed today, and whatever else one's department begins the day with."""
    actor, day = actor_of(request), timezone.localdate()
    sections = sections_for(department_keys().get(actor.department_id or 0, ""))
    shown = [Shown(one, shows) for one in sections if (shows := one.build(actor, day)) is not None]
    context = {
        "today": day,
        "main": [one for one in shown if one.section.column == "main"],
        "side": [one for one in shown if one.section.column == "side"],
        "finding": next((one.shows["finding"] for one in shown if one.shows.get("finding")), ""),
    }
    return render(request, "timeline/today.html", context)
