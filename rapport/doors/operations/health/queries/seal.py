"""What is kept outside the database of the ledger's chain: heads it had, and how far it was last verified."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _
from msgspec import Struct, field
from msgspec.structs import asdict

from rapport.foundation.kernel.checks.rules import Check
from rapport.foundation.kernel.ledger.services.verifying import Head, Tampering

ANCHORS, STATE = "seal.heads", "seal.json"
STALE_AFTER = timedelta(hours=48)


class Proof(Struct, frozen=True):
    """One pass over the chain: when it began, how far it came, what it found, and when it was through."""

    begun_at: datetime
    reached: Head = field(default_factory=Head)
    found: tuple[Tampering, ...] = ()
    done_at: datetime | None = None

    def plain(self) -> dict[str, Any]:
        """As it is kept in the home."""
        return {
            "begun_at": self.begun_at.isoformat(),
            "done_at": self.done_at and self.done_at.isoformat(),
            "reached": [self.reached.rev, self.reached.head.hex()],
            "found": [asdict(one) for one in self.found],
        }

    @classmethod
    def read(cls, read: dict[str, Any]) -> "Proof":
        """Raises ValueError, KeyError or TypeError when it is none."""
        done = read["done_at"] and datetime.fromisoformat(read["done_at"])
        reached = Head(int(read["reached"][0]), bytes.fromhex(read["reached"][1]))
        found = tuple(Tampering(**one) for one in read["found"])
        return cls(datetime.fromisoformat(read["begun_at"]), reached, found, done)


class Proofs(Struct, frozen=True):
    """The pass under way, if any, and the last that came through."""

    now: Proof | None = None
    last: Proof | None = None


def proofs(home: Path) -> Proofs:
    """What is known; nothing where nothing can be read."""
    try:
        read = json.loads((home / STATE).read_text())
        return Proofs(*(one and Proof.read(one) for one in (read["now"], read["last"])))
    except (OSError, ValueError, KeyError, TypeError):
        return Proofs()


def anchors(home: Path) -> list[Head]:
    """The heads that were noted outside the database, the oldest first; half a line is none."""
    try:
        lines = (home / ANCHORS).read_text().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        rev, _space, head = line.partition(" ")
        if rev.isdigit() and len(head.split(" ")[0]) == 64:
            found.append(Head(int(rev), bytes.fromhex(head.split(" ")[0])))
    return found


def checks(at: datetime) -> list[Check]:
    """Whether the ledger is what was sealed."""
    known = proofs(Path(settings.HOME))
    bad = next((one for one in (known.now, known.last) if one and one.found), None)
    if bad:
        first = bad.found[0]
        where = f"number {first.rev}" if first.rev else f"act {first.act}"
        fix = _(
            "Somebody wrote to the database past Rapport. Run rapport verify, and restore a copy from before."
        )
        return [Check(_("seal"), ok=False, detail=f"{first.kind} at {where}: {first.words}", fix=fix)]
    if known.last is None or known.last.done_at is None:
        return [Check(_("seal"), ok=True, detail="not verified yet: the worker does it once a day")]
    fix = _("Have the chain verified: rapport verify")
    detail = (
        f"all {known.last.reached.rev} acts are as they were sealed, {known.last.done_at:%Y-%m-%d %H:%M} UTC"
    )
    return [Check(_("seal"), at - known.last.done_at <= STALE_AFTER, detail, fix)]
