"""A folder on another disk, or on a share that is mounted here."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from rapport.doors.operations.copies.rules import Address
from rapport.doors.operations.copies.services.stores import Missing, PlaceAway

UNFINISHED = ".part"
UNPLUGGED = "Is the disk plugged in, the share mounted?"


class Folder:
    """Objects are files of the same names; only their owner may read them."""

    def __init__(self, address: Address) -> None:
        self._root = Path(address.path)
        if not self._root.is_dir():
            raise PlaceAway(f"{self._root}: there is no such folder. {UNPLUGGED}")
        self._is = self._identity()

    def _identity(self) -> tuple[int, int]:
        status = self._root.stat()
        return status.st_dev, status.st_ino

    def names(self, under: str) -> Iterator[tuple[str, int]]:
        with self._telling():
            for folder, _, files in os.walk(self._root / under, onerror=_fail):
                for each in files:
                    if not each.endswith(UNFINISHED):
                        path = Path(folder) / each
                        yield path.relative_to(self._root).as_posix(), path.stat().st_size

    def put(self, name: str, source: IO[bytes]) -> None:
        path = self._root / name
        mine = path.with_name(f".{path.name}{UNFINISHED}")
        with self._telling():
            if self._identity() != self._is:  # else we would write beneath a disk that is gone
                raise PlaceAway(f"{self._root} is another folder than before. {UNPLUGGED}")
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                    shutil.copyfileobj(source, file, 2**20)
                    file.flush()
                    os.fsync(file.fileno())
                mine.rename(path)
            except OSError:
                with contextlib.suppress(OSError):
                    mine.unlink()
                raise

    def get(self, name: str, to: IO[bytes]) -> None:
        with self._telling(), (self._root / name).open("rb") as file:
            shutil.copyfileobj(file, to, 2**20)

    def delete(self, name: str) -> None:
        with self._telling():
            (self._root / name).unlink(missing_ok=True)

    def close(self) -> None:
        pass

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise Missing(f"{self._root} has no such object, or is not there any more.") from None
        except OSError as error:
            raise PlaceAway(f"{self._root}: {error.strerror or error}") from None


def _fail(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # a folder that is not there has no names
        raise error
