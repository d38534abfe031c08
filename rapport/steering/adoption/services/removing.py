"""Removes the practice company, with whatever was done to its parties since: one act for people, undone as one."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from rapport.customers.people.models import Party
from rapport.foundation.accounts.services import sign_out_everywhere
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import Team, User, Versioned
from rapport.foundation.kernel.ledger.models import Act, Change
from rapport.foundation.kernel.ledger.models.kinds import number_of
from rapport.foundation.kernel.ledger.rules import Refused, Source
from rapport.foundation.kernel.ledger.services import Writer, act, finish_long, start_long
from rapport.foundation.kernel.ledger.services.deletion import incoming
from rapport.steering.adoption.queries import REMOVED, SOURCE, practice_act
from rapport.steering.adoption.rules import COLLEAGUES

CHUNK = 3_000


class NothingToRemove(Refused):
    """There is no practice company here."""


def remove(*, actor: Actor, at: datetime) -> int:
    """Delete the practice company's parties and all that hangs on them, and let its colleagues sign in no more;
    returns the act, which can be undone. Raises NothingToRemove.

    Whoever does it stays, and so does the last administrator. The colleagues stay in the history by their names."""
    started = practice_act()
    if started is None:
        raise NothingToRemove(_("There is no practice company here."))
    source = Source(SOURCE, str(started.pk))
    common: dict[str, Any] = {"actor": actor, "source": source, "at": at}
    parent = _begun(started) or start_long(REMOVED, **common)
    for keys in _chunks(_parties_of(started)):
        with act(REMOVED, part_of=parent, **common) as writer:
            _delete(writer, Party, keys)
    with act(REMOVED, part_of=parent, **common) as writer:
        _show_out(writer, actor)
    finish_long(parent, "practice.gone", **common)
    return parent


def _begun(started: Act) -> int | None:
    """A removal that was broken off."""
    acts = Act.objects.filter(verb=REMOVED, source=str(started.pk), part_of=None, long__state="running")
    return acts.values_list("pk", flat=True).first()


def _parties_of(started: Act) -> Iterator[int]:
    for part in Act.objects.filter(part_of=started).order_by("pk").values_list("pk", flat=True):
        yield from _made_by([part], Party)


def _made_by(acts: Iterable[int], model: type[Versioned]) -> list[int]:
    made = Change.objects.filter(act__in=list(acts), kind=number_of(model), op="c")
    return list(made.order_by("pk").values_list("record", flat=True))


def _chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    chunk: list[int] = []
    for key in keys:
        chunk.append(key)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _delete(writer: Writer, model: type[Versioned], keys: Sequence[int]) -> None:
    """Delete rows with what hangs on them, table by table: the ledger's own walk for one row, for many at once."""
    for child, field in incoming(model) if keys else ():
        found = child._base_manager.filter(**{f"{field.attname}__in": keys}).order_by("pk")
        children = list(found.values_list("pk", flat=True))
        if field.remote_field.on_delete is models.CASCADE:
            for some in _chunks(children):
                _delete(writer, child, some)
        elif field.remote_field.on_delete is models.SET_NULL:
            writer.bulk_update(child, {key: {field.attname: None} for key in children})
        elif children:
            raise Refused(_("Something still refers to the practice company."))
    wholes = _wholes_of(model, keys)
    writer.remove_rows(list(model._base_manager.filter(pk__in=keys)))
    for whole, ones in wholes.items():
        # What was said or agreed with nobody but practice parties goes with them.
        left = set(
            model._base_manager.filter(**{f"{model.last_takes}__in": ones}).values_list(
                model.last_takes, flat=True
            )
        )
        _delete(writer, whole, [key for key in ones if key not in left])


def _wholes_of(model: type[Versioned], keys: Sequence[int]) -> dict[type[Versioned], list[int]]:
    """The rows that go with the last of these parts, by their table."""
    if not model.last_takes or not keys:
        return {}
    whole: Any = model._meta.get_field(model.last_takes).related_model
    found = model._base_manager.filter(pk__in=keys).values_list(model.last_takes, flat=True)
    return {whole: sorted(set(found))}


def _show_out(writer: Writer, actor: Actor) -> None:
    """The colleagues may sign in no more, but for who does this and the last who can let others in; their teams go."""
    emails = [one.email for one in COLLEAGUES]
    real = User.objects.filter(is_active=True, role__key="administrator").exclude(email__in=emails)
    must_stay = not real.exists() and actor.kind != "user"
    for user in (
        User.objects.filter(email__in=emails, is_active=True)
        .exclude(pk=actor.key or 0)
        .select_related("role")
    ):
        if not (must_stay and user.role.key == "administrator"):
            writer.update(user, is_active=False)
            sign_out_everywhere(user)
    made = _made_by(
        Act.objects.filter(source_kind=SOURCE, verb="team.created").values_list("pk", flat=True), Team
    )
    teams = Team.objects.filter(pk__in=made).exclude(members__user__is_active=True)
    _delete(writer, Team, list(teams.values_list("pk", flat=True)))
