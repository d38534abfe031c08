"""Who took part in what was said, corrected; and being named in it, taken note of."""

import secrets

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.customers.timeline.forms import JoinForm
from rapport.customers.timeline.models import Interaction, Mention, Participant
from rapport.customers.timeline.services import add_participant, remove_participant, take_mention
from rapport.customers.timeline.views.pages import doing, go_back, others_named, show_form
from rapport.foundation.ui.queries import url_of
from rapport.foundation.ui.views.answers import actor_of, refusals, say, see_other


@require_http_methods(["GET", "POST"])
@refusals
def joining(request: HttpRequest, key: int) -> HttpResponse:
    """Say who else was there."""
    actor = actor_of(request)
    interaction = Interaction.objects.visible_to(actor).filter(pk=key).first()
    if interaction is None:
        raise Http404
    title = _("Who else was there?")
    if request.method != "POST":
        return show_form(request, interaction, JoinForm(initial={"key": secrets.token_urlsafe(16)}), title)
    form = JoinForm(request.POST)
    others = others_named(form, actor) if form.is_valid() else None
    if not others:
        return show_form(request, interaction, form, title, 422)
    act = add_participant(interaction, others[0], **doing(request, actor))
    say(request, _("Was there: %(name)s") % {"name": others[0]}, act)
    return see_other(url_of(interaction))


@require_POST
@refusals
def leaving(request: HttpRequest, key: int) -> HttpResponse:
    """Say that somebody was not there."""
    actor = actor_of(request)
    part = Participant.objects.select_related("interaction", "party").filter(pk=key).first()
    if part is None or not Interaction.objects.visible_to(actor).filter(pk=part.interaction_id).exists():
        raise Http404
    act = remove_participant(part, **doing(request, actor))
    say(request, _("Was not there: %(name)s") % {"name": part.party}, act)
    return see_other(url_of(part.interaction))


@require_POST
@refusals
def noticing(request: HttpRequest, key: int) -> HttpResponse:
    """Take note of having been named."""
    actor = actor_of(request)
    mention = Mention.objects.visible_to(actor).select_related("interaction").filter(pk=key).first()
    if mention is None:
        raise Http404
    act = take_mention(mention, **doing(request, actor))
    say(request, _("Taken note"), act)
    return go_back(request, mention.interaction)
