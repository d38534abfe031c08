"""Puts what Litestream keeps, the attached files and the settings into one place, encrypted, and keeps at it.

A place has two lanes with a connection each: changes go at once, even while a whole copy takes its hours."""

import hashlib
import json
import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, cast

import pyrage

from rapport.doors.operations.copies.queries import SECRETS, Destination
from rapport.doors.operations.copies.rules import (
    FILES,
    GOES_BACK_MS,
    SMALL,
    WHOLE,
    Parcel,
    outlived,
    path_back,
)
from rapport.doors.operations.copies.services.parcels import seal, stamp_of
from rapport.doors.operations.copies.services.places import SETTINGS, check_marker
from rapport.doors.operations.copies.services.replica import Replica, now_ms
from rapport.doors.operations.copies.services.stores import PlaceAway, Store, open_store

LOOK_SECONDS, LOOK_AT_FILES_SECONDS, LOOK_AT_STANDING_SECONDS, CLEAN_SECONDS = 0.05, 0.5, 5.0, 3600.0
LONGEST_REST_SECONDS = 60.0
# How often a place is asked what it still has: somebody may have deleted there.
LOOK_AT_ALL_SECONDS = 600.0
# And whether it is there at all, while nothing is written.
LOOK_AT_MARK_SECONDS = 60.0
FOR_EVER_MS = 2**62
MOST_AT_ONCE = 500
IN_MEMORY = 8 * 2**20
AGE = ".age"
VERSION = "version"
SETTLED_SECONDS = 0.5
_log = logging.getLogger(__name__)


