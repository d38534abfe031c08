"""Who acts: users, the teams and departments they belong to, and the roles they have."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class Versioned(models.Model):
    """A row of which every write is recorded in the ledger.

    `version` counts its writes by any path and never goes back. `derived` names columns that follow from
    others: they are no part of a change. `root` names the foreign key to the whole that this row is a part of.
    `last_takes` names a foreign key to what nobody can reach any more once the last row that names it is deleted: it
    goes along.
    `is_house` marks the few tables that say how the house is set up: what is read of them is kept in memory until
    one of them changes (`queries.while_the_house_stands`)."""

    version = models.PositiveIntegerField(default=1, editable=False)

    derived: ClassVar[frozenset[str]] = frozenset()
    root: ClassVar[str] = ""
    last_takes: ClassVar[str] = ""
    is_house: ClassVar[bool] = False

    class Meta:
        abstract = True

    def full_clean_text(self, columns: Iterable[str] | None = None) -> None:
        """Refuse text that one of the databases cannot hold: NUL and lone surrogates. Raises ValidationError."""
        for field in self._meta.concrete_fields:
            if columns is None or field.attname in columns:
                check_text(getattr(self, field.attname))


def check_text(value: Any) -> None:
    """Raise ValidationError when text, or text inside lists and mappings, holds a NUL or a lone surrogate."""
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for part in value:
            check_text(part)
    if not isinstance(value, str):
        return
    if "\x00" in value:
        raise ValidationError(_("A NUL character cannot be kept. Remove it and save again."), code="nul")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValidationError(
            _("Half a character (a lone surrogate) cannot be kept."), code="half"
        ) from error


class Department(Versioned):
    """A department of the firm, such as sales or the front desk."""

    is_house = True

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)

    def __str__(self) -> str:
        return self.name


class Team(Versioned):
    """Colleagues who look after the same customers."""

    is_house = True

    name = models.CharField(_("name"), max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class Role(Versioned):
    """What somebody is here to do; access attaches verbs and reaches to it."""

    is_house = True

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds a user by the e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(Versioned, AbstractBaseUser):
    """A colleague who signs in. The e-mail address is the name they sign in with."""

    is_house = True
    derived = frozenset({"password", "last_login", "sign_in_round"})

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    role = models.ForeignKey(Role, models.PROTECT, related_name="users", verbose_name=_("role"))
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="users", verbose_name=_("department")
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(_("may sign in"), default=True)
    keys = models.CharField(_("own keys"), max_length=200, blank=True)
    sign_in_round = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_session_auth_hash(self) -> str:
        """Changes with the password and with every "sign out everywhere": older sessions end."""
        return f"{super().get_session_auth_hash()}{self.sign_in_round}"

    # Django asks these two of any user model; rights are the access app's, never Django's.
    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Nobody has Django permissions."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Nobody has Django permissions."""
        return False


class TeamMember(Versioned):
    """A user's place in a team."""

    is_house = True
    root = "team"

    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "user"], name="once_in_a_team")]


class Firm(Versioned):
    """The firm that keeps this Rapport: one row."""

    is_house = True

    name = models.CharField(_("name of the firm"), max_length=200)
    line = models.CharField(_("what it does"), max_length=200, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    country = models.CharField(_("country"), max_length=2, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_firm")]

    def __str__(self) -> str:
        return self.name


class Standing(models.Model):
    """One row with a word that is new after every change of how the house is set up; it never comes back."""

    word = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_standing")]
