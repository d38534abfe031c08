"""What Rapport ships with: roles and what each may do, and the departments."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop as noop

DEPARTMENTS = (
    ("sales", noop("Sales")),
    ("marketing", noop("Marketing")),
    ("service", noop("Service")),
    ("logistics", noop("Logistics")),
    ("finance", noop("Finance")),
    ("front-desk", noop("Front desk")),
    ("management", noop("Management")),
    ("it", noop("IT")),
)

ROLES = (
    ("administrator", noop("Administrator")),
    ("director", noop("Director")),
    ("manager", noop("Manager")),
    ("member", noop("Member")),
    ("guest", noop("Guest")),
    ("auditor", noop("Auditor")),
)

# Everyone sees people and their story and records what was said; edits reach as far as the role does.
# verb -> reach, per role; `notes` is what a guest may add.
VERBS = ("see", "create", "edit", "delete")
_REACH = {
    "administrator": {"see": "all", "create": "all", "edit": "all", "delete": "all"},
    "director": {"see": "all", "create": "all", "edit": "all", "delete": "department"},
    "manager": {"see": "all", "create": "all", "edit": "department", "delete": "team"},
    "member": {"see": "all", "create": "all", "edit": "team", "delete": "own"},
    "guest": {"see": "all"},
    "auditor": {"see": "all"},
}
_MORE = {("guest", "notes"): {"see": "all", "create": "all", "edit": "own", "delete": "own"}}
AREAS = {
    "administrator": ("admin", "import", "audit"),
    "director": ("import", "audit"),
    "manager": ("import",),
    "member": ("import",),
    "auditor": ("audit",),
}


def shipped_grants(record_types: list[str]) -> Iterator[tuple[str, str, str, str]]:
    """(role, record type, verb, reach) for every record type there is."""
    for role, reaches in _REACH.items():
        for record_type in record_types:
            for verb, reach in _MORE.get((role, record_type), reaches).items():
                yield role, record_type, verb, reach
