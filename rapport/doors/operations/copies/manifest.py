"""What copies offer the rest: a place in the menu for administrators, a word for their act, and work for the worker."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.doors.operations.copies.services import care
from rapport.foundation.kernel.jobs.services import register_work
from rapport.foundation.ui.queries import register_verbs
from rapport.foundation.ui.shell import MenuItem, register_menu


def may_administer(actor: Any) -> bool:
    """True for who may enter the admin area."""
    return actor is not None and bool(actor.may_enter("admin"))


register_menu(
    MenuItem(_("Backups and care"), "copies:care", "shield-check", "", 85, area="admin", may=may_administer)
)
register_work("copies", care)
register_verbs({"backup.asked": _("asked for a backup")})
