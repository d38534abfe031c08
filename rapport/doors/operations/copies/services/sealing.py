"""Encrypts and opens streams with age (https://age-encryption.org/v1), in memory that does not grow with them."""

import os
import tarfile
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pyrage

from rapport.doors.operations.copies.services.keys import CopyRefused

# Of what goes through a pipe at once: `pyrage` asks for 8 KiB at a time.
PIECE = 2**20
DAMAGED = "{} is damaged or was cut short: it cannot be trusted. Take another backup."


@contextmanager
def encrypting(to: IO[bytes], recipient: pyrage.x25519.Recipient) -> Iterator[IO[bytes]]:
    """What is written here comes out encrypted there; `pyrage` reads for itself, so a pipe stands between."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def encrypt() -> None:
        with open(reading, "rb", PIECE) as source:
            try:
                pyrage.encrypt_io(source, to, [recipient])
            except BaseException as error:  # carried over to whoever asked
                failed.append(error)

    thread = threading.Thread(target=encrypt, daemon=True)
    thread.start()
    try:
        with open(writing, "wb", PIECE) as stream:
            yield stream
    except BrokenPipeError:
        pass  # the reason is with the other side
    finally:
        thread.join()
    if failed:
        raise OSError(str(failed[0]))


@contextmanager
def decrypting(source: IO[bytes], name: object, identity: pyrage.x25519.Identity) -> Iterator[IO[bytes]]:
    """What is encrypted there is read here. Raises CopyRefused, naming it, for the wrong key or damage."""
    reading, writing = os.pipe()
    failed: list[str] = []

    def decrypt() -> None:
        with open(writing, "wb", PIECE) as to:
            try:
                pyrage.decrypt_io(source, to, [identity])
            except (pyrage.DecryptError, OSError) as error:
                failed.append(str(error))

    thread = threading.Thread(target=decrypt, daemon=True)
    thread.start()
    try:
        with open(reading, "rb", PIECE) as stream:
            yield stream
    except (tarfile.TarError, EOFError, zlib.error):
        thread.join()
        if any("No matching keys" in reason for reason in failed):
            raise CopyRefused(
                f"This key does not open {name}. It needs the recovery key that was shown when the first backup of "
                "that home was made: give it with --key FILE."
            ) from None
        raise
    thread.join()
    if failed:
        raise CopyRefused(DAMAGED.format(name))
