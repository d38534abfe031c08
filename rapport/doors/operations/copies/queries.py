"""What is known of the backups of this home, without opening them."""

import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from msgspec import Struct

from rapport.doors.operations.copies.models import Place
from rapport.doors.operations.copies.rules import (
    STALE_AFTER,
    STATE,
    SUFFIX,
    Address,
    CopyState,
    Drill,
    PagesCompared,
    PlaceState,
    address_of,
)
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.checks.rules import Check
from rapport.foundation.kernel.records.rules import record_types

FOLDER, RESULT, DAILY = "backups", "drill.json", "daily-"
SECRETS = "places"
# A place that has not had all for so long is behind.
BEHIND_AFTER = timedelta(seconds=60)
# The copying says several times a second how far it is.
SILENT_AFTER_MS = 3_000
# Files by which the pages tell the worker what is wanted, and the worker when it last began.
ASKED, BEGUN = "backup.asked", "backup.begun"
MENDING_ASKED, COMPARED = "mending.asked", "pages.json"


class Care(Struct, frozen=True):
    """What the page of backups shows; sizes in bytes."""

    findings: list[Check]
    backups: list["Backup"]
    drill: Drill | None
    is_asked: bool
    database: int
    free: int
    total: int
    sqlite: str

    @property
    def first(self) -> Check | None:
        """What to do first."""
        return next((finding for finding in self.findings if not finding.ok), None)

    @property
    def has_room(self) -> bool:
        """Whether a tenth of the disk is free."""
        return self.free >= self.total / 10


class Backup(Struct, frozen=True):
    """One file: when it was written, and its size in bytes."""

    path: Path
    at: datetime
    size: int


class Destination(Struct, frozen=True):
    """A place as it is served: its key, where it is, and what only its owner knows."""

    key: int
    address: Address
    secret: dict[str, str]


def destinations(home: Path) -> list[Destination]:
    """The places that are to have a copy of this home now."""
    places = Place.objects.filter(is_paused=False).order_by("pk")
    return [Destination(one.pk, address_of(one.address), secret_of(home, one.pk)) for one in places]


def secret_of(home: Path, key: int) -> dict[str, str]:
    """What only the owner of a place knows; nothing when it is not there."""
    try:
        return dict(json.loads(secret_file(home, key).read_text()))
    except (OSError, ValueError):
        return {}


def secret_file(home: Path, key: int) -> Path:
    """Where that is kept."""
    return home / SECRETS / f"{key}.json"


def is_on_this_disk(address: Address, home: Path) -> bool:
    """Whether a place would be lost with the disk that the home is on."""
    folder = Path(address.path)
    return address.kind == "folder" and folder.exists() and folder.stat().st_dev == home.stat().st_dev


def copy_state(home: Path) -> CopyState | None:
    """What the copying last said of itself: one small file. Nothing where there was never a place."""
    if not (home / SECRETS).is_dir():
        return None
    try:
        return CopyState.from_json((home / STATE).read_text())
    except (OSError, ValueError, KeyError, TypeError):
        return CopyState(0, {})


def first_place_has(home: Path, sent_at: datetime, at: datetime) -> bool | None:
    """Whether the first place has all that was written until `sent_at`; None while nobody brings it there."""
    state = copy_state(home)
    if state is None or not state.places or abs(at.timestamp() * 1000 - state.at) > SILENT_AFTER_MS:
        return None
    first = state.places[min(state.places)]
    # A moment that lies ahead was told by a clock that was set back since.
    return None if first.error else first.whole_at is not None and sent_at <= first.whole_at <= at


class Kept(Struct, frozen=True):
    """A place with what is known of it now."""

    place: Place
    address: Address
    state: PlaceState
    is_on_this_disk: bool
    lag: timedelta | None
    drill: Drill | None

    @property
    def said(self) -> str:
        """How far it is behind, in words."""
        return said_lag(self.lag)

    @property
    def is_behind(self) -> bool:
        """Whether that is longer than it should be."""
        return self.lag is None or self.lag > BEHIND_AFTER


