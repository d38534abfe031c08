"""One run from its beginning to its end: what was asked for, step by step, each told in the home as it happens."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from rapport.doors.operations.upgrades.queries import changes, current, kept_database, last_run
from rapport.doors.operations.upgrades.rules import (
    ASKED,
    BACK,
    DATABASE,
    FOLDER,
    LOOK,
    REHEARSE,
    RUN,
    UPGRADE,
    Asked,
    Place,
    Run,
    Step,
    is_fresh,
    is_newer,
    news_since,
    room_needed,
)
from rapport.doors.operations.upgrades.services import trying
from rapport.doors.operations.upgrades.services.bundles import UpgradeRefused, newest
from rapport.doors.operations.upgrades.services.installing import install, package_of
from rapport.doors.operations.upgrades.services.moving import (
    Held,
    begin_move,
    end_move,
    gather,
    set_heads_aside,
    to_disk,
)

# What a switch takes beside the copy and the migration: the new version starts while the old one ends.
SWITCH_SECONDS = 3.0


class House(Protocol):
    """Who serves the home while it is upgraded."""

    def close(self, to: Place) -> None:
        """Let nothing be written from now on, and go on letting it be read; begin to start `to`, which waits."""

    def change(self) -> None:
        """End whoever reads, for the database is to be moved."""

    def answers(self) -> bool:
        """Let it in, and say whether it answers within a reasonable time."""


class Journey:
    """A run as it stands in the home, for whoever looks."""

    def __init__(self, home: Path, run: Run, also: Callable[[Run], None]) -> None:
        self.home, self.run, self._also = home, run, also

    def tell(self, **change: object) -> None:
        """Write what is known by now: all of it or nothing."""
        self.run = replace(self.run, **change)
        path = self.home / FOLDER / RUN
        path.parent.mkdir(exist_ok=True, mode=0o700)
        mine = path.with_name(f".{RUN}")
        mine.write_text(self.run.as_json())
        mine.replace(path)
        self._also(self.run)

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Time a step; what is put into the list is told of it."""
        self.tell(doing=name)
        begun, said = time.monotonic(), list[str]()
        yield said
        self.run = self.run.after(Step(name, round(time.monotonic() - begun, 2), " ".join(said)))
        self.tell()


def carry_out(
    home: Path, asked: Asked, house: House, *, clock: Callable[[], datetime], tell: Callable[[Run], None]
) -> Run:
    """Do what was asked for, and `tell` each step; answers how it went.

    Never raises for what an upgrade may meet: that is a run which failed, with its reason."""
    ours, before = current(home).place, last_run(home)  # whose place this run takes
    journey = Journey(home, Run(asked.what, ours.version, clock(), asked.key), tell)
    try:
        journey.tell()
        take_word(home, asked.as_json())
        if asked.what == BACK:
            _go_back(journey, house, asked, clock)
        else:
            _go_on(journey, house, asked, before, clock)
        journey.tell(ok=True, ended_at=clock())
    except (UpgradeRefused, OSError, sqlite3.Error) as reason:
        # Where there is no room at all, not even this can be told; whoever asked hears it all the same.
        journey.run = replace(journey.run, ended_at=clock(), doing="", reason=_words(reason))
        with suppress(OSError):
            journey.tell()
    return journey.run


def _words(reason: Exception) -> str:
    return f"{reason.strerror}: {reason.filename}" if isinstance(reason, OSError) else str(reason)


def _go_on(
    journey: Journey, house: House, asked: Asked, before: Run | None, clock: Callable[[], datetime]
) -> None:
    home = journey.home
    with trying.scratch_home(home) as scratch:
        with journey.step("look") as said:
            version, bundle = newest(home, asked.source, scratch=scratch)
            version = asked.to or version
            said.append(version)
            journey.tell(to=version)
            _refuse_what_is_not_newer(version, journey.run.version)
        if asked.what == LOOK:
            return
        with journey.step("room") as said:
            said.append(_room(home))
        with journey.step("install"):
            place = install(home, version, bundle)
        journey.tell(news=news_since(journey.run.version, changes(package_of(place))))
        if asked.what == REHEARSE or not is_fresh(before, place.version, journey.run):
            closed = _rehearse(journey, place, scratch)
            journey.tell(closed_seconds=round(closed + SWITCH_SECONDS, 1))
            for rest in scratch.glob(f"{DATABASE}*"):
                rest.unlink()
        if asked.what == UPGRADE:
            _switch(journey, house, place, scratch, clock)


def _refuse_what_is_not_newer(version: str, ours: str) -> None:
    if not is_newer(version, ours):
        raise UpgradeRefused(
            f"{version} is not newer than {ours}, which runs here."
            if version
            else f"There is none newer than {ours}."
        )


def _room(home: Path) -> str:
    free, needed = shutil.disk_usage(home).free, room_needed((home / DATABASE).stat().st_size)
    if free < needed:
        raise UpgradeRefused(
            f"It needs {needed / 2**30:.1f} GiB free on the home's disk, and {free / 2**30:.1f} are. Make room first."
        )
    return f"{free / 2**30:.1f} GiB free"


