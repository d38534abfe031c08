"""The lines of a story, drawn in Python as the rows of lists are: thirty cost more than all else on the page."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from django import template
from django.template.defaultfilters import filesizeformat, truncatechars
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rapport.customers.timeline.models import Promise
from rapport.customers.timeline.models.attached import Attached
from rapport.customers.timeline.queries.story import MomentLine
from rapport.foundation.ui.queries import address
from rapport.foundation.ui.templatetags.ui import bdi, day_heading, icon, near_date

register = template.Library()


@register.simple_tag
def moments(lines: Sequence[MomentLine], party: int, may_say: bool) -> SafeString:
    """The moments of a story with their promises, files and the way back.

    The buttons belong to the form that every page has (`doing`), so that none needs a form of its own."""
    said = {"Open": _("Open"), "Undo": _("Undo"), "Pin": _("Pin"), "Unpin": _("Unpin")}
    words = {name: escape(one) for name, one in said.items()}
    # Every part is escaped where it is drawn.
    return SafeString("<ol>" + "".join(_moment(line, party, may_say, words) for line in lines) + "</ol>")


@register.simple_tag
def moments_by_day(lines: Sequence[MomentLine], party: int, may_say: bool) -> SafeString:
    """The same, each day under its heading."""
    days = groupby(lines, lambda line: timezone.localtime(line.at).date())
    drawn = (
        f"<h3>{escape(day_heading(day))}</h3>{moments(list(some), party, may_say)}" for day, some in days
    )
    return SafeString("".join(drawn))


def _moment(line: MomentLine, party: int, may_say: bool, words: dict[str, str]) -> str:
    tone = f' data-tone="{line.tone}"' if line.tone else ""
    more = f" {bdi(line.more)}" if line.more else ""
    said = "<br>".join(escape(line.words).splitlines())
    meta = f"{bdi(line.meta)} · " if line.meta else ""
    opened = address("records:record", line.kind, line.record)
    return (
        f'<li class="moment"{tone}><span class="mark">{icon(line.icon)}</span><div>'
        f'<p class="line"><b>{bdi(line.headline)}</b>{more}{near_date(line.at)}</p>'
        + (f'<p class="words" dir="auto">{said}</p>' if said else "")
        + "".join(map(_promise, line.promises))
        + (f'<p class="cluster">{"".join(map(_file, line.files))}</p>' if line.files else "")
        + f'<div class="cluster"><span class="meta">{meta}<a href="{opened}">{words["Open"]}</a></span>'
        + "".join(_deeds(line, party, may_say, words))
        + "</div></div></li>"
    )


def _promise(promise: Promise) -> str:
    tone = "well" if hasattr(promise, "closure") else "accent"
    return (
        f'<p class="cluster"><a class="badge" href="{address("records:record", "promises", promise.pk)}" '
        f'data-tone="{tone}">{icon("hand-heart")}{bdi(truncatechars(promise.words, 80))} · '
        f"{near_date(promise.due_date)}</a></p>"
    )


def _file(file: Attached) -> str:
    name = f"{bdi(truncatechars(file.name, 60))} · {escape(filesizeformat(file.size))}"
    href = address("timeline:file", file.of, file.pk)
    return f'<a class="badge" href="{href}" download>{icon("paperclip")}{name}</a>'


def _deeds(line: MomentLine, party: int, may_say: bool, words: dict[str, str]) -> Iterator[str]:
    yield _button(address("records:undoing", line.act), words["Undo"])
    if line.pin:
        yield _button(address("timeline:unpinning", line.pin), words["Unpin"])
    elif line.kind == "interactions" and may_say:
        yield _button(
            address("timeline:pinning", line.record), words["Pin"], f' name="party" value="{party}"'
        )


def _button(action: str, label: str, value: str = "") -> str:
    return f'<button class="link" type="submit" form="doing" formaction="{action}"{value}>{label}</button>'
