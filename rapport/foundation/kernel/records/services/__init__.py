"""The verbs that every record type has."""

from rapport.foundation.kernel.records.services.writing import (
    NotAllowed,
    Written,
    add_custom_field,
    add_to_many,
    create_record,
    delete_record,
    edit_many,
    edit_record,
    may_undo,
    may_write,
    undo_act,
)

__all__ = [
    "NotAllowed", "Written", "add_custom_field", "add_to_many", "create_record", "delete_record",
    "edit_many", "edit_record", "may_undo", "may_write",
    "undo_act",
]  # fmt: skip
