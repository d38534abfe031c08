"""What an upgrade keeps of itself, how versions are compared, and what a new one brings, in users' words."""

import json
import re
from datetime import datetime, timedelta

from msgspec import Struct, to_builtins
from msgspec.structs import replace

# In the home: the versions, which of them is current, what the last run came to, and what is asked for.
FOLDER, CURRENT, RUN, ASKED, LOCK = "versions", "current.json", "run.json", "asked.json", "upgrade.lock"
DATABASE = "db.sqlite3"
# What may be asked for.
LOOK, REHEARSE, UPGRADE, BACK = "look", "rehearse", "upgrade", "back"
# Room beside the database: one copy that is migrated, its journal, and the version itself (300 MB with all it needs).
ROOM_OF_A_VERSION = 400 * 2**20
COPIES = 2.2
# A rehearsal counts for a day: the switch migrates a copy of its own in any case, and steps back if that fails.
FRESH = timedelta(days=1)


class Place(Struct, frozen=True):
    """A version of Rapport on this machine, and the Python that runs it."""

    version: str
    python: str


class Current(Struct, frozen=True):
    """Which version this home is served by; `moving_to` while another is being put in its place, unproved.

    `before` is the one it can go back to, `mark` the last change in the ledger when ours came."""

    place: Place
    before: Place | None = None
    since: datetime | None = None
    mark: int = 0
    moving_to: str = ""

    def as_json(self) -> str:
        """As it stands in the home."""
        return json.dumps(to_builtins(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Current":
        """Raises ValueError, KeyError or TypeError when it is none."""
        read = json.loads(text)
        since, before = read["since"], read["before"]
        return cls(
            Place(**read["place"]),
            Place(**before) if before else None,
            datetime.fromisoformat(since) if since else None,
            int(read["mark"]),
            str(read["moving_to"]),
        )


class Step(Struct, frozen=True):
    """One thing that was done on the way, how long it took, and what there is to say of it."""

    name: str
    seconds: float
    detail: str = ""


class News(Struct, frozen=True):
    """What one version brought, in users' words."""

    version: str
    lines: tuple[str, ...]


class Run(Struct, frozen=True):
    """One run: what was asked for, the steps it took, and what came of it.

    `closed_seconds` is how long nothing could be written, in a rehearsal how long it would have been."""

    what: str
    version: str
    begun_at: datetime
    key: str = ""
    to: str = ""
    doing: str = ""
    steps: tuple[Step, ...] = ()
    ended_at: datetime | None = None
    ok: bool = False
    reason: str = ""
    closed_seconds: float = 0.0
    news: tuple[News, ...] = ()

    @property
    def seconds(self) -> float:
        """How long all of it took."""
        return round(sum(step.seconds for step in self.steps), 1)

    def after(self, step: Step) -> "Run":
        """The run with one more step done."""
        return replace(self, steps=(*self.steps, step), doing="")

    def as_json(self) -> str:
        """As it stands in the home."""
        return json.dumps(to_builtins(self))

    @classmethod
    def from_json(cls, text: str) -> "Run":
        """Raises ValueError, KeyError or TypeError when it is none."""
        read = json.loads(text)
        ended = read["ended_at"]
        return cls(
            **read
            | {
                "begun_at": datetime.fromisoformat(read["begun_at"]),
                "ended_at": datetime.fromisoformat(ended) if ended else None,
                "steps": tuple(Step(**each) for each in read["steps"]),
                "news": tuple(News(each["version"], tuple(each["lines"])) for each in read["news"]),
            }
        )


class Asked(Struct, frozen=True):
    """What is wanted: `source` is a bundle, "" for what the home or the index has; `key` tells the run from others."""

    what: str
    key: str
    to: str = ""
    source: str = ""
    even_so: bool = False

    def as_json(self) -> str:
        """As it stands in the home."""
        return json.dumps(to_builtins(self))

    @classmethod
    def from_json(cls, text: str) -> "Asked":
        """Raises ValueError or TypeError when it is none."""
        return cls(**json.loads(text))


def number(version: str) -> tuple[int, ...]:
    """A version as numbers, to be compared: 0.10.0 comes after 0.9."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def is_newer(theirs: str, ours: str) -> bool:
    """Whether version `theirs` came after `ours`."""
    return number(theirs) > number(ours)


def is_fresh(last: Run | None, version: str, now: Run) -> bool:
    """Whether the last run was a rehearsal of that version, by the one that runs now, that passed within a day."""
    return (
        last is not None
        and (last.what, last.ok, last.to, last.version) == (REHEARSE, True, version, now.version)
        and last.ended_at is not None
        and now.begun_at - last.ended_at <= FRESH
    )


def room_needed(database_bytes: int) -> int:
    """Bytes that must be free on the disk before it begins."""
    return int(database_bytes * COPIES) + ROOM_OF_A_VERSION


def news_since(version: str, changes: str) -> tuple[News, ...]:
    """What came after `version`, the newest first, from the text of CHANGELOG.md."""
    parts = re.split(r"^## +", changes, flags=re.MULTILINE)[1:]
    found = []
    for part in parts:
        title, _, body = part.partition("\n")
        named = re.match(r"v?(\d[\d.]*)", title)
        if named and is_newer(named[1], version):
            found.append(News(named[1], tuple(_lines(body))))
    return tuple(found)


def _lines(body: str) -> list[str]:
    """Each point as one line; headings and their marks are left out."""
    lines: list[str] = []
    for line in body.splitlines():
        if line.startswith("- "):
            lines.append(line[2:].strip())
        elif line.startswith("  ") and line.strip() and lines:
            lines[-1] += f" {line.strip()}"
    return lines
