"""What the practice company offers the rest: its place among administration, and its acts in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.foundation.ui.queries import register_verbs
from rapport.foundation.ui.shell import MenuItem, register_menu


def may_remove(actor: Any) -> bool:
    """True for who may enter the admin area."""
    return actor is not None and bool(actor.may_enter("admin"))


register_menu(
    MenuItem(
        _("Practice company"), "adoption:practice", "flask-conical", "", 94, area="admin", may=may_remove
    )
)
register_verbs(
    {
        "practice.started": _("filled in the practice company"),
        "practice.filled": _("filled in a part of the practice company"),
        "practice.finished": _("finished the practice company"),
        "practice.removed": _("removed the practice company"),
        "practice.gone": _("finished removing the practice company"),
        "practice.undone": _("took back what was done with the practice company"),
    }
)