class Shipping:
    """One place while it is served. `whole_at` is when it last had all there was (milliseconds), `error` why not."""

    def __init__(self, place: Destination, replica: Replica, recipient: pyrage.x25519.Recipient) -> None:
        self.place, self.replica, self.recipient = place, replica, recipient
        self.whole_at: int | None = None
        self.error, self.failed_at = "", 0
        self.founded = threading.Event()
        self.stopped, self.ending = threading.Event(), threading.Event()
        self._lanes = [
            threading.Thread(target=self._keep_at, args=(work,), daemon=True)
            for work in (self._ship_changes, self._ship_standing)
        ]

    def begin(self) -> None:
        """Start both lanes."""
        for lane in self._lanes:
            lane.start()

    def end(self, within: float) -> None:
        """Let the lanes ship what is there already, for `within` seconds at most; then they are left to themselves."""
        self.ending.set()
        self._lanes[0].join(within)
        self.stopped.set()

    def _keep_at(self, work: Callable[[Store], None]) -> None:
        rest = 1.0
        while not self.stopped.is_set():
            begun = time.monotonic()
            try:
                store = open_store(self.place.address, self.place.secret)
                try:
                    check_marker(store, self.recipient)
                    work(store)
                finally:
                    store.close()
            except PlaceAway as reason:
                self._fail(str(reason))
            except OSError as error:  # of our own disk
                self._fail(f"This machine: {error.strerror or error}")
            except Exception as error:
                _log.exception("place %s", self.place.key)
                self._fail(type(error).__name__)
            if self.ending.is_set():
                return
            rest = 1.0 if time.monotonic() - begun > LONGEST_REST_SECONDS else rest
            self.stopped.wait(rest)
            rest = min(rest * 2, LONGEST_REST_SECONDS)

    def _fail(self, reason: str) -> None:
        if not self.error:
            self.failed_at = now_ms()
            _log.warning("place %s: %s", self.place.key, reason)
        self.error = reason

    # The lane of changes, attached files and settings.

    def _ship_changes(self, store: Store) -> None:
        shipped = self._shipped(store)
        files = _Files(self.replica.home, {name for name, _ in store.names(FILES)})
        settings, look_at = "", 0.0
        mark_at, all_at = (time.monotonic() + each for each in (LOOK_AT_MARK_SECONDS, LOOK_AT_ALL_SECONDS))
        while not self.stopped.is_set():
            seen_at, newest = now_ms(), self.replica.newest(shipped)
            if newest == shipped:
                first, last = self.replica.changes() if not self.replica.change(shipped).exists() else (0, 0)
                if last > shipped:  # what lies between is in the hours, which the other lane brings
                    shipped = first - 1
                    continue
            if newest > shipped:
                shipped = self._ship_some(store, shipped, min(newest, shipped + MOST_AT_ONCE))
                continue
            if time.monotonic() >= look_at:
                settings = self._ship_settings(store, settings)
                look_at = time.monotonic() + LOOK_AT_STANDING_SECONDS
            if time.monotonic() >= mark_at:
                check_marker(store, self.recipient)
                mark_at = time.monotonic() + LOOK_AT_MARK_SECONDS
            if time.monotonic() >= all_at:
                shipped = self._unbroken(store, shipped)
                all_at = time.monotonic() + LOOK_AT_ALL_SECONDS
            if path := files.next():
                self._ship_file(store, path)
                continue
            self._is_whole(seen_at, shipped)
            if self.ending.is_set():
                return
            self.stopped.wait(LOOK_SECONDS)

    def _shipped(self, store: Store) -> int:
        """The last change that the place has; where it has none yet, that of the whole copy it begins with."""
        names = [name for name, _ in store.names(self.replica.line)]
        single = [one.last for one in _parcels(names) if one.kind in {"now", "hour"}]
        while not single and not self.founded.wait(LOOK_SECONDS):
            if self.stopped.is_set() or self.ending.is_set():
                return 0
        return max(
            single or [one.last for one in _parcels(name for name, _ in store.names(self.replica.line))]
        )

    def _unbroken(self, store: Store, shipped: int) -> int:
        """The last change to which what the place has leads: what was deleted behind it is put there again."""
        chosen, _ = path_back(_parcels(name for name, _ in store.names(self.replica.line)), FOR_EVER_MS)
        if not chosen or chosen[-1].last >= shipped:
            return shipped
        _log.warning(
            "place %s lost what it had after %016x; it is put there again", self.place.key, chosen[-1].last
        )
        return chosen[-1].last

    def _ship_some(self, store: Store, shipped: int, last: int) -> int:
        paths = [self.replica.change(number) for number in range(shipped + 1, last + 1)]
        parcel = Parcel(self.replica.line, "now", shipped + 1, last, stamp_of(paths[-1]))
        self._put(store, parcel.name, [(f"{self.replica.files_in}/0/{path.name}", path) for path in paths])
        return last

    def _is_whole(self, seen_at: int, shipped: int) -> None:
        self.error = "" if self.founded.is_set() else self.error
        if self.founded.is_set():
            self.whole_at = self.replica.whole_since(shipped, seen_at) or self.whole_at

    def _ship_settings(self, store: Store, before: str) -> str:
        files = [(name, self.replica.home / name) for name in SMALL]
        files += [(VERSION, self.replica.folder / VERSION)]
        files += [
            (f"{SECRETS}/{path.name}", path) for path in sorted((self.replica.home / SECRETS).glob("*.json"))
        ]
        there = [(name, path) for name, path in files if path.exists()]
        now = hashlib.sha256(b"".join(path.read_bytes() for _, path in there)).hexdigest()
        if now != before:
            self._put(store, SETTINGS, there)
        return now

    def _ship_file(self, store: Store, path: Path) -> None:
        with self._room() as room, path.open("rb") as file:
            pyrage.encrypt_io(file, room, [self.recipient])
            room.seek(0)
            store.put(f"{path.relative_to(self.replica.home).as_posix()}{AGE}", room)

    # The lane of whole copies, sums and packed hours, which also clears away.

    def _ship_standing(self, store: Store) -> None:
        there: set[str] = set()
        self.founded.clear()
        singles, cleaned, listed = 0, -CLEAN_SECONDS, -LOOK_AT_ALL_SECONDS
        while not self.stopped.is_set():
            if time.monotonic() - listed > LOOK_AT_ALL_SECONDS:
                there = {name for name, _ in store.names(self.replica.line)}
                listed = time.monotonic()
            for parcel, files in self.replica.standing():
                if _is_wanted(parcel, there, self.replica.whole_every_ms) and not self.stopped.is_set():
                    self._ship_one(store, parcel, files)
                    there.add(parcel.name)
            if any(one.kind == WHOLE for one in _parcels(there)):
                self.founded.set()
            hours = max((one.last for one in _parcels(there) if one.kind == "hour"), default=0)
            if hours > singles:
                self._clear_singles(store, hours)
                singles = hours
            if time.monotonic() - cleaned > CLEAN_SECONDS:
                self._clear_old(store)
                cleaned = time.monotonic()
            if self.ending.is_set():
                return
            self.stopped.wait(LOOK_AT_STANDING_SECONDS if self.founded.is_set() else LOOK_AT_FILES_SECONDS)

    def _ship_one(self, store: Store, parcel: Parcel, files: list[tuple[str, Path]]) -> None:
        if files:
            self._put(store, parcel.name, files)
        else:
            with self.replica.packed(parcel).open("rb") as packed:
                store.put(parcel.name, packed)

    def _clear_singles(self, store: Store, last: int) -> None:
        """Single changes go when the hours that hold them are there."""
        for name, _ in list(store.names(f"{self.replica.line}/now")):
            if (one := Parcel.named(name)) and one.last <= last:
                store.delete(name)

    def _clear_old(self, store: Store) -> None:
        """Keep what it takes to go back thirty days; attached files go thirty days after they went from the home."""
        lines: dict[str, list[Parcel]] = {}
        for one in _parcels(name for name, _ in store.names("")):
            lines.setdefault(one.line, []).append(one)
        for line, parcels in lines.items():
            is_over = line != self.replica.line and max(one.at for one in parcels) < now_ms() - GOES_BACK_MS
            for one in parcels if is_over else outlived(parcels, now_ms()):
                store.delete(one.name)
        self._clear_files(store)

    def _clear_files(self, store: Store) -> None:
        noted = self.replica.folder / f"gone-{self.place.key}.json"
        before: dict[str, int] = json.loads(noted.read_text()) if noted.exists() else {}
        there = [name for name, _ in store.names(FILES)]
        gone = [name for name in there if not (self.replica.home / name.removesuffix(AGE)).exists()]
        since = {name: before.get(name, now_ms()) for name in gone}
        for name in [name for name, at in since.items() if at < now_ms() - GOES_BACK_MS]:
            store.delete(name)
            del since[name]
        noted.write_text(json.dumps(since))

    def _put(self, store: Store, name: str, files: list[tuple[str, Path]]) -> None:
        with self._room() as room:
            seal(files, self.recipient, room)
            room.seek(0)
            store.put(name, room)

    def _room(self) -> IO[bytes]:
        """Where something is encrypted before it goes: a large file without a name, which no kill leaves behind."""
        room = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(self.replica.folder))  # noqa: SIM115
        return cast("IO[bytes]", room)


