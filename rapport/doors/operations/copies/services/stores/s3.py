"""A bucket of a storage that speaks S3."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import IO

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from rapport.doors.operations.copies.rules import Address
from rapport.doors.operations.copies.services.stores import WAIT_SECONDS, Missing, PlaceAway


class S3:
    """Objects below a prefix. Large ones go up in parts; they appear when the last part is there."""

    def __init__(self, address: Address, secret: dict[str, str]) -> None:
        self._where = f"s3://{address.host}"
        self._prefix = f"{address.path}/" if address.path else ""
        with self._telling():
            self._store = S3Store(
                address.host,
                config={
                    "access_key_id": secret.get("user", ""),
                    "secret_access_key": secret.get("password", ""),
                    "region": address.region,
                    **({"endpoint": address.endpoint} if address.endpoint else {}),
                },
                client_options={
                    "allow_http": address.endpoint.startswith("http://"),
                    "connect_timeout": timedelta(seconds=WAIT_SECONDS),
                    "timeout": timedelta(minutes=10),
                },
                # We try again ourselves, and say why not in the meantime.
                retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=10)},
            )

    def names(self, under: str) -> Iterator[tuple[str, int]]:
        with self._telling():
            for page in obstore.list(self._store, prefix=self._prefix + under):
                for each in page:
                    yield each["path"].removeprefix(self._prefix), each["size"]

    def put(self, name: str, source: IO[bytes]) -> None:
        with self._telling():
            obstore.put(self._store, self._prefix + name, source)

    def get(self, name: str, to: IO[bytes]) -> None:
        with self._telling():
            for piece in obstore.get(self._store, self._prefix + name).stream(min_chunk_size=2**20):
                to.write(piece)

    def delete(self, name: str) -> None:
        with self._telling(), contextlib.suppress(NotFoundError, FileNotFoundError):
            obstore.delete(self._store, self._prefix + name)

    def close(self) -> None:
        pass

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (NotFoundError, FileNotFoundError):
            raise Missing(f"{self._where} has no such object, or is not there any more.") from None
        except (BaseError, OSError) as error:
            # The first line says what; those below it tell our own settings, credentials among them.
            reason = str(error).strip().splitlines() or ["it does not answer"]
            raise PlaceAway(f"{self._where}: {reason[0][:300]}") from None
