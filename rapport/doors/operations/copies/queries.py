"""What is known of the backups of this home, without opening them."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rapport.doors.operations.copies.rules import STALE_AFTER, SUFFIX, Drill, Finding
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.records.rules import record_types

FOLDER, RESULT = "backups", "drill.json"


@dataclass(frozen=True, slots=True)
class Backup:
    """One file: when it was written, and its size in bytes."""

    path: Path
    at: datetime
    size: int


def backups_in(home: Path) -> list[Backup]:
    """The backups that lie in this home, the newest first."""
    files = [(path, path.stat()) for path in (home / FOLDER).glob(f"*{SUFFIX}")]
    found = [Backup(path, datetime.fromtimestamp(of.st_mtime, UTC), of.st_size) for path, of in files]
    return sorted(found, key=lambda backup: (backup.at, backup.path.name), reverse=True)


def last_drill(home: Path) -> Drill | None:
    """What the last trial of a restore found; nothing when there was none that can be read."""
    try:
        return Drill.from_json((home / RESULT).read_text())
    except (OSError, ValueError, KeyError, TypeError):
        return None


def findings(home: Path, at: datetime) -> list[Finding]:
    """What `rapport doctor` and the page say of backups: when the last was made, and whether one was ever restored."""
    newest = next(iter(backups_in(home)), None)
    drill = last_drill(home)
    made = Finding(
        "backup",
        newest is not None and at - newest.at <= STALE_AFTER,
        f"{newest.path.name}, {newest.size / 2**20:.1f} MiB" if newest else "none was made",
        "Make one: rapport backup. Then take it, and the recovery key, off this disk.",
    )
    return [made, _drilled(drill, at)]


def _drilled(drill: Drill | None, at: datetime) -> Finding:
    fix = "Try a restore: rapport drill"
    if drill is None:
        return Finding("drill", ok=False, detail="no restore was tried", fix=fix)
    wrong = next((finding for finding in drill.findings if not finding.ok), None)
    if wrong:
        return Finding("drill", ok=False, detail=f"{wrong.name}: {wrong.detail}", fix=wrong.fix)
    is_recent = at - drill.at <= STALE_AFTER
    return Finding(
        "drill", drill.ok and is_recent, f"passed {drill.at:%Y-%m-%d %H:%M} UTC, {drill.seconds} s", fix
    )


def room_for_a_backup(home: Path) -> bool:
    """Whether twice the database, once more, would still leave a tenth of the disk."""
    usage = shutil.disk_usage(home)
    return usage.free - 3 * (home / "db.sqlite3").stat().st_size > usage.total // 10


def who_may_look() -> User | None:
    """As whom the records of a restored home are read: its first administrator."""
    return User.objects.filter(is_active=True, role__key="administrator").order_by("pk").first()


def pages_to_read(user: User, most: int) -> list[str]:
    """The pages of up to `most` records, the newest of each type by turns."""
    actor = actor_for(user)
    types = [kind for kind in record_types() if not kind.is_part]
    keys = [
        [
            f"/{kind.key}/{key}/"
            for key in kind.visible_to(actor).order_by("-pk").values_list("pk", flat=True)[:most]
        ]
        for kind in types
    ]
    turns = [pages[turn] for turn in range(most) for pages in keys if turn < len(pages)]
    return turns[:most]
