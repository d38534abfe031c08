"""What the house asks about the practice company: is it there, and how does one sign in."""

from pathlib import Path

from django.conf import settings
from msgspec import Struct

from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.ledger.models import Act
from rapport.steering.adoption.rules import COLLEAGUES, Plan

SOURCE = "practice"
STARTED, REMOVED = "practice.started", "practice.removed"


def practice_act() -> Act | None:
    """The act that filled the company that is there now, finished or not; None when there is none."""
    started = Act.objects.filter(source_kind=SOURCE, verb=STARTED, undone_by=None).order_by("-id").first()
    return started if started and removal_of(started) is None else None


def removal_of(started: Act) -> Act | None:
    """The removal that followed a company, unless it was broken off or itself taken back."""
    ended = Act.objects.filter(verb=REMOVED, source=str(started.pk), part_of=None, undone_by=None)
    return ended.filter(long__state="finished").first()


def password_file() -> Path:
    """Where the practice colleagues' password lies while they can sign in; only the home's owner may read it."""
    return Path(settings.HOME) / "practice.password"


def sign_in() -> tuple[str, str] | None:
    """The e-mail address and the password to look round with; None when it was changed or lost."""
    first = User.objects.filter(email=COLLEAGUES[0].email, is_active=True).first()
    if first is None or not password_file().exists():
        return None
    password = password_file().read_text().strip()
    return (first.email, password) if first.check_password(password) else None


class PracticeCompany(Struct, frozen=True):
    """How many parties were invented, and the colleagues who can sign in."""

    people: int
    colleagues: tuple[User, ...]


def practice_company() -> PracticeCompany | None:
    """The company that is there; None when there is none."""
    started = practice_act()
    if started is None:
        return None
    emails = [one.email for one in COLLEAGUES]
    users = User.objects.filter(email__in=emails, is_active=True).order_by("pk")
    return PracticeCompany(Plan.of(started.source).people, tuple(users))
