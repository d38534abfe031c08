"""Packs files into encrypted objects for a place, and opens them: an age stream of a tar, as a backup is."""

import os
import re
import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import pyrage

from rapport.doors.operations.copies.services.keys import CopyRefused
from rapport.doors.operations.copies.services.sealing import DAMAGED, PIECE, decrypting, encrypting

# Files of changes as Litestream names them, PostgreSQL's that we name so too, and what of a home is small.
WANTED = re.compile(
    r"(ltx|wal)/[0-9]/[0-9a-f]{16}-[0-9a-f]{16}\.(ltx|wal)|rapport\.source"
    r"|secret\.key|backup\.key|places/\d+\.json|version"
)
_STAMP = slice(
    32, 40
)  # of an LTX file's header: the moment of its changes, in milliseconds (LTX 0.5, format 2); and of our own


def seal(files: Iterable[tuple[str, Path]], recipient: pyrage.x25519.Recipient, to: IO[bytes]) -> None:
    """Write the files, each under its name, as one parcel."""
    with encrypting(to, recipient) as stream, tarfile.open(fileobj=stream, mode="w|", bufsize=PIECE) as tar:
        for name, path in files:
            with path.open("rb") as file:
                member = tarfile.TarInfo(name)
                member.size = os.fstat(file.fileno()).st_size
                tar.addfile(member, file)


def unseal(source: IO[bytes], name: str, into: Path, identity: pyrage.x25519.Identity) -> None:
    """Unpack a parcel into a folder. Raises CopyRefused, naming it, when it cannot be trusted or the key is wrong."""
    try:
        with (
            decrypting(source, name, identity) as stream,
            tarfile.open(fileobj=stream, mode="r|", bufsize=PIECE) as tar,
        ):
            for member in tar:
                if not member.isfile() or not WANTED.fullmatch(member.name):
                    raise tarfile.ReadError
                _write(tar, member, into / member.name)
            while stream.read(PIECE):  # to the end, where one that was cut short shows it
                pass
    except (tarfile.TarError, EOFError):
        raise CopyRefused(DAMAGED.format(name)) from None


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source = tar.extractfile(member)
    with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        if source:
            shutil.copyfileobj(source, file, PIECE)
    if to.suffix in {".ltx", ".wal"}:
        # By the time of a file Litestream finds the moment that was asked for.
        os.utime(to, ns=(stamp_of(to) * 1_000_000,) * 2)


def stamp_of(file: Path) -> int:
    """When the changes in a file of them were read, in milliseconds since 1970."""
    with file.open("rb") as opened:
        return int.from_bytes(opened.read(_STAMP.stop)[_STAMP], "big")
