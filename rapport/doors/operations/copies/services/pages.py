"""Bits that flipped on the disk: each page of the live database is compared with the copy's, named, and mended.

What is written goes to the copy as it is written, and not as it is read back later; so a page that differs at one and
the same transaction was changed by nobody but the disk."""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.db import connections

from rapport.doors.operations.copies.queries import COMPARED
from rapport.doors.operations.copies.rules import DATABASE, WHOLE, DamagedPage, PagesCompared
from rapport.doors.operations.copies.services import ltx, snapshot
from rapport.doors.operations.copies.services.btree import FREE, Pages, owners
from rapport.doors.operations.copies.services.keys import CopyRefused
from rapport.doors.operations.copies.services.parcels import stamp_of
from rapport.doors.operations.copies.services.replica import Replica

# Litestream looks ten times a second.
READ_BY_THEN_SECONDS = 0.5
PIECE_PAGES = 256


def compare_pages(home: Path, *, at: datetime) -> PagesCompared:
    """Compare every page with the copy's as they are at one transaction, and keep what was found.

    Raises CopyRefused when no copy is made here, or it cannot be read."""
    with tempfile.TemporaryDirectory(prefix=".pages-", dir=home) as scratch:
        done = _compare(home, Path(scratch), at)
    mine = home / f"{COMPARED}.{os.getpid()}"
    mine.write_text(done.as_json())
    mine.rename(home / COMPARED)
    return done


def _compare(home: Path, scratch: Path, at: datetime) -> PagesCompared:
    connections.close_all()  # whoever closes a file that SQLite has open takes its locks away
    live, copy = scratch / "live", scratch / "copy"
    change, replica, waiting = _take_live(home, live)
    _restore(replica, change, copy)
    if (said := snapshot.integrity_of(copy)) != "ok":
        raise CopyRefused(f"The copy itself is damaged: {said}. Nothing can be compared with it.")
    with live.open("rb") as one, copy.open("rb") as other:
        pages = Pages(other)
        other.seek(0)
        differing = dict(
            one
            for one in _differing(one, other, pages.size, max(live.stat().st_size, copy.stat().st_size))
            if one[0] not in waiting
        )
    names = owners(copy, set(differing)) if differing else {}
    damaged = tuple(
        DamagedPage(number, names.get(number, FREE), theirs, ours)
        for number, (theirs, ours) in differing.items()
    )
    return PagesCompared(at, pages.count, change, replica.line, damaged)


@contextmanager
def pinned(home: Path) -> Iterator[tuple[Replica, int, sqlite3.Connection]]:
    """One change of the copy, and a reader that sees just that: for half a second nobody may write."""
    replica = Replica.of(home)
    if replica is None:
        raise CopyRefused("No copy is being made.")
    with (
        closing(sqlite3.connect(home / DATABASE, isolation_level=None, timeout=10)) as writer,
        closing(snapshot.reading(home / DATABASE)) as reader,
    ):
        writer.execute("BEGIN IMMEDIATE")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees this moment
        time.sleep(READ_BY_THEN_SECONDS)
        change = replica.changes()[1]
        is_read = replica.is_read_to_the_end(change)
        writer.execute("ROLLBACK")
        if not is_read:
            raise CopyRefused("Litestream does not read what is written. Is Rapport served?")
        yield replica, change, reader


def _take_live(home: Path, to: Path) -> tuple[int, Replica, set[int]]:
    """Copy the live database; answers the change it is of, the line, and the pages that are not to be compared."""
    try:
        with pinned(home) as (replica, change, reader), closing(sqlite3.connect(to)) as target:
            reader.backup(target, pages=-1)
        waiting = _in_log(home)
    except sqlite3.DatabaseError as error:
        if "locked" in str(error) or (found := Replica.of(home)) is None:
            raise CopyRefused(f"The pages cannot be compared: {error}.") from None
        # What is damaged is what SQLite must read to open it: the bytes are taken as they lie there.
        shutil.copyfile(home / DATABASE, to)
        return found.changes()[1], found, _in_log(home)
    if 1 not in waiting:  # a copy by SQLite has counters of its own in the first page
        with (home / DATABASE).open("rb") as raw, to.open("r+b") as copied:
            size = Pages(raw).size
            raw.seek(0)
            copied.write(raw.read(size))
    return change, replica, waiting & {1}


