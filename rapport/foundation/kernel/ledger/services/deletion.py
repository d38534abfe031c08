"""Deletes a record with what hangs on it, every row recorded: children first, then the row itself."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.rules import Refused

if TYPE_CHECKING:
    from rapport.foundation.kernel.ledger.services.writer import Writer


class StillReferred(Refused):
    """A record that must stay refers to the one to be deleted."""


def incoming(model: type[models.Model]) -> list[tuple[type[Versioned], Any]]:
    """The foreign keys of record tables that point at this one, hidden ones included."""
    found: list[tuple[type[Versioned], Any]] = []
    relation: Any
    for relation in model._meta.get_fields(include_hidden=True):
        is_incoming = relation.auto_created and not relation.concrete
        is_single = relation.one_to_many or relation.one_to_one
        if is_incoming and is_single and issubclass(relation.related_model, Versioned):
            found.append((relation.related_model, relation.field))
    return found


def delete(writer: "Writer", record: Versioned) -> None:
    """Walk the relations as their `on_delete` says, then remove the row.

    Raises StillReferred where a relation protects it."""
    model = type(record)
    live = model._base_manager.select_for_update().filter(pk=record.pk).first()
    if live is None:
        return
    for child_model, field in incoming(model):
        children = child_model._base_manager.filter(**{field.attname: live.pk}).order_by("pk")
        on_delete = field.remote_field.on_delete
        for child in children:
            if on_delete is models.CASCADE:
                delete(writer, child)
            elif on_delete is models.SET_NULL:
                writer.update(child, **{field.name: None})
            else:
                raise StillReferred(
                    _("%(what)s still refers to it.")
                    % {"what": str(child_model._meta.verbose_name).capitalize()}
                )
    # Read again: a self-reference has just been set to null, and a cascade may have come back here.
    live = model._base_manager.filter(pk=record.pk).first()
    if live is not None:
        writer.remove_rows([live])
        _take_along(writer, live)


def _take_along(writer: "Writer", gone: Versioned) -> None:
    """Delete what the row that is gone was the last to lead to, such as what was said with one who is deleted."""
    if name := gone.last_takes:
        field: Any = type(gone)._meta.get_field(name)
        key = getattr(gone, field.attname)
        others = type(gone)._base_manager.filter(**{field.attname: key})
        target = field.related_model._base_manager.filter(pk=key).first()
        if target is not None and not others.exists():
            delete(writer, target)
