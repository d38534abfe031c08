"""Packs a home into one encrypted file: a tar of its parts, compressed, as an age stream. Memory stays flat."""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

import pyrage
from django.conf import settings
from msgspec.structs import asdict

import rapport
from rapport.doors.operations.copies.rules import DATABASE, DUMP, FILES, SMALL, Manifest, Part
from rapport.doors.operations.copies.services import postgresql, snapshot
from rapport.doors.operations.copies.services.keys import CopyRefused, key_of
from rapport.doors.operations.copies.services.sealing import encrypting

MANIFEST, PARTS = "manifest.json", "parts.json"


def make_backup(home: Path, to: Path, *, at: datetime) -> Manifest:
    """Write a backup of `home` to the new file `to`, which appears whole or not at all.

    Raises CopyRefused when it exists already, or there is no room."""
    if to.exists():
        raise CopyRefused(f"{to} exists already.")
    key, _ = key_of(home)
    mine = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix=".backup-", dir=home) as scratch,
            open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
        ):
            copy = Path(scratch) / (DUMP if settings.DATABASE_URL else DATABASE)
            manifest = _pack(home, copy, file, key.to_public(), at)
            file.flush()
            os.fsync(file.fileno())
        mine.rename(to)
    except OSError as error:
        raise CopyRefused(f"The backup could not be written to {to}: {error.strerror or error}.") from None
    except postgresql.programs.Error as error:
        raise CopyRefused(f"The records could not be read: {error}") from None
    finally:
        mine.unlink(missing_ok=True)
    return manifest


def _pack(
    home: Path, copy: Path, to: IO[bytes], recipient: pyrage.x25519.Recipient, at: datetime
) -> Manifest:
    if copy.name == DUMP:
        tables, migrations, head = postgresql.recovery.take_dump(copy)
    else:
        tables = snapshot.take(home / DATABASE, copy)
        migrations, head = snapshot.migrations_of(copy), snapshot.head_of(copy)
    manifest = Manifest(rapport.__version__, at, migrations, tables, head=head)
    with (
        encrypting(to, recipient) as stream,
        tarfile.open(fileobj=stream, mode="w|gz", compresslevel=1) as tar,
    ):
        _add_text(tar, MANIFEST, manifest.as_json())
        parts = {name: _add(tar, name, path) for name, path in _files(home, copy)}
        _add_text(tar, PARTS, json.dumps({name: asdict(part) for name, part in parts.items()}))
    return manifest


def _files(home: Path, copy: Path) -> Iterator[tuple[str, Path]]:
    yield copy.name, copy
    for name in SMALL:
        if (home / name).exists():
            yield name, home / name
    for path in sorted((home / FILES).rglob("*")):
        if path.is_file():
            yield path.relative_to(home).as_posix(), path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Part:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        member = tarfile.TarInfo(name)
        member.size = os.fstat(file.fileno()).st_size
        tar.addfile(member, _Hashing(file, digest))
    return Part(member.size, digest.hexdigest())


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(text.encode())
    tar.addfile(member, io.BytesIO(text.encode()))


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes], digest: "hashlib._Hash") -> None:
        self._file, self._digest = file, digest

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._digest.update(piece)
        return piece
