"""One record, its fields, and why somebody can or cannot do something with it."""

from typing import Any

from django.db.models import QuerySet

from rapport.foundation.kernel.access.rules import Actor, Reach, Verb, reaches
from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.fields.queries import custom_fields
from rapport.foundation.kernel.fields.rules import FieldSpec
from rapport.foundation.kernel.ledger.queries.history import deleted_by
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from rapport.foundation.kernel.records.rules import RecordType, record_types


def all_fields(record_type: RecordType, actor: Actor) -> tuple[FieldSpec, ...]:
    """Declared and custom fields of a type that this actor may see."""
    fields = record_type.fields
    if hasattr(record_type.model, "custom"):
        fields += custom_fields(record_type.key)
    return tuple(field for field in fields if not actor.hides(record_type.key, field.name))


def field_named(record_type: RecordType, actor: Actor, slug: str) -> FieldSpec | None:
    """The field of this slug; None when there is none, or none this actor may see."""
    return next((field for field in all_fields(record_type, actor) if field.slug == slug), None)


def record_or_none(record_type: RecordType, key: int, actor: Actor, verb: str = Verb.SEE) -> Versioned | None:
    """The record of this key within the actor's reach; None for one that is not, as for one that never was."""
    return next(iter(_records(key, record_type, actor, verb)), None)


def _one(key: int, record_type: RecordType, actor: Actor, verb: str) -> QuerySet[Any]:
    return record_type.visible_to(actor, verb).filter(pk=key).select_related(*record_type.peers).order_by()


_records = KeptQuery[Any](_one)


WHOSE = ("owner_id", "team_id", "department_id")


def may_do(record_type: RecordType, record: Versioned, actor: Actor, verb: Verb) -> bool:
    """Whether the actor, who sees this record, may do this with it. A verb that reaches all reaches each that is seen;
    a record with owner, team and department says so itself; for any other the database is asked."""
    reach = actor.reach(record_type.key, verb)
    if not record_type.is_part and all(hasattr(record, name) for name in WHOSE):
        return reaches(actor, reach, *(getattr(record, name) for name in WHOSE))
    if reach == Reach.ALL and not record_type.is_part:
        return True
    return record_or_none(record_type, record.pk, actor, verb) is not None


def verbs_on(record_type: RecordType, record: Versioned, actor: Actor) -> frozenset[Verb]:
    """Which of editing and deleting the actor may do: which buttons the record's page has. Services ask again."""
    return frozenset(verb for verb in (Verb.EDIT, Verb.DELETE) if may_do(record_type, record, actor, verb))


def gone_with(act: int, record: Versioned, actor: Actor) -> list[tuple[RecordType, int]]:
    """What an act deleted beside the record itself, by record type; a colleague's private words are not told."""
    found: dict[str, int] = {}
    kinds = {one.model: one for one in reversed(record_types())}
    for model, key, values in deleted_by(act):
        is_secret = bool(values.get("is_private")) and values.get("owner_id") != actor.key
        if model in kinds and not is_secret and (model, key) != (type(record), record.pk):
            found[kinds[model].key] = found.get(kinds[model].key, 0) + 1
    return [(one, found[one.key]) for one in record_types() if one.key in found]
