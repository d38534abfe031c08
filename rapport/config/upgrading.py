"""`rapport upgrade`, and the hand-over of every command to the version that the home is served by."""

import argparse
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.config import lock
from rapport.config.custody import home as home_folder
from rapport.config.custody import refuse
from rapport.doors.operations.upgrades import queries
from rapport.doors.operations.upgrades.rules import (
    BACK,
    DATABASE,
    FOLDER,
    LOCK,
    LOOK,
    REHEARSE,
    UPGRADE,
    Asked,
    Place,
    Run,
    Step,
)
from rapport.foundation.kernel.ledger.rules import Refused

if TYPE_CHECKING:
    from rapport.doors.operations.upgrades.services import House

FAILED = 1
LOOK_SECONDS = 0.1
# A served home begins within this what it was asked for.
BEGIN_SECONDS = 15.0
LABELS = {
    "look": "look for the version",
    "room": "room on the disk",
    "install": "install it beside this one",
    "copy": "copy the database",
    "migrate": "bring the copy up to date",
    "use": "start it on the copy, sign in, read",
    "close": "take nothing more; reading goes on",
    "copy again": "copy what was added since",
    "migrate again": "bring that up to date",
    "switch": "put it in its place",
    "answer": "wait for its answer",
}


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add it to what can be typed."""
    upgrade = command(
        "upgrade",
        _upgrade,
        "put a newer version in the place of this one, or go back",
        "rapport upgrade --from rapport-0.2.0.bundle.zip",
    )
    upgrade.add_argument("--to", metavar="VERSION", default="", help="else the newest that can be had")
    upgrade.add_argument(
        "--from",
        dest="source",
        metavar="BUNDLE",
        default="",
        help="else what lies in the home, or RAPPORT_INDEX",
    )
    deed = upgrade.add_mutually_exclusive_group()
    deed.add_argument("--check", action="store_true", help="only say whether there is a newer one")
    deed.add_argument("--rehearse", action="store_true", help="only try it, on a copy of the records")
    deed.add_argument("--back", action="store_true", help="go back to the version before")
    deed.add_argument(
        "--bundle", metavar="FILE", type=Path, help="only write a version with all it needs into one file"
    )
    upgrade.add_argument("--even-so", action="store_true", help="go back though things were done since")
    upgrade.add_argument("--json", action="store_true", help="one line of JSON, for scripts")


def hand_over(words: Sequence[str]) -> None:
    """Become the version that the home is served by, if that is newer than the one that was typed."""
    home = home_folder()
    python = queries.newer_python(home)
    if not python:
        return
    from rapport.doors.operations.upgrades.services.installing import environment_of

    environment = environment_of(Place("", python), home)
    command = [python, "-m", "rapport.config.command", *words]
    if sys.platform == "win32":
        import subprocess

        raise SystemExit(subprocess.run(command, env=environment, check=False).returncode)
    os.execve(python, command, environment)  # noqa: S606


def _upgrade(chosen: argparse.Namespace) -> int:
    home = home_folder()
    try:
        if chosen.bundle:
            return _bundle(chosen)
        if os.environ.get("RAPPORT_DATABASE_URL"):
            return refuse(ON_POSTGRESQL)
        if not (home / DATABASE).exists():
            return refuse(f"There is no home in {home}. RAPPORT_HOME says where yours is.")
        run = _run(home, _asked(chosen), _silent if chosen.json else _say)
    except Refused as reason:
        return refuse(str(reason))
    print(json.dumps(json.loads(run.as_json()) | {"seconds": run.seconds}) if chosen.json else _told(run))
    if run.reason and not chosen.json:
        print(f"rapport: {run.reason}", file=sys.stderr)
    return 0 if run.ok else FAILED


ON_POSTGRESQL = (
    "The records are in PostgreSQL, and only a copy of SQLite can be tried beside the one in use. Stop the server, "
    "make a backup (rapport backup), install the new version with pip, and serve it: it brings the database up to "
    "date. The way back is that backup."
)


def _asked(chosen: argparse.Namespace) -> Asked:
    what = LOOK if chosen.check else REHEARSE if chosen.rehearse else BACK if chosen.back else UPGRADE
    source = str(Path(chosen.source).expanduser().resolve()) if chosen.source else ""
    return Asked(what, secrets.token_hex(8), chosen.to, source, chosen.even_so)


def _run(home: Path, asked: Asked, tell: Callable[[Run], None]) -> Run:
    """Do it ourselves, or have it done by the server that serves the home: only that can end and begin it."""
    from rapport.config import changing
    from rapport.doors.operations.upgrades.services import step_back

    if asked.what in {LOOK, REHEARSE}:
        return _carry_out(home, asked, changing.Nobody(), tell)
    try:
        held = lock.hold(home / "serve.lock")
    except lock.HeldError:
        return _have_done(home, asked, tell)
    with held, changing.Alone(home) as house:
        step_back(home)
        try:
            return _carry_out(home, asked, house, tell)
        finally:
            house.end()
            step_back(home)


def _carry_out(home: Path, asked: Asked, house: "House", tell: Callable[[Run], None]) -> Run:
    from rapport.doors.operations.upgrades.services import carry_out
    from rapport.foundation.kernel.clock.rules import now

    try:
        held = lock.hold(home / FOLDER / LOCK)
    except lock.HeldError as other:
        raise Refused(f"Another upgrade is under way (process {other}).") from None
    with held:
        return carry_out(home, asked, house, clock=now, tell=tell)


def _have_done(home: Path, asked: Asked, tell: Callable[[Run], None]) -> Run:
    """Ask the server, and follow what it tells."""
    from rapport.doors.operations.upgrades.services import leave_word

    leave_word(home, asked)
    until, last = time.monotonic() + BEGIN_SECONDS, None
    while True:
        time.sleep(LOOK_SECONDS)
        run = queries.last_run(home)
        if run is not None and run.key == asked.key:
            if run != last:
                tell(run)
            if run.ended_at:
                return run
            until, last = time.monotonic() + BEGIN_SECONDS, run
            if not lock.is_held(home / FOLDER / LOCK):
                raise Refused("It was broken off. The version before serves on; see what the server says.")
        elif time.monotonic() > until:
            raise Refused(
                "The server that serves this home does not begin. Start it again, or stop it first."
            )


def _bundle(chosen: argparse.Namespace) -> int:
    from rapport.doors.operations.upgrades.services.bill import SUFFIX
    from rapport.doors.operations.upgrades.services.bundles import add_requirements, bill, fetch, pack

    to: Path = chosen.bundle.expanduser().resolve()
    if to.exists():
        return refuse(f"{to} exists already.")
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=to.parent) as scratch:
        folder = Path(scratch)
        if chosen.source:
            wheel = Path(chosen.source)
            (folder / wheel.name).write_bytes(wheel.read_bytes())
            add_requirements(folder)
        else:
            fetch(chosen.to, folder)
        pack(folder, folder / to.name)
        to.with_name(to.name + SUFFIX).write_text(bill(folder))
        (folder / to.name).rename(to)
    print(f"{to}, {to.stat().st_size / 2**20:.0f} MiB")
    return 0


def inner(words: Sequence[str]) -> int:
    """Ours alone: what the server of a home starts when somebody asked. It says on stdout what the server is to do."""
    from rapport.config import changing, lifeline

    lifeline.die_with_parent()
    asked = Asked.from_json(words[0])
    try:
        return 0 if _carry_out(home_folder(), asked, changing.ByTheServer(), _silent).ok else FAILED
    except Refused as reason:
        return refuse(str(reason))


def _silent(run: Run) -> None:
    pass


_said: set[int] = set()


def _say(run: Run) -> None:
    """Each step once, as it is done."""
    for at, step in enumerate(run.steps):
        if at not in _said:
            _said.add(at)
            print(_line(step), flush=True)


def _line(step: Step) -> str:
    return f"{LABELS[step.name]}: {step.seconds:.1f} s{f', {step.detail}' if step.detail else ''}"


def _told(run: Run) -> str:
    lines = []
    for news in run.news:
        lines += [f"What {news.version} brings:", *(f"- {line}" for line in news.lines)]
    if run.what == LOOK:
        lines.append(f"{run.to} can be had; {run.version} runs here." if run.ok else "")
    elif run.ok and run.what == REHEARSE:
        lines.append(f"{run.to} works on a copy. Nothing could be written for about {run.closed_seconds} s.")
    elif run.ok:
        lines.append(f"{run.to} serves this home. Nothing could be written for {run.closed_seconds} s.")
    else:
        lines.append(f"{run.version} serves on, as before.")
    return "\n".join(filter(None, lines))
