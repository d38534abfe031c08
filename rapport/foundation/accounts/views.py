"""First run, oneself, the firm, users, teams and what roles may do."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rapport.foundation.accounts import services
from rapport.foundation.accounts.forms import (
    FirmForm,
    FirstRunForm,
    KeysForm,
    MyselfForm,
    PasswordForm,
    UserForm,
)
from rapport.foundation.accounts.queries import roles_table
from rapport.foundation.accounts.rules import VERBS
from rapport.foundation.kernel.access.rules import Actor, Reach
from rapport.foundation.kernel.actors.models import Firm, Role, Team, User
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.rules import SCREEN
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.rules import record_types
from rapport.foundation.ui.shell import beginning_url
from rapport.foundation.ui.views.answers import actor_of, forbidden, refusals, say, see_other

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest, code: str) -> HttpResponse:
    """Found the firm and its first administrator; only with the code that the server printed."""
    if not services.is_first_run_code(code):
        raise Http404
    form = FirstRunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        common = {name: data[name] for name in ("language", "time_zone")}
        firm = Firm(name=data["firm"], currency=data["currency"], country=data["country"], **common)
        owner = services.NewUser(data["email"], data["name"], data["password"], "administrator", **common)
        try:
            user = services.set_up_firm(firm, owner, source=SCREEN, at=now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            login(request, user, backend=BACKEND)
            return see_other(beginning_url())
    return render(request, "accounts/first_run.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@refusals
def myself(request: HttpRequest) -> HttpResponse:
    """One's own name, language and time zone; the password; signing out everywhere."""
    user = _user(request)
    names = ("name", "language", "time_zone", "version")
    form = MyselfForm(
        request.POST if "name" in request.POST else None, initial={n: getattr(user, n) for n in names}
    )
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        done = services.change_user(
            user, seen=values.pop("version"), actor=actor_of(request), source=SCREEN, at=now(), **values
        )
        say(request, _("Saved"), done)
        return see_other(request.path)
    context = {"form": form, "password_form": PasswordForm(), "user": user}
    return render(request, "accounts/myself.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@refusals
def keys(request: HttpRequest) -> HttpResponse:
    """One's own letters for the keys, and the way back to the shipped ones."""
    user = _user(request)
    is_back = "shipped" in request.POST
    form = KeysForm(user.keys, request.POST if request.method == "POST" and not is_back else None)
    if is_back or form.is_valid():
        kept = "" if is_back else form.kept()
        done = services.choose_keys(user, kept, actor=actor_of(request), source=SCREEN, at=now())
        say(request, _("The keys are as shipped again") if not kept else _("These are your keys now"), done)
        return see_other(request.path)
    context = {"form": form, "is_own": bool(user.keys)}
    return render(request, "accounts/keys.html", context, status=422 if form.errors else 200)


def _user(request: HttpRequest) -> User:
    # The request's own is only a promise of a user, which the ledger cannot write.
    user = User.objects.filter(pk=request.user.pk or 0).first()
    if user is None:
        raise Http404
    return user


@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; all other sessions end."""
    user = _user(request)
    form = PasswordForm(request.POST)
    if form.is_valid():
        if not check_password(form.cleaned_data["old"], user.password):
            form.add_error("old", _("That is not the password."))
        else:
            try:
                services.change_password(
                    user, form.cleaned_data["new"], actor=actor_of(request), source=SCREEN, at=now()
                )
            except ValidationError as error:
                form.add_error("new", error)
            else:
                login(request, user, backend=BACKEND)
                say(request, _("The password was changed. Other devices are signed out."))
                return see_other(reverse("accounts:myself"))
    names = ("name", "language", "time_zone", "version")
    first = MyselfForm(initial={name: getattr(user, name) for name in names})
    return render(
        request, "accounts/myself.html", {"form": first, "password_form": form, "user": user}, status=422
    )


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of one's own, this one too."""
    services.sign_out_everywhere(_user(request))
    return see_other("/accounts/login/")


def _closed(request: HttpRequest) -> HttpResponse | None:
    """The forbidden page for who may not administer; None for who may."""
    if actor_of(request).may_enter("admin"):
        return None
    return forbidden(request, _("Only administrators come here. Ask one of them to do it with you."))


@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """Everybody who can sign in, and who no longer can."""
    if closed := _closed(request):
        return closed
    rows = User.objects.select_related("role", "department").order_by("-is_active", "name", "pk")
    return render(request, "accounts/users.html", {"users": rows, "teams": Team.objects.order_by("name")})


@require_http_methods(["GET", "POST"])
@refusals
def new_user(request: HttpRequest) -> HttpResponse:
    """Let somebody in."""
    if closed := _closed(request):
        return closed
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        new = services.NewUser(
            data["email"],
            data["name"],
            data["password"],
            data["role"].key,
            data["department"].pk if data["department"] else None,
            data["team"].pk if data["team"] else None,
            data["language"],
            data["time_zone"],
        )
        try:
            user = services.add_user(new, actor=actor_of(request), source=SCREEN, at=now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            say(request, _("%(name)s may sign in") % {"name": user})
            return see_other(reverse("accounts:users"))
    context = {"form": form, "title": _("Add a user")}
    return render(request, "accounts/user.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@refusals
def edit_user(request: HttpRequest, key: int) -> HttpResponse:
    """Change a user's role, department or whether they may sign in."""
    if closed := _closed(request):
        return closed
    user = get_object_or_404(User.objects.select_related("role"), pk=key)
    names = ("name", "email", "department", "language", "time_zone", "is_active", "version")
    initial = {name: getattr(user, name) for name in names} | {"role": user.role.key}
    form = UserForm(request.POST or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = {
            name: form.cleaned_data[name]
            for name in ("name", "role", "department", "language", "time_zone", "is_active")
        }
        done = services.change_user(
            user,
            seen=form.cleaned_data["version"] or user.version,
            actor=actor_of(request),
            source=SCREEN,
            at=now(),
            **data,
        )
        say(request, _("%(name)s was saved") % {"name": user}, done)
        return see_other(reverse("accounts:users"))
    context = {"form": form, "title": str(user)}
    return render(request, "accounts/user.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@refusals
def firm(request: HttpRequest) -> HttpResponse:
    """The firm's name, country, currency, time zone."""
    if closed := _closed(request):
        return closed
    one = get_object_or_404(Firm, pk=1)
    form = FirmForm(request.POST) if request.method == "POST" else FirmForm.of(one)
    if form.is_bound and form.is_valid():
        seen = form.cleaned_data.pop("version")
        with act("firm.changed", actor=actor_of(request), source=SCREEN, at=now()) as writer:
            writer.update(one, seen=seen, **form.cleaned_data)
        say(request, _("Saved"), writer.id if writer.written else None)
        return see_other(request.path)
    context = {"form": form, "title": _("The firm")}
    return render(
        request, "accounts/user.html", context, status=422 if form.is_bound and form.errors else 200
    )


@require_POST
@refusals
def new_team(request: HttpRequest) -> HttpResponse:
    """Make a team."""
    if closed := _closed(request):
        return closed
    name = request.POST.get("name", "").strip()[:80]
    if name:
        services.add_team(name, actor=actor_of(request), source=SCREEN, at=now())
        say(request, _("The team %(name)s was made") % {"name": name})
    return see_other(reverse("accounts:users"))


@require_http_methods(["GET", "POST"])
@refusals
def team(request: HttpRequest, key: int) -> HttpResponse:
    """Who is in a team."""
    if closed := _closed(request):
        return closed
    one = get_object_or_404(Team, pk=key)
    if request.method == "POST":
        chosen = {int(user) for user in request.POST.getlist("user") if user.isdigit() and len(user) < 19}
        there = set(User.objects.filter(pk__in=chosen).values_list("pk", flat=True))
        done = services.set_members(one, there, actor=actor_of(request), source=SCREEN, at=now())
        say(request, _("Saved"), done)
        return see_other(reverse("accounts:users"))
    members = set(one.members.values_list("user_id", flat=True))
    context = {
        "team": one,
        "users": User.objects.filter(is_active=True).order_by("name", "pk"),
        "members": members,
    }
    return render(request, "accounts/team.html", context)


@require_http_methods(["GET", "POST"])
@refusals
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do with each kind of record, and how far."""
    if closed := _closed(request):
        return closed
    if request.method == "POST":
        return _set_grant(request, actor_of(request))
    context = {"roles": roles_table(), "verbs": VERBS, "reaches": ["", *Reach]}
    return render(request, "accounts/roles.html", context)


def _set_grant(request: HttpRequest, actor: Actor) -> HttpResponse:
    role = get_object_or_404(Role, key=request.POST.get("role", ""))
    kinds = {one.key for one in record_types() if not one.is_part}
    wanted: Any = (request.POST.get("record_type"), request.POST.get("verb"), request.POST.get("reach"))
    if wanted[0] not in kinds or wanted[1] not in VERBS or wanted[2] not in {"", *Reach}:
        raise Http404
    services.set_grant(role, *wanted, actor=actor, source=SCREEN, at=now())
    say(request, _("Saved"))
    return see_other(f"{reverse('accounts:roles')}#{role.key}")