def _in_log(home: Path) -> set[int]:
    """The pages that wait in the log: those in the file are of before, or half written. None once all are in the file,
    as the index of the log says (https://www.sqlite.org/walformat.html#the_wal_index_file_format)."""
    try:
        index = (home / f"{DATABASE}-shm").read_bytes()
        log = (home / f"{DATABASE}-wal").read_bytes()
    except FileNotFoundError:
        return set()
    newest, in_file = index[16:20], index[96:100]
    size, salts = int.from_bytes(log[8:12], "big"), log[16:24]
    if newest == in_file or not size:
        return set()
    frames = range(32, len(log) - 23, 24 + size)
    return {int.from_bytes(log[at : at + 4], "big") for at in frames if log[at + 8 : at + 16] == salts}


def _restore(replica: Replica, change: int, to: Path) -> None:
    """Put the copy together from what was written as it was written. A whole copy is read from the file one day, with
    the bits that flipped before; so it begins with the oldest from which every change is still there."""
    said = "there is nothing"
    wholes = sorted((replica.path / "ltx" / WHOLE).glob("*.ltx"), key=stamp_of)
    for begin in (None, *wholes):  # with none: the first changes of all may still be there
        # Listed anew each time: what Litestream has summed up meanwhile it lets go of.
        files = [one for one in replica.path.glob("ltx/*/*.ltx") if one not in wholes or one == begin]
        if not (way := ltx.way_to(files, change)):
            continue
        try:
            return ltx.put_together(way, to)
        except ltx.Unreadable as reason:
            said = str(reason)
            to.unlink(missing_ok=True)
    raise CopyRefused(f"The copy in this home cannot be put together: {said}.")


def _differing(
    one: IO[bytes], other: IO[bytes], size: int, total: int
) -> Iterator[tuple[int, tuple[str, str]]]:
    """The numbers of the pages that differ, each with the digests of what is here and of what it should be."""
    piece = PIECE_PAGES * size
    for begin in range(0, total, piece):
        mine, theirs = one.read(piece), other.read(piece)
        if mine == theirs:
            continue
        for at in range(0, max(len(mine), len(theirs)), size):
            here, there = mine[at : at + size], theirs[at : at + size]
            number = (begin + at) // size + 1
            if here != there:
                yield number, (sha256(here).hexdigest(), sha256(there).hexdigest())


def mend_pages(home: Path, *, at: datetime) -> tuple[PagesCompared, Path]:
    """Put the copy's pages in the place of the damaged ones, after a copy of the file as it is; answers both.

    Raises CopyRefused, having changed nothing, when the copy's page does not fit or there is nothing to mend."""
    with tempfile.TemporaryDirectory(prefix=".pages-", dir=home) as folder:
        found = _compare(home, Path(folder), at)
        if not found.damaged:
            raise CopyRefused("Every page is as it was written: there is nothing to mend.")
        kept = home / f"before-mending-{at:%Y%m%dT%H%M%S}.sqlite3"
        shutil.copyfile(Path(folder) / "live", kept)
        kept.chmod(0o600)
        with (Path(folder) / "copy").open("rb") as copy:
            put_pages(home / DATABASE, Pages(copy), found)
    return compare_pages(home, at=at), kept


def put_pages(database: Path, copy: Pages, found: PagesCompared) -> None:
    """Write the copy's pages over the damaged ones while nobody else may. Raises CopyRefused where one does not fit.

    The file stays open until SQLite's locks are gone: to close it would drop them."""
    with open(database, "r+b") as file:
        if is_first := any(one.number == 1 for one in found.damaged):
            _write(file.fileno(), copy, [one for one in found.damaged if one.number == 1])
        with closing(sqlite3.connect(database, isolation_level=None, timeout=10)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            _write(file.fileno(), copy, [one for one in found.damaged if one.number > 1])
            # A commit tells every other connection to forget the pages it holds in memory.
            writer.execute("UPDATE ledger_counter SET value = value")
            writer.execute("COMMIT")
            if is_first:
                writer.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _write(file: int, copy: Pages, damaged: list[DamagedPage]) -> None:
    for one in damaged:
        here = os.pread(file, copy.size, (one.number - 1) * copy.size)
        if sha256(here).hexdigest() != one.found:
            raise CopyRefused(
                f"Page {one.number} was written since it was compared: the copy's page does not fit."
            )
        if sha256(copy[one.number]).hexdigest() != one.wanted:
            raise CopyRefused(f"The copy's page {one.number} is not what it was: nothing was changed.")
    for one in damaged:
        os.pwrite(file, copy[one.number], (one.number - 1) * copy.size)
    os.fsync(file)