def places_kept(home: Path, at: datetime) -> list[Kept]:
    """All places, the first added first. `lag` is how much of the newest work a loss of the home would cost."""
    state = copy_state(home) or CopyState(0, {})
    found = []
    for one in Place.objects.order_by("pk"):
        address, mine = address_of(one.address), state.places.get(one.pk, PlaceState())
        lag = _since(mine.whole_at, at) if mine.whole_at else None
        found.append(Kept(one, address, mine, is_on_this_disk(address, home), lag, last_drill(home, one.pk)))
    return found


def copy_findings(home: Path, at: datetime) -> list[Check]:
    """Whether a copy is made where this disk cannot take it along, whether it keeps up, and whether it was tried."""
    kept = [one for one in places_kept(home, at) if not one.place.is_paused]
    away = [one.place.name for one in kept if not one.is_on_this_disk]
    elsewhere = Check(
        gettext_noop("copy elsewhere"),
        bool(away),
        ", ".join(away) or "no place outside this disk",
        gettext_noop("Say where a copy is to be made: another disk, a server, a rented storage."),
        is_begun=bool(kept),
    )
    strict = [_strict(home, at)] if settings.STRICT else []
    return [elsewhere, *strict, *([_keeps_up(kept), _tried(home, kept, at)] if kept else [])]


def _strict(home: Path, at: datetime) -> Check:
    """Whether the wish can be fulfilled that nothing is acknowledged before it is copied."""
    is_there = first_place_has(home, at, at) is not None
    fix = gettext_noop("What is saved is not in the copy when it is said to be: look at the first place.")
    detail = "the first place is there" if is_there else "nothing is brought to the first place now"
    return Check(gettext_noop("strict mode"), is_there, detail, fix)


def _keeps_up(kept: list[Kept]) -> Check:
    behind = [one for one in kept if one.lag is None or one.lag > BEHIND_AFTER]
    detail = "; ".join(f"{one.place.name}: {one.state.error or said_lag(one.lag)}" for one in behind or kept)
    fix = gettext_noop("It is tried again by itself, and what is missing is made up for. Look at the place.")
    return Check(gettext_noop("continuous copy"), not behind, detail, fix)


def _tried(home: Path, kept: list[Kept], at: datetime) -> Check:
    drills = [done for one in kept if (done := last_drill(home, one.place.pk))]
    fix = gettext_noop("Bring it back to try it: rapport drill --place NAME")
    name = gettext_noop("trial of a place")
    if failed := next((done for done in drills if not done.ok), None):
        return Check(name, ok=False, detail=f"{failed.backup}: {failed.wrong}", fix=fix)
    newest = max((done.at for done in drills), default=None)
    if newest is None:
        return Check(name, ok=False, detail="none was tried", fix=fix, is_begun=False)
    return Check(name, at - newest <= STALE_AFTER, f"passed {newest:%Y-%m-%d %H:%M} UTC", fix)


def _since(whole_at: datetime, at: datetime) -> timedelta:
    """How long ago that was. What lies ahead was told by a clock that was set back since: nobody copies now, else it
    would have been told anew."""
    return abs(at - whole_at)


