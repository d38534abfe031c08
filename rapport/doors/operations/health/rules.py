"""What is well and what is not, judged from values alone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_noop as _

from rapport.foundation.kernel.checks.rules import NETWORK, Check

WARN_BELOW = 0.10  # of the disk's room; below STOP_BELOW of the ledger nothing is written
SOON_DAYS = 30
ACT_AHEAD = timedelta(minutes=1)
SITTING, BEFORE_FIRST = timedelta(minutes=15), timedelta(minutes=2)
# What is done for the house and for nobody in it.
UPKEEP = (
    "backup.asked",
    "backup.taken",
    "delivery.retried",
    "pages.asked_to_mend",
    "place.added",
    "place.paused",
    "place.removed",
    "place.resumed",
    "role.changed",
    "team.changed",
    "team.created",
    "upgrade.asked",
    "user.added",
    "user.changed",
    "warning.set",
)


def disk_check(free_bytes: int, total_bytes: int) -> Check:
    """Well while a tenth of the disk is free; writes stop below a fiftieth."""
    share = free_bytes / total_bytes if total_bytes else 0.0
    return Check(
        _("disk"),
        share >= WARN_BELOW,
        f"{free_bytes / 2**30:.1f} GiB free, {share:.0%} of the disk",
        _("Make room: when a fiftieth of the disk is left, Rapport stops writing."),
    )


def mode_check(name: str, mode: int | None) -> Check:
    """Well when a file or folder exists and is open to its owner alone."""
    if mode is None:
        return Check(name, ok=False, detail="missing", fix=_("Start Rapport once: rapport serve"))
    return Check(
        name,
        mode & 0o077 == 0,
        f"mode {mode & 0o777:04o}",
        _("Others can read it now: take their rights away with chmod go-rwx."),
    )


def file_system_check(kind: str, *, uses_sqlite: bool) -> Check:
    """Well on any local disk; with PostgreSQL the home may lie anywhere."""
    return Check(
        _("file system"),
        not (uses_sqlite and kind in NETWORK),
        kind or "unknown",
        _(
            "SQLite loses records on a network disk: move RAPPORT_HOME to a local one, or set RAPPORT_DATABASE_URL."
        ),
    )


def address_check(host: str, public_url: str) -> Check:
    """Well on this machine alone, or behind HTTPS."""
    is_local = host in {"127.0.0.1", "::1", "localhost"}
    is_https = public_url.startswith("https://")
    return Check(
        _("address"),
        is_https or (is_local and not public_url),
        f"listens on {host}"
        + (f", is reached at {public_url}" if public_url else ", for this machine alone"),
        _("Passwords would travel in the clear: put HTTPS before Rapport and set RAPPORT_URL=https://…"),
    )


def clock_check(jump: timedelta | None, ahead: timedelta) -> Check:
    """Well while nobody set the clock (`jump`, as far as one saw) and no act is of a time that is yet to come."""
    detail = (
        f"it was set {'back' if jump < timedelta(0) else 'ahead'} by {abs(jump)}"
        if jump
        else "goes on evenly"
    )
    if ahead > ACT_AHEAD and not jump:
        detail = f"the newest acts are {ahead} ahead of it"
    return Check(
        _("clock"),
        not jump and ahead <= ACT_AHEAD,
        detail,
        _(
            "See whether this machine has the right time, and have a time service keep it (timedatectl set-ntp true)."
        ),
    )


def minutes_spent(deeds: Sequence[tuple[int, datetime]]) -> int:
    """How long whoever did these (a user's key, and when) had to do with them: from the first to the last of a sitting,
    and BEFORE_FIRST for what nobody saw before. Deeds of one user within SITTING of one another are one sitting."""
    spent, last = timedelta(0), dict[int, datetime]()
    for who, at in sorted(deeds, key=lambda deed: deed[1]):
        since = at - last[who] if who in last else None
        spent += since if since is not None and since <= SITTING else BEFORE_FIRST
        last[who] = at
    return round(spent.total_seconds() / 60)


def days_left(sizes: Sequence[tuple[date, int]], free_bytes: int) -> int | None:
    """In how many days the disk is full if the home grows on as it did; None while it does not, or nobody knows."""
    if len(sizes) < 2:
        return None
    (first, small), (last, large) = sizes[0], sizes[-1]
    days, grown = (last - first).days, large - small
    return int(free_bytes * days / grown) if days > 0 and grown > 0 else None
