"""What a backup says of itself, and what is well with backups, judged from values alone."""

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct, to_builtins

from rapport.foundation.kernel.checks.rules import Check

FORMAT = 1
SUFFIX = ".rapport.age"
DATABASE = "db.sqlite3"
# What a backup has in its place where the records are in PostgreSQL.
DUMP = "db.dump"
# What of a home is kept beside the database and the attached files; all else is made anew.
SMALL = ("secret.key", "backup.key")
FILES = "files"
KEPT_BY_ITSELF = 3
STALE_AFTER = timedelta(hours=48)
# How far back a place goes, to the second.
GOES_BACK_MS = int(timedelta(days=30).total_seconds() * 1000)
WEEK_MS = 7 * 24 * 3_600_000
WHOLE = "9"
# What the copying says of itself, in the home.
STATE = "copy/state.json"
PARCEL = re.compile(r"(\d{8}T\d{6}-[0-9a-f]{8})/(now|hour|3|4|9)/([0-9a-f]{16})-([0-9a-f]{16})-(\d+)\.age")


class Manifest(Struct, frozen=True):
    """The first part of a backup: which version wrote it and when, its migrations, a digest of each table's rows."""

    version: str
    made_at: datetime
    migrations: tuple[str, ...]
    tables: dict[str, str]
    format: int = FORMAT
    head: str = ""  # of the ledger's chain then: `rapport verify --head` proves by it what came after

    def as_json(self) -> str:
        """As it stands in the file."""
        return json.dumps(to_builtins(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Manifest":
        """Raises ValueError, KeyError or TypeError when it is none."""
        read = json.loads(text)
        return cls(
            version=str(read["version"]),
            made_at=datetime.fromisoformat(read["made_at"]),
            migrations=tuple(read["migrations"]),
            tables=dict(read["tables"]),
            format=int(read["format"]),
            head=str(read.get("head", "")),
        )


class Part(Struct, frozen=True):
    """One file in a backup: its size in bytes and its SHA-256."""

    size: int
    digest: str


class Drill(Struct, frozen=True):
    """One trial of a restore: of which backup, when, how long it took, and what each check found."""

    backup: str
    at: datetime
    seconds: float
    findings: tuple[Check, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every check passed; a drill that checked nothing proved nothing."""
        return bool(self.findings) and all(finding.ok for finding in self.findings)

    @property
    def wrong(self) -> str:
        """The first that did not pass, and what was found."""
        return next((f"{one.name}: {one.detail}" for one in self.findings if not one.ok), "")

    def as_json(self) -> str:
        """As it is kept in the home."""
        return json.dumps(to_builtins(self) | {"ok": self.ok})

    @classmethod
    def from_json(cls, text: str) -> "Drill":
        """Raises ValueError, KeyError or TypeError when it is none."""
        read = json.loads(text)
        findings = tuple(Check(**each) for each in read["findings"])
        return cls(read["backup"], datetime.fromisoformat(read["at"]), float(read["seconds"]), findings)


def is_newer(theirs: str, ours: str) -> bool:
    """Whether version `theirs` came after `ours`; both are numbers with dots."""
    return _numbers(theirs) > _numbers(ours)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def age_finding(made_at: datetime, at: datetime) -> Check:
    """A backup that is two days old no longer tells what is in the house."""
    hours = (at - made_at).total_seconds() / 3600
    return Check(
        "age of the backup",
        at - made_at <= STALE_AFTER,
        f"{max(0.0, hours):.1f} hours",
        "Make one now: rapport backup",
    )


def is_safe(name: str) -> bool:
    """Whether a part may be written under this name: one that a backup of ours has, and that leads nowhere else."""
    words = name.split("/")
    if "\\" in name or "\0" in name or any(word in {"", ".", ".."} for word in words):
        return False
    return name in {DATABASE, DUMP, *SMALL} or (words[0] == FILES and len(words) > 1)


class Address(Struct, frozen=True):
    """Where a place is: a folder, `sftp://user@host:port/path`, or `s3://bucket/prefix?endpoint=URL&region=NAME`."""

    kind: str
    path: str
    host: str = ""
    port: int = 0
    user: str = ""
    endpoint: str = ""
    region: str = ""


def address_of(text: str) -> Address:
    """What an address says. Raises ValueError with the reason; credentials have no place in it."""
    text = text.strip()
    if "://" not in text:
        if not text.startswith("/"):
            raise ValueError("A folder is named from the root of the disk: /media/usb/rapport.")
        return Address("folder", text.rstrip("/") or "/")
    parts = urlsplit(text)
    if parts.password:
        raise ValueError("The address must not hold the password: it is asked for by itself.")
    if parts.scheme == "sftp" and parts.hostname and parts.username and parts.path.strip("/"):
        return Address("sftp", parts.path, parts.hostname, parts.port or 22, unquote(parts.username))
    if parts.scheme == "s3" and parts.hostname:
        said = dict(parse_qsl(parts.query))
        endpoint, region = said.get("endpoint", ""), said.get("region", "us-east-1")
        return Address("s3", parts.path.strip("/"), parts.hostname, endpoint=endpoint, region=region)
    raise ValueError("A place is a folder, sftp://user@host/path, or s3://bucket/prefix?endpoint=https://…")


class Parcel(Struct, frozen=True, order=True):
    """One encrypted object of a place: changes `least` to `last` of one line, the newest made `at` (milliseconds).

    `kind` is "now" (changes as they come), "hour" (an hour of them), "3", "4" (an hour's, a day's sum) or "9" (all)."""

    line: str
    kind: str
    least: int
    last: int
    at: int

    @property
    def name(self) -> str:
        """Where it lies in the place."""
        return f"{self.line}/{self.kind}/{self.least:016x}-{self.last:016x}-{self.at}.age"

    @classmethod
    def named(cls, name: str) -> "Parcel | None":
        """The parcel of this name; nothing for what is none."""
        found = PARCEL.fullmatch(name)
        return cls(found[1], found[2], int(found[3], 16), int(found[4], 16), int(found[5])) if found else None


def path_back(parcels: Iterable[Parcel], to: int) -> tuple[list[Parcel], int]:
    """Which parcels of a line bring back how it was at `to` (milliseconds), and up to when they reach without a gap.

    The newest whole copy from before, then sums of days and hours, then the changes one by one. Nothing, and 0, when
    there is no whole copy from before."""
    known = sorted(parcels)
    wholes = [one for one in known if one.kind == WHOLE and one.at <= to]
    if not wholes:
        return [], 0
    chosen = [max(wholes, key=lambda one: one.last)]
    for kind in ("4", "3"):
        for one in known:
            if one.kind == kind and one.at <= to and one.least <= chosen[-1].last + 1 <= one.last:
                chosen.append(one)
    for one in sorted((one for one in known if one.kind in {"hour", "now"}), key=lambda one: one.least):
        if one.least <= chosen[-1].last + 1 <= one.last and chosen[-1].at < to:
            chosen.append(one)
    return chosen, chosen[-1].at


def outlived(parcels: Iterable[Parcel], at: int) -> list[Parcel]:
    """What a place need not keep at `at` (milliseconds) to go back 30 days: all that the whole copy from before that
    makes needless, and of the daily whole copies older than a week all but one a week. The two newest whole copies,
    and all since, stay even when a clock runs ahead."""
    known = sorted(parcels, key=lambda one: one.at)
    wholes = [one for one in known if one.kind == WHOLE]
    first_of_week = {one.at // WEEK_MS: one for one in reversed(wholes)}
    thinned = [
        one for one in wholes[:-2] if one.at < at - WEEK_MS and first_of_week[one.at // WEEK_MS] is not one
    ]
    edges = [one.at for one in wholes[:-1] if one not in thinned and one.at <= at - GOES_BACK_MS]
    edge = max(edges, default=0)
    return [one for one in known if one.at < edge or one in thinned]


class PlaceState(Struct, frozen=True):
    """Of one place: when it last had all there was, why it does not now, and since when."""

    whole_at: datetime | None = None
    error: str = ""
    failed_at: datetime | None = None


class CopyState(Struct, frozen=True):
    """What the copying says of itself: when it last said anything (milliseconds), each place by its key, and why
    nothing can be copied at all."""

    at: int
    places: dict[int, PlaceState]
    error: str = ""

    def as_json(self) -> str:
        """As it is kept in the home."""
        return json.dumps(to_builtins(self))

    @classmethod
    def from_json(cls, text: str) -> "CopyState":
        """Raises ValueError, KeyError or TypeError when it is none."""
        read = json.loads(text)
        return cls(
            int(read["at"]),
            {
                int(key): PlaceState(_moment(one["whole_at"]), one["error"], _moment(one["failed_at"]))
                for key, one in read["places"].items()
            },
            str(read["error"]),
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class DamagedPage(Struct, frozen=True):
    """A page that is not what was written: its number, the table or index it is of, digests of what is and what was."""

    number: int
    of: str
    found: str
    wanted: str


class PagesCompared(Struct, frozen=True):
    """One comparison of all pages with the copy's at one change of its line."""

    at: datetime
    count: int
    change: int
    line: str
    damaged: tuple[DamagedPage, ...] = ()

    def as_json(self) -> str:
        """As it is kept in the home."""
        return json.dumps(to_builtins(self))

    @classmethod
    def from_json(cls, text: str) -> "PagesCompared":
        """Raises ValueError, KeyError or TypeError when it is none."""
        read = json.loads(text)
        damaged = tuple(DamagedPage(**one) for one in read.pop("damaged"))
        return cls(**read | {"at": datetime.fromisoformat(read["at"]), "damaged": damaged})