def said_lag(lag: timedelta | None) -> str:
    """How far a copy is behind, in words."""
    if lag is None:
        return _("the first copy is not there yet")
    seconds = max(1, round(lag.total_seconds()))
    for size, words in ((86_400, _("%(n)s d")), (3_600, _("%(n)s h")), (60, _("%(n)s min"))):
        if seconds >= 2 * size:
            return words % {"n": seconds // size}
    return _("%(n)s s") % {"n": seconds}


def saved_words(home: Path, at: datetime) -> tuple[str, str]:
    """What the top of every page says of what was saved, and its tone. Reads one small file."""
    state = copy_state(home)
    if state is None or not state.places:
        return _("Saved, copied nowhere"), "soon"
    if any(one.error and not one.whole_at for one in state.places.values()):
        return _("Saved, copied nowhere"), "late"
    if not all(one.whole_at for one in state.places.values()):
        return _("Saved, first copy under way"), "soon"
    lag = max(_since(one.whole_at, at) for one in state.places.values() if one.whole_at)
    if lag > BEHIND_AFTER:
        return _("Saved, copied nowhere for %(long)s") % {"long": said_lag(lag)}, "late"
    return _("Saved, copied %(long)s ago") % {"long": said_lag(lag)}, "well"


def backups_in(home: Path) -> list[Backup]:
    """The backups that lie in this home, the newest first."""
    files = [(path, path.stat()) for path in (home / FOLDER).glob(f"*{SUFFIX}")]
    found = [Backup(path, datetime.fromtimestamp(of.st_mtime, UTC), of.st_size) for path, of in files]
    return sorted(found, key=lambda backup: (backup.at, backup.path.name), reverse=True)


def care_of(home: Path, at: datetime) -> Care:
    """All of it at once."""
    usage, database = shutil.disk_usage(home), home / "db.sqlite3"
    return Care(
        findings=findings(home, at),
        backups=backups_in(home),
        drill=last_drill(home),
        is_asked=(home / ASKED).exists(),
        database=database.stat().st_size if database.exists() else 0,
        free=usage.free,
        total=usage.total,
        sqlite=sqlite3.sqlite_version,
    )


def last_drill(home: Path, place: int | None = None) -> Drill | None:
    """What the last trial of a restore found, of a backup or of a place; nothing when there was none to be read."""
    try:
        return Drill.from_json((home / (drill_file(place) if place else RESULT)).read_text())
    except (OSError, ValueError, KeyError, TypeError):
        return None


def drill_file(place: int) -> str:
    """Where in the home the last trial of a place is kept."""
    return f"drill-{place}.json"


def findings(home: Path, at: datetime) -> list[Check]:
    """What `rapport doctor` and the page say of backups: when the last was made, and whether one was ever restored."""
    # One that lies ahead was made by a clock that ran ahead, and proves nothing of today.
    newest = next((one for one in backups_in(home) if one.at <= at + BEHIND_AFTER), None)
    drill = last_drill(home)
    made = Check(
        "backup",
        newest is not None and at - newest.at <= STALE_AFTER,
        f"{newest.path.name}, {newest.size / 2**20:.1f} MiB" if newest else "none was made",
        "Make one: rapport backup. Then take it, and the recovery key, off this disk.",
        is_begun=newest is not None,
    )
    return [made, _drilled(drill, at)]


def _drilled(drill: Drill | None, at: datetime) -> Check:
    fix = "Try a restore: rapport drill"
    if drill is None:
        return Check("drill", ok=False, detail="no restore was tried", fix=fix, is_begun=False)
    wrong = next((finding for finding in drill.findings if not finding.ok), None)
    if wrong:
        return Check("drill", ok=False, detail=f"{wrong.name}: {wrong.detail}", fix=wrong.fix)
    is_recent = at - drill.at <= STALE_AFTER
    return Check(
        "drill", drill.ok and is_recent, f"passed {drill.at:%Y-%m-%d %H:%M} UTC, {drill.seconds} s", fix
    )


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


def pages_compared(home: Path) -> PagesCompared | None:
    """What the last comparison of the pages with the copy's found; nothing when there was none that can be read."""
    try:
        return PagesCompared.from_json((home / COMPARED).read_text())
    except (OSError, ValueError, KeyError, TypeError):
        return None


def page_findings(home: Path) -> list[Check]:
    """Whether every page of the database is as it was written; nothing before the first comparison."""
    done = pages_compared(home)
    if done is None:
        return []
    fix = gettext_noop(
        "The disk is losing bits: have the pages mended from the copy, then move to another disk."
    )
    named = ", ".join(f"page {one.number} ({one.of})" for one in done.damaged[:5])
    detail = named or f"{done.count} pages as they were written, {done.at:%Y-%m-%d %H:%M} UTC"
    return [Check(gettext_noop("pages"), not done.damaged, detail, fix)]
