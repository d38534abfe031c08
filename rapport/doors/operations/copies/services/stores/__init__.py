"""Where copies are put: a folder, an SFTP server, an S3-compatible storage. All three offer the same five deeds."""

from collections.abc import Iterator
from typing import IO, Protocol

from rapport.doors.operations.copies.rules import Address
from rapport.doors.operations.copies.services.keys import CopyRefused

WAIT_SECONDS = 30


class PlaceAway(CopyRefused):
    """A place did not do what was asked of it; the text says which place would not do what, and why."""


class Missing(PlaceAway):
    """The place has no object of this name."""


class Store(Protocol):
    """A place while it is open. Names have slashes; every deed raises PlaceAway."""

    def names(self, under: str) -> Iterator[tuple[str, int]]:
        """The names below the folder `under` ("" is all), with their sizes in bytes."""

    def put(self, name: str, source: IO[bytes]) -> None:
        """Write an object, which appears whole or not at all."""

    def get(self, name: str, to: IO[bytes]) -> None:
        """Read an object. Raises Missing where there is none."""

    def delete(self, name: str) -> None:
        """Remove an object, if it is there."""

    def close(self) -> None:
        """Let go of the connection."""


def open_store(address: Address, secret: dict[str, str]) -> Store:
    """Connect to a place. `secret` holds what only its owner knows. Raises PlaceAway.

    The libraries are asked for here alone: they are extras, and large."""
    if address.kind == "folder":
        from rapport.doors.operations.copies.services.stores.folder import Folder

        return Folder(address)
    try:
        if address.kind == "sftp":
            from rapport.doors.operations.copies.services.stores.sftp import Sftp

            return Sftp(address, secret)
        from rapport.doors.operations.copies.services.stores.s3 import S3

        return S3(address, secret)
    except ImportError as error:
        raise PlaceAway(
            f"A place on {address.kind.upper()} needs the package {error.name}: "
            f"pip install 'rapport[{address.kind}]'"
        ) from None
