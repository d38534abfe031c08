"""The key of a home's backups: an age X25519 identity, made once (https://age-encryption.org/v1)."""

import os
from pathlib import Path

import pyrage
from pyrage import x25519

from rapport.foundation.kernel.ledger.rules import Refused

NAME = "backup.key"


class CopyRefused(Refused):
    """Why a backup cannot be made, read or put back."""


def key_of(home: Path) -> tuple[x25519.Identity, bool]:
    """The key of this home, and whether it was made just now, so that its owner must be told it."""
    path = home / NAME
    if path.exists():
        return read_key(path), False
    mine = home / f"{NAME}.{os.getpid()}"
    with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{x25519.Identity.generate()}\n")
    try:
        os.link(mine, path)  # whoever came first made everybody's key
    except FileExistsError:
        return read_key(path), False
    finally:
        mine.unlink()
    return read_key(path), True


def read_key(path: Path) -> x25519.Identity:
    """The key in a file: one line, comments aside. Raises CopyRefused when there is none."""
    try:
        lines = path.read_text().split("\n")
    except (OSError, UnicodeDecodeError):
        raise CopyRefused(f"There is no key in {path}.") from None
    words = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        return x25519.Identity.from_str(words[0].upper() if words else "")
    except pyrage.IdentityError:
        raise CopyRefused(
            f"{path} holds no recovery key. It is one line that begins with AGE-SECRET-KEY-1."
        ) from None
