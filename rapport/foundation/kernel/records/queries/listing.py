"""Lists of records: filtered and sorted by declared fields only, paged by key, never counted to the end."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from msgspec import Struct

from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.fields.models import CustomKey
from rapport.foundation.kernel.fields.rules import HOUSE, FieldSpec, FieldType
from rapport.foundation.kernel.ledger.models.values import plain
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from rapport.foundation.kernel.records.queries.reading import all_fields
from rapport.foundation.kernel.records.rules import RecordType, View

PAGE = 50
COUNTED_TO = 1_000


class BadFilter(Exception):
    """The address asks for a filter, a sort or a page that does not exist. Answered with 400."""


class Filter(Struct, frozen=True):
    """A field that must have one of some values; an empty value means blank."""

    field: FieldSpec
    values: tuple[str, ...]


class ListPage(Struct, frozen=True):
    """A page of records with the cursors of its neighbours (empty where there is none).

    `count` is exact up to `COUNTED_TO`, and `None` beyond."""

    rows: Sequence[Any]
    filters: tuple[Filter, ...]
    view: str
    sort: str
    before: str
    after: str
    count: int | None


def list_records(
    record_type: RecordType, actor: Actor, asked: Mapping[str, Sequence[str]], *, size: int = PAGE
) -> ListPage:
    """The page that an address asks for. Keys: a field's slug, `view`, `sort`, `after`, `before`. Raises BadFilter."""
    fields = {field.slug: field for field in all_fields(record_type, actor)}
    filters = tuple(
        _filter(fields, slug, values)
        for slug, values in asked.items()
        if slug not in {"view", "sort", "after", "before"}
    )
    rows = record_type.visible_to(actor)
    for one in filters:
        rows = rows.filter(_condition(one, actor))
    view = _view(record_type, asked)
    if view is not None:
        rows = rows.filter(view.condition())
    sort = (asked.get("sort") or [view.sort if view else record_type.default_sort])[0]
    order = _Order(record_type, fields, sort)
    backwards, cursor = _cursor(asked)
    found = order.page(rows, cursor, backwards, size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_after, has_before = (bool(cursor), more) if backwards else (more, bool(cursor))
    return ListPage(
        rows=_with_peers(record_type, found),
        filters=filters,
        view=view.slug if view else "",
        sort=sort,
        before=order.cursor_of(found[0]) if found and has_before else "",
        after=order.cursor_of(found[-1]) if found and has_after else "",
        count=_count(rows),
    )


def _view(record_type: RecordType, asked: Mapping[str, Sequence[str]]) -> View | None:
    slug = (asked.get("view") or [""])[0]
    found = next((view for view in record_type.views if view.slug == slug), None)
    if slug and found is None:
        raise BadFilter("view")
    return found


def _with_peers(record_type: RecordType, rows: list[Any]) -> list[Any]:
    """The rows with what they are shown with, one query for each kind of it."""
    for name in record_type.peers:
        field: Any = record_type.model._meta.get_field(name)
        peers = {
            one.pk: one
            for one in _peers({getattr(row, field.attname) for row in rows} - {None}, field.related_model)
        }
        for row in rows:
            setattr(row, name, peers.get(getattr(row, field.attname)))
    return rows


_peers = KeptQuery[Any](lambda keys, model: model._base_manager.filter(pk__among=keys))


def _count(rows: QuerySet[Any]) -> int | None:
    counted = rows.order_by()[: COUNTED_TO + 1].count()
    return counted if counted <= COUNTED_TO else None


def _filter(fields: Mapping[str, FieldSpec], slug: str, values: Sequence[str]) -> Filter:
    field = fields.get(slug)
    if field is None or not field.filterable:
        raise BadFilter(slug)
    return Filter(field, tuple(values))


def _condition(one: Filter, actor: Actor) -> Q:
    field, wanted = one.field, Q()
    for value in one.values:
        if field.type == FieldType.USER and value == "me":
            wanted |= Q(**{f"{field.name}_id": actor.key})
        elif field.is_custom:
            wanted |= Q(CustomEquals(field.key, value or None))
        elif not value:
            wanted |= Q(**{f"{field.name}__isnull": True}) if _is_nullable(field) else Q(**{field.name: ""})
        elif field.type in {*HOUSE, FieldType.RECORD}:
            if not value.isdigit() or len(value) > 18:
                raise BadFilter(field.slug)
            wanted |= Q(**{f"{field.name}_id": int(value)})
        else:
            wanted |= Q(**{field.name: value == "yes" if field.type == FieldType.YES_NO else value})
    return wanted


def _is_nullable(field: FieldSpec) -> bool:
    return field.type not in {
        FieldType.TEXT,
        FieldType.LONG_TEXT,
        FieldType.CHOICE,
        FieldType.EMAIL,
        FieldType.LINK,
    }


def CustomEquals(key: str, value: str | None) -> Q:
    """A condition on one custom key; None for blank."""
    from django.db.models.lookups import Exact, IsNull

    expression = CustomKey(key)
    return Q(IsNull(expression, True)) if value is None else Q(Exact(expression, value))


def _cursor(asked: Mapping[str, Sequence[str]]) -> tuple[bool, tuple[Any, int] | None]:
    for name, backwards in (("after", False), ("before", True)):
        if text := (asked.get(name) or [""])[0]:
            try:
                value, key = json.loads(urlsafe_b64decode(text.encode()))
                return backwards, (value, int(key))
            except (ValueError, TypeError) as error:
                raise BadFilter(name) from error
    return False, None


class _Order:
    """An order by one field and then the key, nulls last, and the pages along it."""

    def __init__(self, record_type: RecordType, fields: Mapping[str, FieldSpec], sort: str) -> None:
        name = sort.removeprefix("-")
        declared = {field.name for field in fields.values() if field.sortable}
        if name not in declared and sort != record_type.default_sort:
            raise BadFilter("sort")
        column = {"name": "sort_key"}.get(name, name) if hasattr(record_type.model, "sort_key") else name
        self.field = record_type.model._meta.get_field(column)
        self.column = column
        self.down = sort.startswith("-")

    def cursor_of(self, row: Any) -> str:
        """Where this row stands, as text for an address."""
        return urlsafe_b64encode(json.dumps([plain(getattr(row, self.column)), row.pk]).encode()).decode()

    def page(
        self, rows: QuerySet[Any], cursor: tuple[Any, int] | None, backwards: bool, size: int
    ) -> list[Any]:
        """Up to `size` rows beyond the cursor: those with a value, then those without, each along its index."""
        segments = [False, True] if self.field.null else [False]
        if backwards:
            segments.reverse()
        at = self._at(cursor)
        found: list[Any] = []
        for is_null in segments:
            if len(found) >= size:
                break
            if at is not None and (at[0] is None) != is_null and (at[0] is None) != backwards:
                continue
            found += self._segment(rows, at, is_null, backwards)[: size - len(found)]
        return found

    def _at(self, cursor: tuple[Any, int] | None) -> tuple[Any, int] | None:
        if cursor is None:
            return None
        try:
            value = self.field.to_python(cursor[0])  # type: ignore[union-attr]
            if isinstance(value, datetime) and value.tzinfo is None:
                raise BadFilter("after")
        except ValidationError as error:
            raise BadFilter("after") from error
        return value, cursor[1]

    def _segment(
        self, rows: QuerySet[Any], at: tuple[Any, int] | None, is_null: bool, backwards: bool
    ) -> QuerySet[Any]:
        down = self.down != backwards
        order = "-" if down else ""
        if self.field.null:
            rows = rows.filter(**{f"{self.column}__isnull": is_null})
        if is_null:
            beyond = Q(**{f"pk__{'lt' if down else 'gt'}": at[1]}) if at and at[0] is None else Q()
            return rows.filter(beyond).order_by(f"{order}pk")
        if at is not None and at[0] is not None:
            sign = "lt" if down else "gt"
            # The last condition repeats the first for the planner: without it the index is not entered at the cursor.
            rows = rows.filter(
                Q(**{f"{self.column}__{sign}": at[0]}) | Q(**{self.column: at[0], f"pk__{sign}": at[1]})
            ).filter(**{f"{self.column}__{sign}e": at[0]})
        ordered = F(self.column).desc() if down else F(self.column).asc()
        return rows.order_by(ordered, f"{order}pk")
