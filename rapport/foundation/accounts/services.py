"""What can be done with accounts: set up the firm, add and change users, end their sessions."""

import hmac
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.foundation.accounts.rules import AREAS, DEPARTMENTS, ROLES, shipped_grants
from rapport.foundation.kernel.access.models import Area, Grant
from rapport.foundation.kernel.access.rules import SYSTEM, Actor
from rapport.foundation.kernel.actors.models import Department, Firm, Role, Team, TeamMember, User
from rapport.foundation.kernel.ledger.models.kinds import number_of, record_models
from rapport.foundation.kernel.ledger.rules import COMMAND, Refused, Source
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.rules import record_types


class AlreadySetUp(Refused):
    """There are users: the first-run page is closed for ever."""


class NoSuchRole(Refused):
    """The role is not one of those there are."""


class LastAdministrator(Refused):
    """Somebody must be left who can let others in."""


class NewUser(Struct, frozen=True):
    """Somebody who is to sign in."""

    email: str
    name: str
    password: str
    role: str
    department: int | None = None
    team: int | None = None
    language: str = "en"
    time_zone: str = "UTC"


def ship(at: datetime) -> None:
    """Put in place what Rapport ships with: table numbers, roles with their grants, departments. Adds only what lacks,
    so that what an administrator changed stays."""
    for model in record_models():
        number_of(model)
    with act("role.shipped", actor=SYSTEM, source=COMMAND, at=at) as writer:
        there = set(Department.objects.values_list("key", flat=True))
        for key, name in DEPARTMENTS:
            if key not in there:
                writer.create(Department(key=key, name=name))
        roles = {role.key: role for role in Role.objects.all()}
        fresh = {key: writer.create(Role(key=key, name=name)) for key, name in ROLES if key not in roles}
        roles |= fresh
        known = set(Grant.objects.values_list("record_type", flat=True))
        types = [one.key for one in record_types() if not one.is_part]
        for role, record_type, verb, reach in shipped_grants(types):
            if record_type not in known or role in fresh:
                writer.create(Grant(role=roles[role], record_type=record_type, verb=verb, reach=reach))
        for role in fresh:
            for area in AREAS.get(role, ()):
                writer.create(Area(role=roles[role], name=area))


def _code_file() -> Path:
    return Path(settings.HOME) / "first-run.code"


def first_run_code() -> str | None:
    """The one-time code of the first-run page, made when an empty home is first asked; None once there are users."""
    if User.objects.exists():
        _code_file().unlink(missing_ok=True)
        return None
    path = _code_file()
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(18))
    return path.read_text().strip()


def is_first_run_code(code: str) -> bool:
    """True for the code of a home that is still empty; compared in constant time."""
    wanted = first_run_code()
    return wanted is not None and hmac.compare_digest(code.encode(), wanted.encode())


def set_up_firm(firm: Firm, owner: NewUser, *, source: Source, at: datetime) -> User:
    """Write the firm and its first administrator. Raises AlreadySetUp, ValidationError."""
    ship(at)
    with act("firm.founded", actor=SYSTEM, source=source, at=at) as writer:
        if User.objects.exists():
            raise AlreadySetUp(_("This Rapport belongs to a firm already. Sign in instead."))
        firm.pk = 1
        writer.create(firm)
        user = add_user(owner, actor=SYSTEM, source=source, at=at)
    _code_file().unlink(missing_ok=True)
    return user


def add_user(new: NewUser, *, actor: Actor, source: Source, at: datetime, key: str | None = None) -> User:
    """Let somebody sign in. Raises NoSuchRole, ValidationError (by field), AlreadyDone."""
    role = Role.objects.filter(key=new.role).first()
    if role is None:
        keys = ", ".join(Role.objects.order_by("pk").values_list("key", flat=True))
        raise NoSuchRole(
            _("There is no role %(role)s. Choose one of: %(keys)s.") % {"role": new.role, "keys": keys}
        )
    email = new.email.strip().lower()
    user = User(
        email=email,
        name=new.name.strip() or email,
        role=role,
        department_id=new.department,
        language=new.language,
        time_zone=new.time_zone,
    )
    _check_new(user, new.password)
    user.set_password(new.password)
    with act("user.added", actor=actor, source=source, at=at, key=key) as writer:
        writer.create(user)
        if new.team:
            writer.create(TeamMember(team_id=new.team, user=user))
    return user


