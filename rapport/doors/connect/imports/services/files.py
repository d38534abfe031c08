"""The files an import needs: the upload while it is read, photos for as long as somebody has them."""

import hashlib
import secrets
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_PIECE = 1024 * 1024
# The first bytes of the pictures that browsers show.
_PICTURES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"))


def _new_path() -> str:
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"


def path_of(stored: str) -> Path:
    """Where a stored file lies."""
    return Path(settings.FILES) / stored


def store(stream: BinaryIO) -> tuple[str, str, int]:
    """Copy a stream to a file of a random name, never holding it whole: the name, its SHA-256 and its size."""
    stored, digest, size = _new_path(), hashlib.sha256(), 0
    path = path_of(stored)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with path.open("xb") as file:
            while piece := stream.read(_PIECE):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
    except BaseException:
        path.unlink(missing_ok=True)  # a broken upload or a full disk leaves nothing
        raise
    return stored, digest.hexdigest(), size


def picture_type(data: bytes) -> str:
    """The media type of a picture, by its first bytes; empty for anything else, whatever it claims to be."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((type_ for start, type_ in _PICTURES if data.startswith(start)), "")


def store_bytes(data: bytes) -> str:
    """Write a small file under a random name."""
    stored = _new_path()
    path = path_of(stored)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(data)
    return stored


def remove(stored: str) -> None:
    """Remove a stored file, if it is there."""
    path_of(stored).unlink(missing_ok=True)


def sample_of(stored: str, size: int) -> bytes:
    """The beginning of a stored file."""
    with path_of(stored).open("rb") as file:
        return file.read(size)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
