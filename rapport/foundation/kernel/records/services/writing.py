"""Create, edit, delete and take back, for records of any type: each checks the right first and is one act."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.fields.models import CustomField
from rapport.foundation.kernel.fields.rules import KEY, FieldSpec, Words
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.models.values import plain
from rapport.foundation.kernel.ledger.queries.history import touched_by
from rapport.foundation.kernel.ledger.rules import Refused, Source, Undone
from rapport.foundation.kernel.ledger.services import Writer, act, undo
from rapport.foundation.kernel.records.queries.reading import all_fields, may_do, record_or_none
from rapport.foundation.kernel.records.rules import NewRecord, RecordType, is_personal, record_types, type_of
from rapport.foundation.kernel.records.rules import record_type as record_type_of


class NotAllowed(Refused):
    """The actor can see the record but may not do this with it; the text says whom to ask."""


class Written[R: Versioned](Struct, frozen=True):
    """A record as it now stands, and the act that wrote it (None when nothing differed)."""

    record: R
    act: int | None


def may_write(record_type: RecordType, record: Versioned, actor: Actor, verb: Verb) -> None:
    """Raise NotAllowed unless the actor's verb reaches this record, which the actor sees."""
    if not may_do(record_type, record, actor, verb):
        raise NotAllowed(
            _("Your role may not change this one. Its owner or an administrator can, or can hand it to you.")
        )


def _allowed_values(
    record_type: RecordType, actor: Actor, values: Mapping[str, Any], record: Versioned | None
) -> dict[str, Any]:
    """Only fields that are declared, editable and not hidden; anything else in a form is ignored."""
    fields: dict[str, FieldSpec] = {
        field.name: field for field in all_fields(record_type, actor) if field.editable
    }
    plain = {name: value for name, value in values.items() if name in fields and not fields[name].is_custom}
    custom = {
        fields[name].key: value for name, value in values.items() if name in fields and fields[name].is_custom
    }
    return record_type.prepare(plain, record) | ({"custom": custom} if custom else {})


