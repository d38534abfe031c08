"""Brings a home back from a place, as it was at any second that the place goes back to."""

import os
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO

import pyrage
from django.apps import apps
from msgspec import Struct

import rapport
from rapport.doors.operations.copies.rules import DATABASE, FILES, WHOLE, Address, Manifest, Parcel, path_back
from rapport.doors.operations.copies.services import ltx, postgresql, snapshot
from rapport.doors.operations.copies.services.keys import CopyRefused, read_key
from rapport.doors.operations.copies.services.parcels import stamp_of, unseal
from rapport.doors.operations.copies.services.places import MARKER, SETTINGS, recipient_in
from rapport.doors.operations.copies.services.postgresql import pieces
from rapport.doors.operations.copies.services.sealing import DAMAGED, PIECE
from rapport.doors.operations.copies.services.stores import Missing, Store, open_store
from rapport.doors.operations.copies.services.unpacking import refuse_newer

SCRATCH = ".fetched"
# Of an attached file: it leads nowhere else.
NAME = re.compile(r"[\w-]+(/[\w-][\w.-]*)*")
FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


class Wanted(Struct, frozen=True):
    """What is to be brought back: from where, as it was `at` (None is the newest), or at one `change` of a line: its
    number, or a position in PostgreSQL's log."""

    address: Address
    secret: dict[str, str]
    at: datetime | None = None
    line: str = ""
    change: int = 0


def fetch(wanted: Wanted, into: Path, *, key: Path) -> Manifest:
    """Bring a home back into the empty folder `into`; answers of when it is.

    Raises CopyRefused, naming what is missing or damaged there, when it cannot be trusted or the key is wrong."""
    identity = read_key(key)
    store = open_store(wanted.address, wanted.secret)
    try:
        _check_key(store, identity)
        parcels = [one for name, _ in store.names("") if (one := Parcel.named(name))]
        chosen = _choose(parcels, wanted)
        for parcel in chosen:
            _open(store, parcel.name, into / SCRATCH, identity)
        _open(store, SETTINGS, into, identity)
        is_log = (into / SCRATCH / pieces.FOLDER).is_dir()
        manifest, stored = (_recover if is_log else _put_together)(into, wanted, chosen)
        refuse_newer(manifest)
        _fetch_files(store, into, identity, stored)
    except OSError as error:
        raise CopyRefused(f"{into} could not be written: {error.strerror or error}.") from None
    finally:
        store.close()
    return manifest


def _check_key(store: Store, identity: pyrage.x25519.Identity) -> None:
    marker = BytesIO()
    try:
        store.get(MARKER, marker)
    except Missing:
        raise CopyRefused(f"This is no place of copies: it lacks {MARKER}.") from None
    if recipient_in(marker.getvalue()) != str(identity.to_public()):
        raise CopyRefused(
            "This key does not open the copies there. It needs the recovery key that was shown when the first place "
            "or backup of that home was made: give it with --key FILE."
        )


def _moment(wanted: Wanted) -> int:
    """Up to when, in milliseconds since 1970."""
    return int((wanted.at or FOR_EVER).timestamp() * 1000)


def _choose(parcels: list[Parcel], wanted: Wanted) -> list[Parcel]:
    """The parcels that lead to what is wanted: of the newest line that has a whole copy from before then."""
    to = _moment(wanted)
    lines = {one.line for one in parcels if one.kind == WHOLE and one.at <= to}
    lines = lines & {wanted.line} if wanted.line else lines
    if not lines:
        first = min((one.at for one in parcels if one.kind == WHOLE), default=0)
        since = f"It goes back to {_said(first)}." if first else "The first copy was never finished."
        raise CopyRefused(f"There is no copy of that moment there. {since}")
    mine = [one for one in parcels if one.line == max(lines)]
    chosen, reached = path_back(mine, to)
    last = chosen[-1].last
    if reached < to and any(one.least > last + 1 for one in mine if one.kind in {"hour", "now"}):
        raise CopyRefused(
            f"Something is missing there: the changes after {last:016x} ({_said(reached)}) are not whole. "
            f"It can be restored as it was then: --at {_said(reached)}"
        )
    return chosen


