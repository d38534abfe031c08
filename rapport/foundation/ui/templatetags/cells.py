"""The cells of lists and the values in them, drawn in Python: a page of fifty rows has hundreds, and a template for
each costs more than the query behind them (platform.md: templates, not SQL, are the page cost)."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from rapport.foundation.kernel.fields.rules import FieldSpec, FieldType
from rapport.foundation.kernel.records.rules import RecordType
from rapport.foundation.ui.queries import Shown
from rapport.foundation.ui.templatetags.ui import bdi, near_date

register = template.Library()


@register.simple_tag
def shown_value(shown: Shown, field: FieldSpec) -> str:
    """A value as the page shows it: near words for a day, a badge for a choice, a dash for nothing."""
    if shown.at:
        return near_date(shown.at)
    if not shown.text:
        return format_html(
            '<span class="nothing" aria-hidden="true">–</span><span class="aside-only">{}</span>',
            _("nothing yet"),
        )
    value = bdi(shown.text)
    return format_html('<span class="badge">{}</span>', value) if field.type == FieldType.CHOICE else value


@register.simple_tag
def record_cell(kind: RecordType, field: FieldSpec, shown: Shown, record: Any, may_edit: bool) -> str:
    """One cell of a list: editable where it stands, if the reader may edit it."""
    if may_edit and field.editable:
        url = reverse("records:cell", args=[kind.key, record.pk, field.slug])
        return format_html(
            '<td role="cell" id="cell-{}-{}-{}" class="{}" data-cell><a class="cell" href="{}?place=cell" '
            'hx-get="{}?place=cell" hx-target="closest td" hx-swap="outerHTML" data-edit title="{}">{}</a></td>',
            *(kind.key, record.pk, field.slug, field.slug, url, url),
            _("Edit %(label)s") % {"label": field.label},
            shown_value(shown, field),
        )
    return format_html('<td role="cell" class="{}">{}</td>', field.slug, shown_value(shown, field))
