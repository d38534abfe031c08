"""What accounts offer the rest: the firm's name, and the places of administration."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.foundation.accounts.queries import firm_name
from rapport.foundation.kernel.records.rules import register_personal
from rapport.foundation.ui.queries import register_verbs
from rapport.foundation.ui.shell import MenuItem, register_firm, register_keys, register_menu


def may_administer(actor: Any) -> bool:
    """True for who may enter the admin area."""
    return actor is not None and bool(actor.may_enter("admin"))


register_firm(firm_name)
register_keys("accounts:keys")
register_menu(MenuItem(_("History"), "records:acts", "history", "y", 70))
register_menu(MenuItem(_("My settings"), "accounts:myself", "settings", "", 95, area="admin"))
register_menu(
    MenuItem(_("Users and teams"), "accounts:users", "users-round", "u", 90, area="admin", may=may_administer)
)
register_menu(
    MenuItem(_("What roles may do"), "accounts:roles", "shield", "", 92, area="admin", may=may_administer)
)
register_menu(MenuItem(_("The firm"), "accounts:firm", "building", "", 91, area="admin", may=may_administer))
register_personal("user.keys_changed")
register_verbs(
    {
        "firm.founded": _("founded the firm here"),
        "firm.changed": _("changed the firm’s data"),
        "role.shipped": _("put the shipped roles and departments in place"),
        "role.changed": _("changed what a role may do"),
        "user.added": _("let somebody in"),
        "user.changed": _("changed a user"),
        "user.keys_changed": _("chose keys of their own"),
        "user.password_changed": _("changed a password"),
        "user.signed_in": _("signed in"),
        "team.created": _("made a team"),
        "team.changed": _("changed who is in a team"),
        "field.created": _("added a field"),
    }
)
