"""What was said, pinned to the top of a party's story and taken down again."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.customers.timeline.models import Interaction, Pin
from rapport.customers.timeline.services import pin_moment, unpin_moment
from rapport.customers.timeline.views.pages import doing, party_seen
from rapport.foundation.ui.queries import url_of
from rapport.foundation.ui.views.answers import actor_of, refusals, say, see_other


@require_POST
@refusals
def pinning(request: HttpRequest, key: int) -> HttpResponse:
    """Pin what was said in the story of the party that the form names."""
    actor, party = actor_of(request), request.POST.get("party", "")
    interaction = Interaction.objects.visible_to(actor).filter(pk=key).first()
    if interaction is None or not (party.isdecimal() and len(party) < 19):
        raise Http404
    whose = party_seen(actor, int(party))
    act = pin_moment(interaction, whose, **doing(request, actor))
    say(request, _("Pinned"), act)
    return see_other(url_of(whose))


@require_POST
@refusals
def unpinning(request: HttpRequest, key: int) -> HttpResponse:
    """Take a pin off."""
    actor = actor_of(request)
    pin = Pin.objects.select_related("interaction").filter(pk=key).first()
    if pin is None or not Interaction.objects.visible_to(actor).filter(pk=pin.interaction_id).exists():
        raise Http404
    whose = party_seen(actor, pin.party_id)
    act = unpin_moment(pin, **doing(request, actor))
    say(request, _("No longer pinned"), act)
    return see_other(url_of(whose))
