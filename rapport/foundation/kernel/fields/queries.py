"""Asks for the fields that the firm made itself."""

from rapport.foundation.kernel.actors.queries import while_the_house_stands
from rapport.foundation.kernel.fields.models import CustomField
from rapport.foundation.kernel.fields.rules import FieldSpec, FieldType


@while_the_house_stands
def custom_fields(record_type: str) -> tuple[FieldSpec, ...]:
    """The custom fields of a record type, in their order, as equal citizens beside the declared ones."""
    rows = CustomField.objects.filter(record_type=record_type).order_by("position", "id")
    return tuple(
        FieldSpec(
            name=f"custom.{row.key}",
            label=row.label,
            type=FieldType(row.type),
            choices=tuple((choice, choice) for choice in row.choices),
            filterable=row.type in {"choice", "yes_no"},
        )
        for row in rows
    )
