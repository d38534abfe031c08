"""What the tests of imports share: how to bring a file in, and how to look at all there is."""

import io
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from rapport.doors.connect.imports import services
from rapport.doors.connect.imports.models import Import
from rapport.foundation.accounts.services import NewUser, add_user, set_up_firm
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.actors.models import Firm, User
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.models.kinds import record_models
from rapport.foundation.kernel.ledger.models.values import snapshot
from rapport.foundation.kernel.ledger.rules import COMMAND

PASSWORD = "a long enough sentence"
type BringIn = Callable[..., Import]


def founded() -> User:
    owner = NewUser("ana@firm.example", "Ana Admin", PASSWORD, "administrator")
    return set_up_firm(Firm(name="Firm", country="DK"), owner, source=COMMAND, at=now())


def colleague(email: str, name: str, role: str) -> User:
    return add_user(NewUser(email, name, PASSWORD, role), actor=SYSTEM, source=COMMAND, at=now())


def brought_in(content: str | bytes | Path, name: str, user: User) -> Import:
    if isinstance(content, Path):
        name, content = content.name, content.read_bytes()
    data = content.encode() if isinstance(content, str) else content
    actor = actor_for(user)
    one = services.begin_import(io.BytesIO(data), name, actor=actor, at=now())
    return services.bring_in(one, actor=actor, at=now())


def counts(one: Import) -> tuple[int, ...]:
    """rows, created, updated, unchanged, duplicates, rejected."""
    one.refresh_from_db()
    assert sum(list(one.counts.values())[1:]) == one.counts["rows"]
    return tuple(one.counts[name] for name in services.empty_counts())


def everything() -> dict[str, dict[int, object]]:
    """All record tables, without versions and derived columns."""
    return {
        model._meta.label: {row.pk: snapshot(row) for row in model._base_manager.all()}
        for model in record_models()
    }


def stored_files() -> int:
    return sum(path.is_file() for path in Path(settings.FILES).rglob("*"))
