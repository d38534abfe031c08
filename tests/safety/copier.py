"""A home that is copied without being served: what a test writes into it goes to its places, in this process."""

import io
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rapport.doors.operations.copies.queries import Destination
from rapport.doors.operations.copies.rules import address_of
from rapport.doors.operations.copies.services import Wanted, fetch, key_of
from rapport.doors.operations.copies.services.places import MARKER
from rapport.doors.operations.copies.services.replica import Replica
from rapport.doors.operations.copies.services.shipping import Shipping
from rapport.doors.operations.copies.services.stores import open_store

USER, PASSWORD = "ACCESSKEYID12345", "SECRETKEY1234567890"
SECRET = {"user": USER, "password": PASSWORD}
WAIT_SECONDS = 20


class Copied:
    """A home with Litestream at work and one lane pair to each place."""

    def __init__(self, home: Path, *places: str) -> None:
        self.home, self.places = home, places
        (home / "secret.key").write_text("s" * 64)
        self.replica = Replica.of(home) or Replica.begun(home)
        recipient = key_of(home)[0].to_public()
        for place in places:
            store = open_store(address_of(place), dict(SECRET))
            store.put(MARKER, io.BytesIO(f'{{"recipient": "{recipient}"}}'.encode()))
            store.close()
        self.litestream = self.replica.start()
        self.shippings = [
            Shipping(Destination(number, address_of(place), dict(SECRET)), self.replica, recipient)
            for number, place in enumerate(places)
        ]
        for one in self.shippings:
            one.begin()

    @property
    def key(self) -> Path:
        return self.home / "backup.key"

    def write(self, *words: str) -> None:
        """Write a row for each word, each in a transaction of its own."""
        with closing(sqlite3.connect(self.home / "db.sqlite3", isolation_level=None)) as connection:
            for word in words:
                connection.execute("INSERT INTO django_session VALUES (?, 'CANARY', '2026-11-22')", [word])

    def wait(self, which: int = 0, within: float = WAIT_SECONDS) -> None:
        """Wait until a place has all that was written until now."""
        now, until = time.time() * 1000, time.monotonic() + within
        while (self.shippings[which].whole_at or 0) <= now:
            assert time.monotonic() < until, self.shippings[which].error or "not whole in time"
            time.sleep(0.05)

    def wait_for(self, is_so: Callable[[], object]) -> None:
        """Wait until something is so."""
        until = time.monotonic() + WAIT_SECONDS
        while not is_so():
            assert time.monotonic() < until, "it did not come to that"
            time.sleep(0.05)

    def end(self) -> None:
        """Stop, without a last look."""
        for one in self.shippings:
            one.stopped.set()
        self.litestream.kill()
        self.litestream.wait()


@contextmanager
def copied(home: Path, *places: str) -> Iterator[Copied]:
    """Copy a home for as long as this lasts."""
    one = Copied(home, *places)
    try:
        yield one
    finally:
        one.end()


def words_in(place: str, into: Path, key: Path, **wanted: object) -> set[str]:
    """What a home says that is brought back from a place."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    fetch(Wanted(address_of(place), dict(SECRET), **wanted), into, key=key)  # type: ignore[arg-type]
    with closing(sqlite3.connect(into / "db.sqlite3")) as connection:
        return {word for (word,) in connection.execute("SELECT session_key FROM django_session")}


@contextmanager
def server_of(kind: str, folder: Path) -> Iterator[str]:
    """A real server of this kind on `folder`; answers the address of a place there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "bucket").mkdir(parents=True)
    program = str(Path(sys.executable).with_name("rclone"))
    words = {
        "s3": ["s3", "--auth-key", f"{USER},{PASSWORD}"],
        "sftp": ["sftp", "--user", USER, "--pass", PASSWORD],
    }[kind]
    environment = os.environ | {
        "RCLONE_CONFIG": str(folder / "none.conf"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    process = subprocess.Popen(
        [program, "serve", *words, "--addr", f"127.0.0.1:{port}", str(folder)],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.05)
        yield {
            "s3": f"s3://bucket/rapport?endpoint=http://127.0.0.1:{port}",
            "sftp": f"sftp://{USER}@127.0.0.1:{port}/bucket",
        }[kind]
    finally:
        process.kill()
        process.wait()