def _is_wanted(parcel: Parcel, there: set[str], whole_every_ms: int) -> bool:
    """Whether a place with these lacks it. Of the daily whole copies it is given one a week where sums of changes lead
    from one to the next, and no sum that begins with the first change of a line, which is a whole copy too."""
    if parcel.kind == WHOLE:
        newest = max((one.at for one in _parcels(there) if one.kind == WHOLE), default=0)
        return parcel.name not in there and parcel.at - newest >= whole_every_ms
    return parcel.name not in there and (parcel.least > 1 or parcel.kind == "hour")


def _parcels(names: Iterable[str]) -> list[Parcel]:
    return [one for name in names if (one := Parcel.named(name))]


class _Files:
    """The attached files that a place lacks. A folder is read again only when something in it changed."""

    def __init__(self, home: Path, there: set[str]) -> None:
        self._home, self._there = home, there
        self._seen: dict[Path, tuple[int, list[Path]]] = {}
        self._waiting: list[Path] = []
        self._next_look = 0.0

    def next(self) -> Path | None:
        """One that is to be shipped now."""
        if not self._waiting and time.monotonic() > self._next_look:
            self._next_look = time.monotonic() + LOOK_AT_FILES_SECONDS
            self._look()
        while self._waiting:
            path = self._waiting.pop()
            if path.exists():
                self._there.add(f"{path.relative_to(self._home).as_posix()}{AGE}")
                return path
        return None

    def _look(self) -> None:
        folders = [self._home / FILES]
        while folders:
            folder = folders.pop()
            try:
                changed = folder.stat().st_mtime_ns
            except FileNotFoundError:
                continue
            if self._seen.get(folder, (0, []))[0] != changed:
                is_settled = self._note(folder)
                below = [each for each in folder.iterdir() if each.is_dir()]
                self._seen[folder] = (changed if is_settled else 0, below)
            folders += self._seen[folder][1]

    def _note(self, folder: Path) -> bool:
        """Note what is lacking from a folder; answers whether nothing in it is still being written."""
        files = [path for path in folder.iterdir() if path.is_file()]
        lacking = [
            path for path in files if f"{path.relative_to(self._home).as_posix()}{AGE}" not in self._there
        ]
        still = [path for path in lacking if 0 <= time.time() - path.stat().st_mtime < SETTLED_SECONDS]
        self._waiting += [path for path in lacking if path not in still]
        return not still
