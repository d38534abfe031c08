"""Tags and filters every template has without loading: icons, names, days, numbers, frames.

Rules that can be said without Django's templates are in `rapport.foundation.ui.words`.
"""

import functools
import warnings
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import lucide
from django import template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from rapport.foundation.kernel.money.rules import Money
from rapport.foundation.ui import words

register = template.Library()
MIRRORED = (
    "arrow-left",
    "arrow-right",
    "chevron-left",
    "chevron-right",
    "undo",
    "redo",
    "corner-",
    "log-out",
)


class UnknownIcon(UserWarning):
    """An icon was named that the installed icon set does not have; tests treat it as an error."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """Inline an icon. It says nothing by itself: words stand beside it, or on the button around it."""
    try:
        return _icon(name)
    except lucide.IconDoesNotExist:
        warnings.warn(f"There is no icon {name!r}.", UnknownIcon, stacklevel=2)
        return SafeString()


@functools.cache
def _icon(name: str) -> SafeString:
    drawing = lucide._load_icon(name)
    # The drawing comes from an installed package, not from a reader.
    inner = mark_safe("".join(ElementTree.tostring(part, encoding="unicode").strip() for part in drawing))  # noqa: S308
    turns = SafeString(" data-turns") if name.startswith(MIRRORED) else ""
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"{}>{}</svg>', turns, inner)


@register.filter
def initials(name: object) -> str:
    """Return the one or two signs of a portrait."""
    return words.initials(str(name))


@register.filter
def hue(key: object) -> int:
    """Return the hue of a portrait, 1 to 8, from a key that does not change."""
    return words.hue(key)


@register.inclusion_tag("ui/parts/freshness.html")
def freshness(
    last: date | datetime | None,
    now: datetime | None = None,
    via: str = "",
    rhythm: int = words.RHYTHM_DAYS,
    long: bool = False,
) -> dict[str, Any]:
    """Draw the ring that drains since `last`, with its words; `via` names how (e-mail, phone)."""
    today = timezone.localtime(now or timezone.now()).date()
    said = words.freshness(_day(last), today, rhythm_days=rhythm, long=long)
    return {"said": said, "via": via}


@register.filter
def near_date(at: date | datetime | None, now: datetime | None = None) -> str:
    """Say a day or moment in near words in the reader's zone, with the full date in its title."""
    if not at:
        return ""
    here, local_now = _local(at), timezone.localtime(now or timezone.now())
    language = get_language() or "en"
    return format_html(
        '<time datetime="{}" title="{}"><bdi>{}</bdi></time>',
        here.isoformat(),
        words.full_date(here, language),
        words.near_date(here, local_now, language),
    )


@register.simple_tag
def near(at: date | datetime | None, now: datetime | None = None) -> str:
    """Say the same as the filter `near_date`, with a `now` that a template may not have been given."""
    return near_date(at, now)


@register.filter
def full_date(at: date | datetime | None) -> str:
    """Say a day or moment in full, in the reader's zone."""
    return words.full_date(_local(at), get_language() or "en") if at else ""


@register.filter
def day_heading(at: date | datetime, now: datetime | None = None) -> str:
    """Say a day as a heading: Today, Yesterday, Tuesday 17 November."""
    day = _day(at) or timezone.localdate()
    return words.day_heading(day, timezone.localtime(now or timezone.now()).date(), get_language() or "en")


@register.filter
def number(value: Decimal | float | None) -> str:
    """Write a number as the reader's language does; nothing for nothing."""
    return "" if value is None else words.number(value, get_language() or "en")


@register.filter
def percent(value: Decimal | float | None) -> str:
    """Write a share of one as a percentage."""
    return "" if value is None else words.percent(value, get_language() or "en")


@register.filter
def money(value: Money | Decimal | float | None, currency: str = "EUR") -> str:
    """Write an amount, or money with its own currency, kept together in right-to-left text."""
    if isinstance(value, Money):
        return money(value.amount, value.currency)
    return "" if value is None else bdi(words.money(value, currency, get_language() or "en"))


@register.filter
def bdi(value: object) -> SafeString:
    """Keep an inserted value apart from the direction of the text around it."""
    return format_html("<bdi>{}</bdi>", "" if value is None else value)


@register.filter
def kind_of(field: BoundField) -> str:
    """Name the shape a form field takes on screen: check, choices, file, hidden, long or line."""
    widget: Any = field.field.widget
    if getattr(widget, "input_type", "") in {"checkbox", "radio"}:
        return "choices" if widget.use_fieldset else "check"
    if widget.use_fieldset:
        return "choices"
    return "hidden" if widget.is_hidden else "line"


@register.filter
def with_class(field: BoundField, name: str) -> SafeString:
    """Render a form field's input with a class."""
    return field.as_widget(attrs={"class": name})


@register.simple_block_tag
def panel(content: SafeString, title: str = "", **inputs: Any) -> SafeString:
    """Frame what stands between `panel` and `endpanel`; inputs as in `ui/parts/panel.html`."""
    return _framed("panel", content, title, inputs)


@register.simple_block_tag
def notice(content: SafeString, title: str = "", **inputs: Any) -> SafeString:
    """Say something worth stopping for; inputs as in `ui/parts/notice.html`."""
    return _framed("notice", content, title, inputs)


@register.simple_block_tag
def empty(content: SafeString, title: str = "", **inputs: Any) -> SafeString:
    """Say what to do where there is nothing; what is between the tags are the buttons."""
    return _framed("empty", content, title, inputs)


def _framed(part: str, content: SafeString, title: str, inputs: Mapping[str, Any]) -> SafeString:
    return render_to_string(f"ui/parts/{part}.html", {**inputs, "title": title, "content": content})


def _local(at: date | datetime) -> date | datetime:
    return timezone.localtime(at) if isinstance(at, datetime) and timezone.is_aware(at) else at


def _day(at: date | datetime | None) -> date | None:
    here = _local(at) if at else None
    return here.date() if isinstance(here, datetime) else here
