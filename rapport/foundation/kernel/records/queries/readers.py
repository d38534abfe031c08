"""Who may see, change and delete a record, and why: for those who manage access."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct

from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import Actor, Reach, Verb
from rapport.foundation.kernel.actors.models import User, Versioned
from rapport.foundation.kernel.records.rules import RecordType

VERBS = (Verb.SEE, Verb.EDIT, Verb.DELETE)
_NARROW = {
    Reach.OWN: gettext_lazy("Their role reaches only their own."),
    Reach.TEAM: gettext_lazy("Their role reaches only their own and their teams’."),
    Reach.DEPARTMENT: gettext_lazy("Their role reaches only their own, their teams’ and their department’s."),
    Reach.ALL: gettext_lazy("What it belongs to is out of their reach."),
}


class Explanation(Struct, frozen=True):
    """Whether a verb is allowed on a record, and the reason in words."""

    is_allowed: bool
    why: str


class Readers(Struct, frozen=True):
    """Colleagues of one role for whom the same holds, for the same reasons; `answers` are in the order of `VERBS`."""

    role: str
    names: tuple[str, ...]
    answers: tuple[Explanation, ...]


def explain(actor: Actor, record_type: RecordType, record: Versioned, verb: str = Verb.SEE) -> Explanation:
    """Why can, or can't, this actor do this with this record? Asks the one door that every page asks."""
    is_allowed = record_type.visible_to(actor, verb).filter(pk=record.pk).exists()
    return Explanation(is_allowed, str((_why if is_allowed else _why_not)(actor, record_type, record, verb)))


def _why(actor: Actor, record_type: RecordType, record: Versioned, verb: str) -> str:
    reach = actor.reach(record_type.key, verb)
    if getattr(record, "is_private", False):
        return _("It is private, and theirs.")
    if reach == Reach.ALL:
        return _("Their role reaches all of them.")
    if getattr(record, "owner_id", None) == actor.key:
        return _("It is their own.")
    if reach == Reach.TEAM or getattr(record, "team_id", None) in actor.team_ids:
        return _("It is a team’s that they are in.")
    return _("It is their department’s.")


def _why_not(actor: Actor, record_type: RecordType, record: Versioned, verb: str) -> str:
    reach = actor.reach(record_type.key, verb)
    if getattr(record, "is_private", False) and getattr(record, "owner_id", None) != actor.key:
        return _("It is private: only who wrote it sees it.")
    if reach is None:
        return _("Their role may do this with none of them.")
    return str(_NARROW[reach])


def who_may(record_type: RecordType, record: Versioned) -> Sequence[Readers]:
    """Everybody who can sign in, by role, with what they may do with this record and why."""
    found: dict[tuple[str, tuple[Explanation, ...]], list[str]] = {}
    users = User.objects.filter(is_active=True).select_related("role").order_by("role_id", "name", "pk")
    for user in users:
        actor = actor_for(user)
        answers = tuple(explain(actor, record_type, record, verb) for verb in VERBS)
        found.setdefault((user.role.name, answers), []).append(str(user))
    return [Readers(role, tuple(names), answers) for (role, answers), names in found.items()]
