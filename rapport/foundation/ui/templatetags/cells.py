"""The rows of lists and the values in them, drawn in Python: a page of fifty rows has hundreds of cells, and a template
for each costs twenty times what the query behind them does (platform.md: templates are the page cost)."""

import functools
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rapport.foundation.kernel.fields.rules import FieldSpec, FieldType
from rapport.foundation.kernel.records.rules import RecordType
from rapport.foundation.ui.queries import Shown, address, shown_as, value_of
from rapport.foundation.ui.templatetags.ui import bdi, freshness, near_date, portrait

register = template.Library()
type Draw = Callable[[Any], str]

# Stands in for a name in words that are prepared once for a whole column.
KEY = "\x00"


@register.simple_tag
def shown_value(shown: Shown, field: FieldSpec) -> SafeString:
    """A value as the page shows it: near words for a day, a badge for a choice, a dash for nothing."""
    if shown.at:
        return SafeString(near_date(shown.at))
    if not shown.text:
        words = escape(_("nothing yet"))
        return SafeString(
            f'<span class="nothing" aria-hidden="true">–</span><span class="aside-only">{words}</span>'
        )
    value = bdi(shown.text)
    return SafeString(f'<span class="badge">{value}</span>') if field.type == FieldType.CHOICE else value


@register.simple_tag
def record_cell(kind: RecordType, field: FieldSpec, record: Any, may_edit: bool) -> SafeString:
    """One cell of a list: editable where it stands, if the reader may edit it."""
    return SafeString(_cell(kind, field, may_edit)(record))


@register.simple_tag
def record_rows(
    kind: RecordType, columns: Sequence[FieldSpec], records: Sequence[Any], may_edit: bool
) -> SafeString:
    """The rows of a list: a box to pick each, its name, then a cell for each further column."""
    draws = [_name(kind, may_edit), *(_cell(kind, field, may_edit) for field in columns[1:])]
    rows = ("".join(draw(record) for draw in draws) for record in records)
    # Every part is escaped where it is drawn.
    return SafeString("".join(f'<tr role="row" data-row>{row}</tr>\n' for row in rows))


def _name(kind: RecordType, may_edit: bool) -> Draw:
    before, _key, after = escape(_("Select %(name)s") % {"name": KEY}).partition(KEY)

    def draw(record: Any) -> str:
        name = escape(str(record))
        title = getattr(record, "job_title", "")
        line = f'<small class="meta">{bdi(title)}</small>' if title else ""
        pick = (
            '<td role="cell" class="pick"><input class="box" type="checkbox" name="pick" '
            f'value="{record.pk}" data-pick aria-label="{before}{name}{after}"></td>'
        )
        return (
            f"{pick if may_edit else ''}"
            '<th role="rowheader" scope="row" class="name">'
            f'<a class="who" href="{address("records:record", kind.key, record.pk)}" data-open>'
            f"{portrait(record, record.pk, '', kind.is_firm)}<span><b><bdi>{name}</bdi></b>{line}</span></a></th>"
        )

    return draw


def _cell(kind: RecordType, field: FieldSpec, may_edit: bool) -> Draw:
    """How a column draws its cells; what is the same in all of them is said once."""
    value = _value(field)
    if field.type == FieldType.MOMENT:
        return lambda record: f'<td role="cell" class="fresh">{value(record)}</td>'
    slug = escape(field.slug)
    if not (may_edit and field.editable):
        return lambda record: f'<td role="cell" class="{slug}">{value(record)}</td>'
    title = escape(_("Edit %(label)s") % {"label": field.label})

    def draw(record: Any) -> str:
        url = f"{address('records:cell', kind.key, record.pk, field.slug)}?place=cell"
        return (
            f'<td role="cell" id="cell-{kind.key}-{record.pk}-{slug}" class="{slug}" data-cell>'
            f'<a class="cell" href="{url}" hx-get="{url}" hx-target="closest td" hx-swap="outerHTML" data-edit '
            f'title="{title}">{value(record)}</a></td>'
        )

    return draw


def _value(field: FieldSpec) -> Draw:
    if field.type == FieldType.MOMENT:
        return lambda record: freshness(
            getattr(record, field.name), rhythm=getattr(record, "rhythm_days", None)
        )
    drawn = functools.cache(lambda value: shown_value(shown_as(value, field), field))
    return lambda record: drawn(value_of(record, field))