def _rehearse(journey: Journey, place: Place, scratch: Path) -> float:
    """All of it on a copy, as if in earnest; answers how long nothing could have been written."""
    with journey.step("copy"):
        trying.Copy(journey.home, scratch).close()
    rows = trying.counted(scratch / DATABASE)
    begun = time.monotonic()
    with journey.step("migrate") as said:
        trying.migrate(place, scratch)
        said.append(_kept_rows(rows, trying.counted(scratch / DATABASE)))
    took = time.monotonic() - begun
    with journey.step("use") as said:
        said.append(trying.use(place, scratch))
    return took


def _kept_rows(before: dict[str, int], after: dict[str, int]) -> str:
    """A table may go with its feature; one that stays keeps its rows."""
    fewer = [name for name, rows in before.items() if after.get(name, rows) < rows]
    if fewer:
        raise UpgradeRefused(
            f"{len(fewer)} tables would lose rows ({', '.join(fewer[:3])}). Nothing was changed."
        )
    return f"{sum(before.values())} rows in {len(before)} tables"


def _switch(
    journey: Journey, house: House, place: Place, scratch: Path, clock: Callable[[], datetime]
) -> None:
    """In earnest. Reading goes on from the old version; what was acknowledged is in the copy, for it was brought up to
    date after the last place to write was taken."""
    home = journey.home
    with journey.step("copy"):
        copy = trying.Copy(home, scratch)
    with closing(copy):
        with journey.step("close"):
            house.close(place)
            begun, held = time.monotonic(), Held(home)
        with closing(held):
            with journey.step("copy again"):
                copy.catch_up()
                mark = last_change(scratch / DATABASE)
            with journey.step("migrate again"):
                trying.migrate(place, scratch)
                gather(scratch / DATABASE)
            _put(journey, house, place, scratch / DATABASE, held)
    _prove(journey, house, place, mark, clock)
    journey.tell(closed_seconds=round(time.monotonic() - begun, 1))


def _put(journey: Journey, house: House, place: Place, database: Path, held: Held) -> None:
    with journey.step("switch"):
        begin_move(journey.home, place)
        house.change()
        held.replace_by(database)


def _prove(journey: Journey, house: House, place: Place, mark: int, clock: Callable[[], datetime]) -> None:
    with journey.step("answer"):
        if not house.answers():
            raise UpgradeRefused(f"{place.version} did not answer as it should.")
        end_move(journey.home, place, mark=mark, at=clock())


def _go_back(journey: Journey, house: House, asked: Asked, clock: Callable[[], datetime]) -> None:
    home, here = journey.home, current(journey.home)
    with journey.step("look") as said:
        if here.before is None or not kept_database(home, here.before.version).exists():
            raise UpgradeRefused(
                f"Nothing is kept of what was before {here.place.version}. A backup is the way back."
            )
        said.append(here.before.version)
        journey.tell(to=here.before.version)
        _what_would_be_lost(home, here.mark, even_so=asked.even_so)
    with trying.scratch_home(home) as scratch:
        with journey.step("copy"):
            shutil.copyfile(kept_database(home, here.before.version), scratch / DATABASE)
            to_disk(scratch / DATABASE)
        with journey.step("close"):
            house.close(here.before)
            begun, held = time.monotonic(), Held(home)
        with closing(held):
            with journey.step("copy again") as said:
                said.append(_what_would_be_lost(home, here.mark, even_so=asked.even_so))
            _put(journey, house, here.before, scratch / DATABASE, held)
    _prove(journey, house, here.before, here.mark, clock)
    set_heads_aside(home, here.place.version)
    journey.tell(closed_seconds=round(time.monotonic() - begun, 1))


def _what_would_be_lost(home: Path, mark: int, *, even_so: bool) -> str:
    since = _acts_after(home / DATABASE, mark)
    if since > 0 and not even_so:
        raise UpgradeRefused(
            f"{since} things were done since the upgrade, and would not be there. "
            "To go back all the same: rapport upgrade --back --even-so. They are kept in the home, not deleted."
        )
    return f"{since} things done since"


def last_change(database: Path) -> int:
    """The key of the last change that its ledger holds."""
    return _number(database, "SELECT coalesce(max(id), 0) FROM ledger_change WHERE id > ?", -1)


def _acts_after(database: Path, mark: int) -> int:
    return _number(database, "SELECT count(DISTINCT act_id) FROM ledger_change WHERE id > ?", mark)


def _number(database: Path, question: str, value: int) -> int:
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute(question, [value]).fetchone()[0])


def leave_word(home: Path, asked: Asked) -> None:
    """Leave word for the server of the home: only that can end and begin it. Raises UpgradeRefused."""
    path = home / FOLDER / ASKED
    path.parent.mkdir(exist_ok=True, mode=0o700)
    mine = path.with_name(f".{ASKED}.{os.getpid()}")
    mine.write_text(asked.as_json())
    try:
        os.link(mine, path)
    except FileExistsError:
        raise UpgradeRefused("Another upgrade is asked for already.") from None
    finally:
        mine.unlink()


def take_word(home: Path, words: str) -> None:
    """Take the word away again, if it is this one that lies there: the run stands in the home by then, so that whoever
    looks finds one or the other."""
    path = home / FOLDER / ASKED
    with suppress(FileNotFoundError):
        if path.read_text() == words:
            path.unlink()
