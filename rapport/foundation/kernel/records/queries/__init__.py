"""What pages ask of records of any type."""

from rapport.foundation.kernel.records.queries.listing import BadFilter, Filter, ListPage, list_records
from rapport.foundation.kernel.records.queries.readers import explain, who_may
from rapport.foundation.kernel.records.queries.reading import (
    all_fields,
    field_named,
    gone_with,
    record_or_none,
    verbs_on,
)

__all__ = [
    "BadFilter", "Filter", "ListPage", "all_fields", "explain", "field_named", "gone_with", "list_records",
    "record_or_none", "verbs_on", "who_may",
]  # fmt: skip
