"""Addresses of records of any type: the type's key is the first part."""

from django.urls import path, register_converter

from rapport.foundation.kernel.records.rules import RecordType, record_type
from rapport.foundation.ui.views import cells, finding, history, lists, records


class KindConverter:
    """A record type with pages of its own, by its key."""

    regex = "[a-z][a-z-]*"

    def to_python(self, value: str) -> RecordType:
        """The type. Raises ValueError, which means that the address does not match."""
        try:
            kind = record_type(value)
        except KeyError as error:
            raise ValueError(value) from error
        if self.is_part(kind):
            raise ValueError(value)
        return kind

    def is_part(self, kind: RecordType) -> bool:
        """True for what this converter does not take."""
        return kind.is_part

    def to_url(self, value: RecordType | str) -> str:
        """The key."""
        return value if isinstance(value, str) else value.key


class AnyKindConverter(KindConverter):
    """Any record type, parts of others too."""

    def is_part(self, kind: RecordType) -> bool:
        """Takes all."""
        return False


class PartConverter(KindConverter):
    """A record type of parts."""

    def is_part(self, kind: RecordType) -> bool:
        """Takes parts only."""
        return not kind.is_part


register_converter(KindConverter, "kind")
register_converter(AnyKindConverter, "anykind")
register_converter(PartConverter, "part")

app_name = "records"
urlpatterns = [
    path("search/", finding.search, name="search"),
    path("search/options/<slug:to>/", finding.options, name="options"),
    path("history/", history.acts, name="acts"),
    path("acts/<int:act>/undoing/", history.undoing, name="undoing"),
    path("panels/<slug:name>/<kind:kind>/<int:key>/", records.panel, name="panel"),
    path("<kind:kind>/", lists.record_list, name="list"),
    path("<kind:kind>/new/", records.new_record, name="new"),
    path("<kind:kind>/many/", lists.bulk_edit, name="many"),
    path("<kind:kind>/<int:key>/", records.record_page, name="record"),
    path("<anykind:kind>/<int:key>/edit/", records.edit_form, name="edit"),
    path("<kind:kind>/<int:key>/history/", history.record_history, name="history"),
    path("<kind:kind>/<int:key>/readers/", records.readers, name="readers"),
    path("<kind:kind>/<int:key>/parts/<part:part>/", records.new_part, name="new-part"),
    path("<anykind:kind>/<int:key>/deletion/", records.deletion, name="deletion"),
    path("<anykind:kind>/<int:key>/fields/<slug:slug>/", cells.cell, name="cell"),
    path("<anykind:kind>/<int:key>/fields/<slug:slug>/shown/", cells.cell_shown, name="cell-shown"),
    path("<anykind:kind>/<int:key>/fields/<slug:slug>/source/", cells.source, name="source"),
]
