"""What capture offers the rest: the line on every page."""

from django.utils.translation import gettext_lazy as _

from rapport.foundation.kernel.access.rules import Verb
from rapport.foundation.ui.commands import Way, register_way
from rapport.foundation.ui.shell import register_capture

register_capture(
    "capture:capture", "capture:reading", "capture:card", lambda actor: actor.may("interactions", Verb.CREATE)
)
register_way(Way("people", _("From a signature or card"), "contact-round", "capture:card"))