def _check_new(user: User, password: str) -> None:
    problems: dict[str, list[str]] = {}
    try:
        validate_email(user.email)
    except ValidationError as error:
        problems["email"] = error.messages
    if User.objects.filter(email__iexact=user.email).exists():
        problems["email"] = [_("Somebody signs in with this address already.")]
    try:
        validate_password(password, user)
    except ValidationError as error:
        problems["password"] = error.messages
    if problems:
        raise ValidationError(problems)


def change_user(
    user: User, *, seen: int, actor: Actor, source: Source, at: datetime, **values: object
) -> int | None:
    """Change a user's name, role, department, language, time zone, or whether they may sign in; returns the act.

    Raises LastAdministrator, Conflict. Whoever may no longer sign in is signed out everywhere."""
    administrators = User.objects.filter(is_active=True, role__key="administrator").exclude(pk=user.pk)
    role = values.get("role", user.role)
    loses = values.get("is_active", True) is False or (isinstance(role, Role) and role.key != "administrator")
    if loses and user.role.key == "administrator" and not administrators.exists():
        raise LastAdministrator(_("This is the last administrator. Make somebody else one first."))
    with act("user.changed", actor=actor, source=source, at=at) as writer:
        writer.update(user, seen=seen, **values)
        if values.get("is_active") is False:
            sign_out_everywhere(user)
    return writer.id if writer.written else None


def choose_keys(user: User, keys: str, *, actor: Actor, source: Source, at: datetime) -> int | None:
    """Keep a user's own letters, as `ui.keys` writes them; empty for the shipped ones. Returns the act."""
    with act("user.keys_changed", actor=actor, source=source, at=at) as writer:
        writer.update(user, keys=keys)
    return writer.id if writer.written else None


def sign_out_everywhere(user: User) -> None:
    """End every session of a user, this one too."""
    User.objects.filter(pk=user.pk).update(sign_in_round=user.sign_in_round + 1)


def change_password(user: User, password: str, *, actor: Actor, source: Source, at: datetime) -> None:
    """Set a new password; all other sessions end. Recorded as a security act without values.

    Raises ValidationError."""
    validate_password(password, user)
    user.set_password(password)
    with act("user.password_changed", actor=actor, source=source, at=at, even_if_empty=True):
        user.save(update_fields=["password"])


def record_sign_in(user: User, verb: str, *, source: Source, at: datetime) -> None:
    """Write a security act: `user.signed_in` or `user.signed_out`."""
    actor = Actor(kind="user", key=user.pk, name=str(user))
    with act(verb, actor=actor, source=source, at=at, even_if_empty=True):
        pass


def add_team(name: str, *, actor: Actor, source: Source, at: datetime, key: str | None = None) -> Team:
    """Make a team. Raises Refused when the name is taken."""
    if Team.objects.filter(name=name).exists():
        raise Refused(_("There is a team of this name."))
    with act("team.created", actor=actor, source=source, at=at, key=key) as writer:
        return writer.create(Team(name=name))


def set_members(team: Team, users: set[int], *, actor: Actor, source: Source, at: datetime) -> int | None:
    """Make a team of exactly these users; returns the act."""
    with act("team.changed", actor=actor, source=source, at=at) as writer:
        for member in TeamMember.objects.filter(team=team).exclude(user__in=users):
            writer.delete(member)
        there = set(TeamMember.objects.filter(team=team).values_list("user_id", flat=True))
        for user in sorted(users - there):
            writer.create(TeamMember(team=team, user_id=user))
    return writer.id if writer.written else None


def set_grant(
    role: Role, record_type: str, verb: str, reach: str, *, actor: Actor, source: Source, at: datetime
) -> None:
    """Say how far a role's verb reaches over a record type; an empty reach takes the verb away."""
    with act("role.changed", actor=actor, source=source, at=at) as writer:
        there = Grant.objects.filter(role=role, record_type=record_type, verb=verb).first()
        if there and reach:
            writer.update(there, reach=reach)
        elif there:
            writer.delete(there)
        elif reach:
            writer.create(Grant(role=role, record_type=record_type, verb=verb, reach=reach))
