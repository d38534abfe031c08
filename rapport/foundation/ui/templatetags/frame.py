"""The frame of a page, kept: what is the same on every page of one reader is drawn once and not at each request."""

import secrets
from collections.abc import Hashable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from msgspec.structs import replace

from rapport.foundation.ui.shell import Shell

register = template.Library()
# Stand in a kept part for what differs with the request. Nobody can type them: they are new in every process.
_TOKEN, _PATH = secrets.token_hex(16), f"/{secrets.token_hex(16)}"
MOST = 2_000
_kept: dict[Hashable, str] = {}


@register.simple_tag(takes_context=True)
def kept(context: template.Context, part: str) -> SafeString:
    """A part of the frame that is drawn from `shell` alone: rail, dock, keys, the capture line.

    What it shows decides what it is kept by, so that nothing has to be forgotten when something changes."""
    shell: Shell = context["shell"]
    key = (part, get_language(), shell.likeness)
    drawn = _kept.get(key)
    if drawn is None:
        drawn = _draw(part, shell)
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = drawn
    # Both are made safe here; the rest was, when it was drawn.
    return SafeString(
        drawn.replace(_TOKEN, escape(context.get("csrf_token", ""))).replace(_PATH, escape(shell.path))
    )


def _draw(part: str, shell: Shell) -> str:
    values: dict[str, Any] = {"shell": replace(shell, path=_PATH), "csrf_token": _TOKEN}
    return render_to_string(part, values)
