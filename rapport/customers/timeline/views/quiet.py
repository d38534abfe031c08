"""Letting be who is going quiet."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.customers.timeline.rules.rhythm import A_MONTH
from rapport.customers.timeline.services import let_be
from rapport.customers.timeline.views.pages import doing, go_back, party_seen
from rapport.foundation.ui.views.answers import actor_of, refusals, say
from rapport.foundation.ui.words import near_date


@require_POST
@refusals
def letting_be(request: HttpRequest, key: int) -> HttpResponse:
    """Let a party be for one more of its rhythms."""
    actor = actor_of(request)
    party = party_seen(actor, key)
    until = timezone.localdate() + timedelta(days=party.rhythm_days or A_MONTH)
    act = let_be(party, until, **doing(request, actor))
    day = near_date(until, timezone.localtime(), get_language() or "en")
    say(request, _("Let be until %(day)s: %(name)s") % {"day": day, "name": party}, act)
    return go_back(request, party)
