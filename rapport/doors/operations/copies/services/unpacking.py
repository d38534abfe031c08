"""Opens a backup: every part is checked before any of it takes the place of anything."""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

import rapport
from rapport.doors.operations.copies.rules import DATABASE, DUMP, FORMAT, Manifest, Part, is_newer, is_safe
from rapport.doors.operations.copies.services.keys import CopyRefused, read_key
from rapport.doors.operations.copies.services.packing import MANIFEST, PARTS
from rapport.doors.operations.copies.services.sealing import DAMAGED, decrypting

PIECE = 2**20


def restore(into: Path, fill: Callable[[Path], Manifest], *, at: datetime) -> tuple[Manifest, Path | None]:
    """Put what `fill` brings in the place of `into`; a home that is there is moved aside. Answers where to.

    Nothing is moved before all of it is there and proved whole. Raises CopyRefused, leaving nothing behind; what a
    kill left behind goes the next time."""
    into.parent.mkdir(parents=True, exist_ok=True)
    _clear_leftovers(into)
    scratch = Path(tempfile.mkdtemp(prefix=f".{into.name}.restoring-{os.getpid()}-", dir=into.parent))
    try:
        manifest = fill(scratch)
        aside = None
        if into.exists() and any(into.iterdir()):
            aside = into.with_name(f"{into.name}.before-{at:%Y%m%dT%H%M%S}")
            into.rename(aside)
        elif into.exists():
            into.rmdir()
        scratch.rename(into)
    except OSError as error:
        raise CopyRefused(f"{into} could not be written: {error.strerror or error}.") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return manifest, aside


def _clear_leftovers(into: Path) -> None:
    for leftover in into.parent.glob(f".{into.name}.restoring-*"):
        number = leftover.name.rpartition("restoring-")[2].partition("-")[0]
        if not (number.isdigit() and Path(f"/proc/{number}").exists()):
            shutil.rmtree(leftover, ignore_errors=True)


def unpack(file: Path, into: Path, *, key: Path) -> Manifest:
    """Unpack a backup into the folder `into`, every part checked. Raises CopyRefused with the reason."""
    identity = read_key(key)
    try:
        with file.open("rb") as source:
            if not source.read(1):
                raise CopyRefused(f"{file} is empty.")
            source.seek(0)
            with (
                decrypting(source, file, identity) as stream,
                tarfile.open(fileobj=stream, mode="r|gz") as tar,
            ):
                manifest, found, wanted = _read(tar, into)
                while stream.read(PIECE):  # to the end, where a file that was cut short shows it
                    pass
    except (tarfile.TarError, EOFError, zlib.error):
        raise CopyRefused(DAMAGED.format(file)) from None
    except OSError as error:
        raise CopyRefused(f"{file} could not be restored: {error.strerror or error}.") from None
    if missing := sorted(set(wanted) - set(found)):
        raise CopyRefused(f"{file} lacks {missing[0]}: it is no whole backup. Take another one.")
    if found != wanted or len({DATABASE, DUMP} & set(found)) != 1:
        raise CopyRefused(DAMAGED.format(file))
    return manifest


def _read(tar: tarfile.TarFile, into: Path) -> tuple[Manifest, dict[str, Part], dict[str, Part]]:
    first = tar.next()
    if first is None or first.name != MANIFEST:
        raise tarfile.ReadError
    manifest = _meant(Manifest.from_json, _text(tar, first))
    refuse_newer(manifest)
    found: dict[str, Part] = {}
    wanted: dict[str, Part] = {}
    while member := tar.next():
        if member.name == PARTS:
            wanted = _meant(_parts, _text(tar, member))
        elif member.isfile() and is_safe(member.name):
            found[member.name] = _write(tar, member, into / member.name)
        else:
            raise tarfile.ReadError
    return manifest, found, wanted


def _parts(text: bytes) -> dict[str, Part]:
    return {name: Part(**part) for name, part in json.loads(text).items()}


def _meant[Meaning](read: Callable[[bytes], Meaning], text: bytes) -> Meaning:
    try:
        return read(text)
    except (ValueError, KeyError, TypeError):
        raise tarfile.ReadError from None


def refuse_newer(manifest: Manifest) -> None:
    """Raises CopyRefused for a backup of a Rapport that knows more than this one."""
    known = {
        f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    }
    unknown = [name for name in manifest.migrations if name not in known]
    if manifest.format > FORMAT or is_newer(manifest.version, rapport.__version__) or unknown:
        also = f" (it has {unknown[0]})" if unknown else ""
        raise CopyRefused(
            f"This backup was made by Rapport {manifest.version}{also}, which is newer than this one or has plugins "
            f"that are missing here. This is {rapport.__version__}: install that version first."
        )


def _text(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    return file.read() if file else b""


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> Part:
    source, digest, size = tar.extractfile(member), hashlib.sha256(), 0
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        while source and (piece := source.read(PIECE)):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return Part(size, digest.hexdigest())
