"""What a backup says of itself, and what is well with backups, judged from values alone."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

FORMAT = 1
SUFFIX = ".rapport.age"
DATABASE = "db.sqlite3"
# What of a home is kept beside the database and the attached files; all else is made anew.
SMALL = ("secret.key", "backup.key")
FILES = "files"
KEPT_BY_ITSELF = 3
STALE_AFTER = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first part of a backup: which version wrote it and when, its migrations, a digest of each table's rows."""

    version: str
    made_at: datetime
    migrations: tuple[str, ...]
    tables: dict[str, str]
    format: int = FORMAT

    def as_json(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self) | {"made_at": self.made_at.isoformat()}, sort_keys=True)

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
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One file in a backup: its size in bytes and its SHA-256."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, and what mends it where it is not well."""

    name: str
    ok: bool
    detail: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Drill:
    """One trial of a restore: of which backup, when, how long it took, and what each check found."""

    backup: str
    at: datetime
    seconds: float
    findings: tuple[Finding, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether every check passed; a drill that checked nothing proved nothing."""
        return bool(self.findings) and all(finding.ok for finding in self.findings)

    def as_json(self) -> str:
        """As it is kept in the home."""
        return json.dumps(asdict(self) | {"at": self.at.isoformat(), "ok": self.ok})

    @classmethod
    def from_json(cls, text: str) -> "Drill":
        """Raises ValueError, KeyError or TypeError when it is none."""
        read = json.loads(text)
        findings = tuple(Finding(**each) for each in read["findings"])
        return cls(read["backup"], datetime.fromisoformat(read["at"]), float(read["seconds"]), findings)


def is_newer(theirs: str, ours: str) -> bool:
    """Whether version `theirs` came after `ours`; both are numbers with dots."""
    return _numbers(theirs) > _numbers(ours)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def age_finding(made_at: datetime, at: datetime) -> Finding:
    """A backup that is two days old no longer tells what is in the house."""
    hours = (at - made_at).total_seconds() / 3600
    return Finding(
        "age of the backup", at - made_at <= STALE_AFTER, f"{hours:.1f} hours", "Make one now: rapport backup"
    )


def is_safe(name: str) -> bool:
    """Whether a part may be written under this name: one that a backup of ours has, and that leads nowhere else."""
    words = name.split("/")
    if "\\" in name or "\0" in name or any(word in {"", ".", ".."} for word in words):
        return False
    return name in {DATABASE, *SMALL} or (words[0] == FILES and len(words) > 1)
