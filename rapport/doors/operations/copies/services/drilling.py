"""Tries whether a backup can be restored: unpacked, checked, started, signed in to, and read."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from msgspec.structs import replace

from rapport.doors.operations.copies.models import Place
from rapport.doors.operations.copies.queries import RESULT, copy_state, drill_file, secret_of
from rapport.doors.operations.copies.rules import DATABASE, Drill, Manifest, address_of, age_finding
from rapport.doors.operations.copies.services import postgresql, snapshot
from rapport.doors.operations.copies.services.fetching import Wanted, fetch
from rapport.doors.operations.copies.services.keys import NAME, CopyRefused
from rapport.doors.operations.copies.services.pages import pinned
from rapport.doors.operations.copies.services.unpacking import unpack
from rapport.foundation.kernel.checks.rules import Check

ANOTHER = "Make another backup and try that: rapport backup && rapport drill"
RECORDS = 10
START_SECONDS = 600
ARRIVES_SECONDS = 60.0


def drill(file: Path, home: Path, *, key: Path, at: datetime) -> Drill:
    """Restore `file` into a scratch home and use it; what was found is kept in `home`, whatever it is."""
    return _try(file.name, home, RESULT, lambda scratch: unpack(file, scratch, key=key), at)


def drill_place(place: Place, home: Path, *, at: datetime) -> Drill:
    """Bring this home back from a place, as it is now, and use it; every table is compared with what is here."""

    def bring(scratch: Path) -> Manifest:
        line, change, tables = _pin(home)
        _wait_for(home, place.pk)
        wanted = Wanted(address_of(place.address), secret_of(home, place.pk), line=line, change=change)
        return replace(fetch(wanted, scratch, key=home / NAME), tables=tables)

    return _try(place.name, home, drill_file(place.pk), bring, at)


def _pin(home: Path) -> tuple[str, int, dict[str, str]]:
    """One change, and the digests of what a reader sees who sees just that."""
    if settings.DATABASE_URL:
        return postgresql.tables.pin(home)
    with pinned(home) as (replica, change, reader):
        return replica.line, change, snapshot.digests_in(reader)


def _wait_for(home: Path, key: int) -> None:
    """Until a place has all that there is now."""
    since, until = datetime.now(UTC), time.monotonic() + ARRIVES_SECONDS
    while time.monotonic() < until:
        state = copy_state(home)
        mine = state.places.get(key) if state else None
        if mine and mine.whole_at and mine.whole_at > since:
            return
        time.sleep(0.2)
    raise CopyRefused((mine.error if mine else "") or "It does not get what is written here.")


def _try(name: str, home: Path, result: str, fill: Callable[[Path], Manifest], at: datetime) -> Drill:
    begun = time.monotonic()
    room = postgresql.programs.room_in(home) if settings.DATABASE_URL else home
    with tempfile.TemporaryDirectory(prefix=".drill-", dir=room) as scratch:
        try:
            manifest = fill(Path(scratch))
            findings = [
                Check("restore", ok=True, detail=_made(manifest)),
                *_look(Path(scratch), manifest, at),
            ]
        except (CopyRefused, postgresql.programs.Error) as refusal:
            findings = [Check("restore", ok=False, detail=str(refusal), fix=ANOTHER)]
    done = Drill(name, at, round(time.monotonic() - begun, 1), tuple(findings))
    mine = home / f"{result}.{os.getpid()}"
    mine.write_text(done.as_json())
    mine.rename(home / result)
    return done


def _made(manifest: Manifest) -> str:
    head = f", the ledger’s head is {manifest.head}" if manifest.head else ""
    return f"made by {manifest.version}{head}"


def _look(scratch: Path, manifest: Manifest, at: datetime) -> list[Check]:
    age = age_finding(manifest.made_at, at)
    with postgresql.recovery.server_of(scratch) as server:
        if server:
            rows = _rows(postgresql.recovery.digests_of(server), manifest)
            return [age, rows, _start(scratch, server.environment)]
    found = snapshot.integrity_of(scratch / DATABASE)
    findings = [age, Check("integrity", found == "ok", found, ANOTHER)]
    if found == "ok":
        findings += [
            _rows(snapshot.digests_of(scratch / DATABASE), manifest),
            _start(scratch, dict(os.environ)),
        ]
    return findings


def _rows(found: dict[str, str], manifest: Manifest) -> Check:
    differ = sorted(
        name for name in {*found, *manifest.tables} if found.get(name) != manifest.tables.get(name)
    )
    detail = (
        f"{len(differ)} tables differ: {', '.join(differ[:5])}"
        if differ
        else f"{len(found)} tables are equal"
    )
    return Check("rows", not differ, detail, ANOTHER)


def _start(scratch: Path, environment: dict[str, str]) -> Check:
    """In a process of its own, for it is another home than ours."""
    environment |= {
        "RAPPORT_HOME": str(scratch),
        "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        "RAPPORT_PARENT": str(os.getpid()),
    }
    environment.pop("RAPPORT_URL", None)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "rapport.config.lifeline", "django", "use_copy"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Check("start", ok=False, detail=f"not within {START_SECONDS} s", fix=ANOTHER)
    said = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines() or ["it said nothing"]
    return Check("start", done.returncode == 0, said[-1], ANOTHER)


def use() -> str:
    """Bring this home up to date, sign in as one who may, and read up to ten records; answers what was read.

    Raises CopyRefused when a page does not answer as it should."""
    from django.core.management import call_command
    from django.test import Client

    from rapport.doors.operations.copies.queries import pages_to_read, who_may_look

    call_command("migrate", interactive=False, verbosity=0)
    # Pictures and styles are this version's and in no copy: they need not be put in order to read records.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    user = who_may_look()
    browser = Client(headers={"host": "localhost"})
    if user is None:
        answer = browser.get("/accounts/login/")
        if answer.status_code != 200:
            raise CopyRefused(f"The door answers {answer.status_code}.")
        return "started; nobody can sign in yet, so no record was read"
    browser.force_login(user)
    pages = ["/", *pages_to_read(user, RECORDS)]
    for page in pages:
        status = browser.get(page).status_code
        if status != 200:
            raise CopyRefused(f"{page} answers {status}.")
    return f"started, signed in, read {len(pages) - 1} records"
