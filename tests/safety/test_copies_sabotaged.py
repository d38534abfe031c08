"""Backups that were spoilt in every way that comes to mind: the drill reports each, and says what is wrong."""

import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from rapport.doors.operations.copies.queries import last_drill
from rapport.doors.operations.copies.services import drill, key_of, make_backup

pytestmark = pytest.mark.sqlite
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@dataclass
class Spoilt:
    """A backup to be spoilt, the key it is tried with, and how old it is."""

    file: Path
    key: Path
    home: Path

    def change(self, how: Callable[[bytes], bytes]) -> None:
        self.file.write_bytes(how(self.file.read_bytes()))

    def repack(self, how: Callable[[dict[str, bytes]], object]) -> None:
        """Open it, change its parts, and close it again as if it had been made so."""
        identity, _ = key_of(self.home)
        with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(self.file.read_bytes(), [identity]))) as tar:
            parts = {each.name: tar.extractfile(each).read() for each in tar.getmembers()}  # type: ignore[union-attr]
        how(parts)
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, content in parts.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        self.file.write_bytes(pyrage.encrypt(packed.getvalue(), [identity.to_public()]))


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def says(name: str, **values: object) -> Callable[[dict[str, bytes]], None]:
    """A manifest that says something else."""

    def change(parts: dict[str, bytes]) -> None:
        read = json.loads(parts["manifest.json"])
        parts["manifest.json"] = json.dumps(read | {name: values["to"](read[name])}).encode()  # type: ignore[operator]

    return change


def another_key(spoilt: Spoilt) -> None:
    spoilt.key = spoilt.home / "another.key"
    spoilt.key.write_text(str(pyrage.x25519.Identity.generate()))


def a_broken_page(parts: dict[str, bytes]) -> None:
    """One that the packer read so, and whose digest therefore agrees."""
    import hashlib

    spoilt = parts["db.sqlite3"][:4096] + b"\0" * 4096 + parts["db.sqlite3"][8192:]
    sums = json.loads(parts["parts.json"])
    sums["db.sqlite3"]["digest"] = hashlib.sha256(spoilt).hexdigest()
    parts["db.sqlite3"], parts["parts.json"] = spoilt, json.dumps(sums).encode()


SABOTAGE: dict[str, tuple[Callable[[Spoilt], object], str]] = {
    "cut in half": (lambda one: one.change(lambda all: all[: len(all) // 2]), "damaged or was cut short"),
    "one byte short": (lambda one: one.change(lambda all: all[:-1]), "damaged or was cut short"),
    "one bit flipped": (
        lambda one: one.change(lambda all: flipped(all, len(all) // 2)),
        "damaged or was cut short",
    ),
    "empty": (lambda one: one.change(lambda all: b""), "is empty"),
    "something else": (lambda one: one.change(lambda all: b"Dear Mrs Berg" * 99), "damaged or was cut short"),
    "the wrong key": (another_key, "This key does not open"),
    "a lost key": (lambda one: setattr(one, "key", one.home / "lost.key"), "There is no key in"),
    "a part that is missing": (
        lambda one: one.repack(lambda parts: parts.pop("secret.key")),
        "lacks secret.key",
    ),
    "a list of parts that is missing": (
        lambda one: one.repack(lambda parts: parts.pop("parts.json")),
        "damaged",
    ),
    "a part that was exchanged": (
        lambda one: one.repack(lambda parts: parts.update({"secret.key": b"x" * 64})),
        "damaged or was cut short",
    ),
    "a part that leads elsewhere": (
        lambda one: one.repack(lambda parts: parts.update({"files/../../escaped": b"x"})),
        "damaged or was cut short",
    ),
    "a newer version": (
        lambda one: one.repack(says("version", to=lambda _: "99.0")),
        "made by Rapport 99.0",
    ),
    "a migration we do not know": (
        lambda one: one.repack(says("migrations", to=lambda all: [*all, "people.9999_later"])),
        "it has people.9999_later",
    ),
    "rows that differ": (
        lambda one: one.repack(says("tables", to=lambda all: all | {"people_party": "0" * 64})),
        "1 tables differ: people_party",
    ),
    "a broken page": (lambda one: one.repack(a_broken_page), ""),
}


@pytest.fixture
def spoilt(fresh_home: Path, tmp_path: Path) -> Spoilt:
    """A whole backup of an empty home, soon to be less."""
    (fresh_home / "secret.key").write_text("s" * 64)
    file = tmp_path / "backup.age"
    make_backup(fresh_home, file, at=AT - timedelta(hours=1))
    return Spoilt(file, fresh_home / "backup.key", fresh_home)


@pytest.mark.parametrize("kind", SABOTAGE)
def test_it_reports(kind: str, spoilt: Spoilt, tmp_path: Path, goal: Callable[..., None]) -> None:
    """G7."""
    spoil, reason = SABOTAGE[kind]
    spoil(spoilt)

    done = drill(spoilt.file, spoilt.home, key=spoilt.key, at=AT)

    goal("G7", "a backup sabotaged in 12 ways and more: each reported", kind, met=not done.ok)
    assert not done.ok
    wrong = next(finding for finding in done.findings if not finding.ok)
    assert reason in wrong.detail
    assert wrong.fix
    assert last_drill(spoilt.home) == done
    assert not (tmp_path / "escaped").exists()
    assert [path for path in spoilt.home.iterdir() if path.name.startswith(".drill")] == []


def test_it_reports_one_that_is_old(fresh_home: Path, tmp_path: Path) -> None:
    make_backup(fresh_home, tmp_path / "backup.age", at=AT - timedelta(days=3))

    done = drill(tmp_path / "backup.age", fresh_home, key=fresh_home / "backup.key", at=AT)

    assert [finding.name for finding in done.findings if not finding.ok] == ["age of the backup"]


def test_it_finds_nothing_wrong_with_one_that_is_whole(spoilt: Spoilt) -> None:
    done = drill(spoilt.file, spoilt.home, key=spoilt.key, at=AT)

    assert done.ok
    assert [finding.name for finding in done.findings] == [
        "restore",
        "age of the backup",
        "integrity",
        "rows",
        "start",
    ]