def _open(store: Store, name: str, into: Path, identity: pyrage.x25519.Identity) -> None:
    try:
        with _reading(store, name) as source:
            unseal(source, name, into, identity)
    except Missing:
        raise CopyRefused(f"{name} is missing there: it is no whole copy.") from None


@contextmanager
def _reading(store: Store, name: str) -> Iterator[IO[bytes]]:
    """An object as a stream, however large."""
    reading, writing = os.pipe()
    failed: list[CopyRefused] = []

    def read() -> None:
        with open(writing, "wb", PIECE) as to:
            try:
                store.get(name, to)
            except CopyRefused as reason:
                failed.append(reason)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        with open(reading, "rb", PIECE) as source:
            yield source
    except CopyRefused:
        thread.join()
        if failed and "Broken pipe" not in str(failed[0]):
            raise failed[0] from None
        raise
    thread.join()


def _recover(into: Path, wanted: Wanted, _chosen: list[Parcel]) -> tuple[Manifest, list[str]]:
    fetched = into / SCRATCH
    reached = _reached(fetched, wanted)
    migrations, stored = postgresql.recovery.put_together(fetched, into, wanted.at, wanted.change)
    shutil.rmtree(fetched)
    return Manifest(_version(into), reached, migrations, {}), stored


def _version(into: Path) -> str:
    """Which Rapport wrote what was fetched."""
    made_by = into / "version"
    version = made_by.read_text() if made_by.exists() else rapport.__version__
    made_by.unlink(missing_ok=True)
    return version


def _put_together(into: Path, wanted: Wanted, chosen: list[Parcel]) -> tuple[Manifest, list[str]]:
    to = _moment(wanted)
    files = [path for path in (into / SCRATCH).glob("ltx/*/*.ltx") if stamp_of(path) <= to]
    try:
        if not (way := ltx.way_to(files, wanted.change)):
            raise ltx.Unreadable(f"change {wanted.change:016x} is missing")
        ltx.put_together(way, into / DATABASE)
    except ltx.Unreadable as reason:
        raise CopyRefused(f"{DAMAGED.format(chosen[0].line)} {reason}.") from None
    reached = _reached(into / SCRATCH, wanted)
    shutil.rmtree(into / SCRATCH)
    try:
        migrations = snapshot.migrations_of(into / DATABASE)
    except sqlite3.DatabaseError as error:
        raise CopyRefused(f"{DAMAGED.format(chosen[0].line)} SQLite says: {error}") from None
    return Manifest(_version(into), reached, migrations, {}), list(_stored(into / DATABASE))


def _reached(fetched: Path, wanted: Wanted) -> datetime:
    """The moment of the last change that was put in: files have the time of their changes."""
    until = wanted.at.timestamp() if wanted.at else float("inf")
    times = [path.stat().st_mtime for path in fetched.rglob("*-*.*")]
    return datetime.fromtimestamp(max(time for time in times if time <= until), UTC)


def _fetch_files(store: Store, into: Path, identity: pyrage.x25519.Identity, stored: list[str]) -> None:
    """The attached files that the records name."""
    there = {name for name, _ in store.names(FILES)}
    for each in filter(NAME.fullmatch, stored):
        name = f"{FILES}/{each}.age"
        if name not in there:
            raise CopyRefused(f"The attached file {name} is missing there.")
        path = into / FILES / each
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _reading(store, name) as source, open(path, "wb") as file:
            try:
                pyrage.decrypt_io(source, file, [identity])
            except pyrage.DecryptError:
                raise CopyRefused(DAMAGED.format(name)) from None


def _stored(database: Path) -> Iterator[str]:
    """The names under which the records know their files: the column `stored`, in whichever table has one."""
    with closing(sqlite3.connect(database)) as connection:
        for model in apps.get_models():
            if any(field.name == "stored" for field in model._meta.concrete_fields):
                table = model._meta.db_table
                if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table]).fetchone():
                    for (name,) in connection.execute(f'SELECT stored FROM "{table}"'):  # noqa: S608
                        yield name


def _said(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%dT%H:%M:%S}Z"
