"""Tags and filters every template has without loading: icons, names, days, numbers, frames.

Rules that can be said without Django's templates are in `rapport.foundation.ui.words`.
"""

import functools
import io
import warnings
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from html import escape
from importlib.resources import files
from threading import Lock
from typing import Any
from zipfile import ZipFile

from django import template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from rapport.foundation.kernel.money.rules import Money
from rapport.foundation.ui import words
from rapport.foundation.ui.queries import address

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
    except KeyError:
        warnings.warn(f"There is no icon {name!r}.", UnknownIcon, stacklevel=2)
        return SafeString()


_one_at_a_time = Lock()


@functools.cache
def _icon(name: str) -> SafeString:
    drawing = drawing_of(name)
    inner = " ".join(drawing.partition("<svg")[2].partition(">")[2].rpartition("</svg>")[0].split())
    turns = " data-turns" if name.startswith(MIRRORED) else ""
    # The drawing comes from an installed package, not from a reader.
    return SafeString(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"{turns}>{inner}</svg>')


def drawing_of(name: str) -> str:
    """The file of an icon, in SVG. Raises KeyError where the set has none."""
    with _one_at_a_time:  # two threads that read from one ZipFile now and then get each other's bytes
        return _drawings().read(f"{name}.svg").decode()


@functools.cache
def _drawings() -> ZipFile:
    """The icon set, opened once: lucide's own tags open it for each icon, a second for the first page."""
    return ZipFile(io.BytesIO((files("lucide") / "lucide.zip").read_bytes()))


@register.filter
def initials(name: object) -> str:
    """Return the one or two signs of a portrait."""
    return words.initials(str(name))


@register.filter
def hue(key: object) -> int:
    """Return the hue of a portrait, 1 to 8, from a key that does not change."""
    return words.hue(key)


@register.simple_tag
def portrait(name: object, key: object = None, size: str = "", firm: bool = False) -> SafeString:
    """Draw initials in a circle, or in a square for a firm; `size` is small or large, `key` gives the hue."""
    name = str(name)
    look = f"portrait {size} firm" if firm else f"portrait {size}" if size else "portrait"
    # Only the initials come from a reader, and they are escaped.
    return SafeString(
        f'<span class="{look}" data-hue="{words.hue(key or name)}" aria-hidden="true">'
        f"{escape(words.initials(name))}</span>"
    )


@register.simple_tag
def freshness(
    last: date | datetime | None,
    now: datetime | None = None,
    via: str = "",
    rhythm: int | None = None,
    long: bool = False,
) -> SafeString:
    """Draw the ring that drains since `last`, with its words; `via` names how (e-mail, phone), `rhythm` how often in
    days it usually happens."""
    today = timezone.localtime(now or timezone.now()).date()
    said = words.freshness(_day(last), today, rhythm_days=rhythm, long=long)
    tone = f' data-tone="{said.tone}"' if said.tone else ""
    left = (
        f'<circle class="left" cx="8" cy="8" r="6" pathLength="100" stroke-dasharray="{said.left} 100"/>'
        if said.left
        else ""
    )
    return SafeString(
        f'<span class="freshness"{tone} title="{escape(said.title)}"><svg viewBox="0 0 16 16" aria-hidden="true">'
        f'<circle class="of" cx="8" cy="8" r="6"/>{left}</svg>'
        f"<bdi>{escape(f'{said.words}, {via}' if via else said.words)}</bdi></span>"
    )


@register.filter
def near_date(at: date | datetime | None, now: datetime | None = None) -> str:
    """Say a day or moment in near words in the reader's zone, with the full date in its title."""
    if not at:
        return ""
    here, local_now = _local(at), timezone.localtime(now or timezone.now())
    language = get_language() or "en"
    full, near_words = words.full_date(here, language), words.near_date(here, local_now, language)
    return SafeString(
        f'<time datetime="{here.isoformat()}" title="{escape(full)}"><bdi>{escape(near_words)}</bdi></time>'
    )


@register.simple_tag
def near(at: date | datetime | None, now: datetime | None = None) -> str:
    """Say the same as the filter `near_date`, with a `now` that a template may not have been given."""
    return near_date(at, now)


@register.simple_tag(name="address")
def address_of(route: str, *args: Any) -> str:
    """Where something about one record is: as `url`, and quicker by far where there are many."""
    return address(route, *args)


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
def bdi(value: Any) -> SafeString:
    """Keep an inserted value apart from the direction of the text around it."""
    return SafeString(f"<bdi>{'' if value is None else conditional_escape(value)}</bdi>")


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
