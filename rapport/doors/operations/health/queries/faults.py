"""What this process last saw to be not well: asked for at every page, so it is kept in memory."""

from django.utils.translation import gettext as _

from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.checks.rules import Check

_seen: list[Check] = []
_at_last_look: set[str] = set()


def remember(checks: list[Check]) -> list[Check]:
    """Keep what is not well at two looks until the next one; answers all that is not well now.

    What was not well at one look alone passes by itself: a worker that is just being started."""
    found = [check for check in checks if check.is_alarming]
    _seen[:] = [check for check in found if check.name in _at_last_look]
    _at_last_look.clear()
    _at_last_look.update(check.name for check in found)
    return found


def warning(actor: Actor) -> str:
    """One line for administrators on every page; nothing while all is well, or for anybody else."""
    if not _seen or not actor.may_enter("admin"):
        return ""
    return _("%(name)s: %(fix)s") % {"name": _(_seen[0].name).capitalize(), "fix": _(_seen[0].fix)}