def _linked(writer: Writer, record_type: RecordType, actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    """The values with their links checked: only to records that the actor may see, a hidden one being refused as if
    it never was; and with those made that are to be new."""
    for field in record_type.fields:
        target = values.get(field.name) if field.type == "record" else None
        if isinstance(target, NewRecord):
            values[field.name] = _make(writer, record_type_of(target.record_type), target.name, actor)
        elif target is not None and record_or_none(_type_for(target, field.to), target.pk, actor) is None:
            raise Refused(_("There is no such record to link to."))
    return values


def _type_for(target: Versioned, declared: str) -> RecordType:
    return type_of(target) or record_type_of(declared)


def _make(writer: Writer, record_type: RecordType, name: str, actor: Actor) -> Versioned:
    if not actor.may(record_type.key, Verb.CREATE):
        raise NotAllowed(_("Your role may not add these. An administrator can."))
    prepared = record_type.prepare({"name": name}, None)
    return writer.create(record_type.model(**{**record_type.defaults, **prepared}))


def create_record(
    record_type: RecordType,
    values: Mapping[str, Any],
    *,
    whole: Versioned | None = None,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> Written[Any]:
    """Create a record of the type; a part needs its whole. Raises NotAllowed, Refused, ValidationError, AlreadyDone."""
    if whole is not None:
        may_write(_type_for(whole, ""), whole, actor, Verb.EDIT)
    elif not actor.may(record_type.key, Verb.CREATE):
        raise NotAllowed(_("Your role may not add these. An administrator can."))
    allowed = _allowed_values(record_type, actor, values, None)
    with act(f"{record_type.noun}.created", actor=actor, source=source, at=at, key=key) as writer:
        belongs = {record_type.model.root: whole} if whole is not None else {}
        linked = _linked(writer, record_type, actor, allowed)
        record = writer.create(record_type.model(**{**record_type.defaults, **linked, **belongs}))
    return Written(record, writer.id)


def edit_record(
    record_type: RecordType,
    record: Versioned,
    values: Mapping[str, Any],
    *,
    seen: int | None = None,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> Written[Any]:
    """Change fields of a record; `seen` is the version the user looked at.

    Raises NotAllowed, Refused, ValidationError, Conflict, AlreadyDone."""
    may_write(record_type, record, actor, Verb.EDIT)
    allowed = _allowed_values(record_type, actor, values, record)
    with act(f"{record_type.noun}.edited", actor=actor, source=source, at=at, key=key) as writer:
        live = writer.update(record, seen=seen, **_linked(writer, record_type, actor, allowed))
    return Written(live, writer.id if writer.written else None)


def edit_many(
    record_type: RecordType,
    keys: Sequence[int],
    values: Mapping[str, Any],
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> tuple[int, int | None]:
    """Set the same values on many records, those that the actor may edit; returns how many changed, and the act."""
    allowed = _allowed_values(record_type, actor, values, None)
    wanted = {
        _attname(record_type, name): plain(value.pk if isinstance(value, Model) else value)
        for name, value in allowed.items()
    }
    with act(f"{record_type.noun}.edited", actor=actor, source=source, at=at, key=key) as writer:
        editable = record_type.visible_to(actor, Verb.EDIT).filter(pk__in=keys).values_list("pk", flat=True)
        changed = writer.bulk_update(record_type.model, dict.fromkeys(editable, wanted))
    return changed, writer.id if writer.written else None


def add_to_many(
    part: RecordType,
    whole: RecordType,
    keys: Sequence[int],
    text: str,
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> tuple[int, int | None]:
    """Give a part of one text, such as a tag, to many wholes: those that the actor may edit and that have it not yet.

    Returns how many, and the act. Raises ValidationError, AlreadyDone."""
    name, root = part.fields[0].name, part.model.root
    values = _allowed_values(part, actor, {name: text}, None)
    with act(f"{part.noun}.created", actor=actor, source=source, at=at, key=key) as writer:
        wholes = whole.visible_to(actor, Verb.EDIT).filter(pk__in=keys)
        had = part.model._base_manager.filter(**{f"{root}__in": keys, name: values[name]})
        without = wholes.exclude(pk__in=had.values(root)).order_by("pk")
        for one in without:
            writer.create(part.model(**{**part.defaults, **values, root: one}))
    return writer.written, writer.id if writer.written else None


def _attname(record_type: RecordType, name: str) -> str:
    field = record_type.model._meta.get_field(name)
    return str(field.attname)  # type: ignore[union-attr]


def delete_record(
    record_type: RecordType,
    record: Versioned,
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> int:
    """Delete a record with its parts; returns the act. Raises NotAllowed, StillReferred, AlreadyDone."""
    may_write(record_type, record, actor, Verb.DELETE)
    with act(f"{record_type.noun}.deleted", actor=actor, source=source, at=at, key=key) as writer:
        writer.delete(record)
    return writer.id


def may_undo(act_id: int, actor: Actor) -> bool:
    """True when this actor may do the inverse to every record the act touched, as things stand today.

    A record that is gone is judged by who acted: its deletion is undone by who deleted it or an administrator. A whole
    import is undone by its importer or an administrator; a personal act by who did it."""
    done = Act.objects.filter(pk=act_id).first()
    if done is None:
        return False
    if actor.is_system or actor.may_enter("admin"):
        return True
    is_own = done.actor_kind == "user" and done.actor == actor.key
    if hasattr(done, "long"):
        return is_own
    if _is_personal(done, actor):
        return True
    for model, keys in touched_by(done).items():
        there = set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        if there != keys and not is_own:
            return False
        reached: set[int] = set()
        for one in record_types():
            if one.model is model:
                reached |= set(
                    one.visible_to(actor, Verb.EDIT).filter(pk__in=there).values_list("pk", flat=True)
                )
        if reached != there:
            return False
    return True


def _is_personal(done: Act, actor: Actor) -> bool:
    first = done
    while first.undoes is not None:
        first = first.undoes
    return is_personal(first.verb) and first.actor_kind == "user" and first.actor == actor.key


def undo_act(act_id: int, *, actor: Actor, source: Source, at: datetime, key: str | None = None) -> Undone:
    """Take an act back, if the actor may. Raises NotAllowed, CannotUndo, AlreadyDone."""
    if not may_undo(act_id, actor):
        raise NotAllowed(_("You may not take this back. Who did it, or an administrator, can."))
    return undo(act_id, actor=actor, source=source, at=at, key=key)


def add_custom_field(
    record_type: str,
    key: str,
    label: Words,
    *,
    type_: str = "text",
    actor: Actor,
    source: Source,
    at: datetime,
) -> CustomField:
    """Give a record type a field of the firm's own; one of this key that is there already stays. Raises Refused."""
    if not KEY.match(key):
        raise Refused(_("A field's key is small letters, digits and underscores, and begins with a letter."))
    if there := CustomField.objects.filter(record_type=record_type, key=key).first():
        return there
    with act("field.created", actor=actor, source=source, at=at) as writer:
        position = CustomField.objects.filter(record_type=record_type).count()
        return writer.create(
            CustomField(record_type=record_type, key=key, label=str(label), type=type_, position=position)
        )
