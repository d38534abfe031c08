"""What imports offer the rest: a place in the menu, words for their acts, and work for the worker."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.customers.timeline.rules.sections import Section, register_section
from rapport.doors.connect.imports.queries import imports_left
from rapport.doors.connect.imports.services import clear_imports, continue_imports
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.jobs.services import register_work
from rapport.foundation.ui.queries import register_verbs
from rapport.foundation.ui.shell import MenuItem, register_menu


def may_import(actor: Any) -> bool:
    """True for who may bring in files."""
    return actor is not None and bool(actor.may_enter("import"))


def left_today(actor: Actor, day: date) -> Mapping[str, Any] | None:
    """Imports that somebody began and that are not done with."""
    found = imports_left(actor) if may_import(actor) else []
    return {"left": found} if found else None


register_section(
    Section("imports", "imports/today.html", left_today, "main", 34, frozenset({"it", "marketing"}))
)
register_menu(
    MenuItem(
        _("Import"),
        "imports:list",
        "file-input",
        "i",
        80,
        area="admin",
        may=may_import,
    )
)
register_work("imports", continue_imports)
register_work("imports cleared", clear_imports, lets_go=True)
register_verbs(
    {
        "import.started": _("brought in a file"),
        "import.part": _("brought in rows of a file"),
        "import.finished": _("finished bringing in a file"),
        "import.undone": _("took back a file that was brought in"),
    }
)
