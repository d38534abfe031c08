"""My week, a lane for each day; and the list of whom to call."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from rapport.customers.timeline.queries import calls_of, week_of
from rapport.customers.timeline.views.pages import day_named
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.ui.views.answers import actor_of


@require_GET
def week(request: HttpRequest) -> HttpResponse:
    """What I promised and whom I meet, day by day."""
    today = timezone.localdate()
    lanes = week_of(actor_of(request), day_named(request.GET.get("day", "")) or today, now())
    first = lanes[0].day
    context = {
        "lanes": lanes,
        "first": first,
        "last": lanes[-1].day,
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7),
        "is_now": any(lane.is_today for lane in lanes),
        "is_empty": not any(lane.promises or lane.meetings for lane in lanes),
    }
    return render(request, "timeline/week.html", context)


@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """Whom to call today, to be printed and taken along."""
    today = timezone.localdate()
    return render(
        request, "timeline/calls.html", {"today": today, "calls": calls_of(actor_of(request), today, now())}
    )
