"""Backups and care: whether all is well, what to do first, and what each part of the house says of itself."""

import secrets
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rapport.doors.operations.health import services
from rapport.doors.operations.health.forms import MailForm
from rapport.doors.operations.health.queries.metrics import text_of_metrics
from rapport.foundation.kernel.checks.queries import all_checks
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.ui.care import care_url, drawn_sections
from rapport.foundation.ui.views.answers import actor_of, forbidden, refusals, say, see_other


def _closed(request: HttpRequest) -> HttpResponse | None:
    if actor_of(request).may_enter("admin"):
        return None
    return forbidden(request, _("Only administrators come here. Ask one of them to do it with you."))


@require_GET
def care(request: HttpRequest) -> HttpResponse:
    """Show what is well and what to do first."""
    if closed := _closed(request):
        return closed
    at = now()
    checks = all_checks(at)
    shown = {
        "bad": sorted((check for check in checks if not check.ok), key=lambda check: not check.is_alarming),
        "well": [check for check in checks if check.ok],
        "sections": drawn_sections(request, at),
    }
    return render(request, "health/care.html", shown)


@require_POST
def trying(request: HttpRequest) -> HttpResponse:
    """Have the worker try at once what is parked."""
    if closed := _closed(request):
        return closed
    services.try_parked(actor=actor_of(request), at=now())
    say(request, _("The worker tries them again now."))
    return see_other(care_url())


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """Through which server somebody is told when something is not well."""
    if closed := _closed(request):
        return closed
    form = MailForm(request.POST) if request.method == "POST" else MailForm.of()
    if form.is_bound and form.is_valid():
        services.set_mail(Path(settings.HOME), form.mail, actor=actor_of(request), at=now())
        say(request, _("Saved"))
        return see_other(request.path)
    shown = {"form": form, "mail": services.mail_of(Path(settings.HOME)), "care_url": care_url()}
    return render(request, "health/mail.html", shown, status=422 if form.is_bound else 200)


@require_POST
@refusals
def mail_trial(request: HttpRequest) -> HttpResponse:
    """Send a mail now, and say whether the server took it."""
    if closed := _closed(request):
        return closed
    mail = services.mail_of(Path(settings.HOME))
    services.send(mail, _("Rapport: a trial"), _("Warnings about Rapport will come this way."), now())
    say(request, _("The server took a mail to %(to)s.") % {"to": mail.to})
    return see_other(reverse("health:mail"))


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus, for whoever knows the token; without a token set, nothing is here."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not secrets.compare_digest(given.encode(), token.encode()):
        raise Http404
    text, kind = text_of_metrics(now())
    return HttpResponse(text, content_type=kind)
