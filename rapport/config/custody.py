"""The commands by which a firm keeps its records: `backup`, `place`, `restore`, `open` and `drill`."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.config import lock

if TYPE_CHECKING:
    from rapport.doors.operations.copies.rules import Manifest

USAGE_ERROR = 2


def add(
    command: Callable[..., argparse.ArgumentParser], address: Callable[[argparse.ArgumentParser], None]
) -> None:
    """Add the five to what can be typed: `command` makes one, `address` gives it --host, --port and --workers."""
    backup = command(
        "backup",
        _backup,
        "write one encrypted file that holds the whole home",
        "rapport backup --to usb/monday.rapport.age",
    )
    backup.add_argument(
        "--to", metavar="FILE", type=Path, help="a new file; else one in the home's folder backups"
    )
    restore = command(
        "restore",
        _restore,
        "put a backup in the place of the home, which is moved aside",
        "rapport restore monday.rapport.age --key recovery.key",
    )
    restore.add_argument("--into", metavar="DIR", type=Path, help="another folder than RAPPORT_HOME")
    look = command(
        "open",
        _open,
        "serve a backup to be read, beside the home and without touching it",
        "rapport open monday.rapport.age --key recovery.key --port 8001",
    )
    for each in (restore, look):
        each.add_argument("file", metavar="FILE", type=Path, nargs="?", help="a backup")
        each.add_argument(
            "--from",
            dest="place",
            metavar="PLACE",
            help="instead: a folder, sftp://… or s3://… that has the copy",
        )
        each.add_argument(
            "--at",
            metavar="MOMENT",
            type=_moment,
            help="as it was then: 2026-11-20T14:30:05, in UTC unless it says",
        )
    address(look)
    for each in (restore, look, _add_drill(command)):
        each.add_argument("--key", metavar="FILE", type=Path, help="the recovery key; else the home's own")
    _add_place(command)


def _add_drill(command: Callable[..., argparse.ArgumentParser]) -> argparse.ArgumentParser:
    drill = command(
        "drill", _drill, "try whether a backup can be restored", "rapport drill --file monday.rapport.age"
    )
    drill.add_argument("--file", metavar="FILE", type=Path, help="else the newest in the home")
    drill.add_argument(
        "--place", metavar="PLACE", help="instead: a place of this home, by name, number or address"
    )
    drill.add_argument("--json", action="store_true", help="one line of JSON, for scripts")
    return drill


def _add_place(command: Callable[..., argparse.ArgumentParser]) -> None:
    place = command(
        "place",
        _place,
        "say where a copy is made while one works: another disk, SFTP, S3",
        "rapport place add /media/usb/rapport --name 'The disk on the shelf'",
    )
    place.add_argument("deed", metavar="DEED", choices=["add", "list", "try", "pause", "resume", "remove"])
    place.add_argument(
        "place", metavar="PLACE", nargs="?", default="", help="its address, or its name or number"
    )
    place.add_argument("--name", help="how it is called (else the address)")


def home() -> Path:
    """RAPPORT_HOME, or where it is unless that is set."""
    return Path(os.environ.get("RAPPORT_HOME", "~/.local/share/rapport")).expanduser().resolve()


def _backup(chosen: argparse.Namespace) -> int:
    return call("backup", *(["--to", str(chosen.to)] if chosen.to else []))


def _drill(chosen: argparse.Namespace) -> int:
    words = ["--json"] if chosen.json else []
    for name in ("file", "place", "key"):
        if value := getattr(chosen, name):
            words += [f"--{name}", str(value)]
    return call("drill", *words)


def _place(chosen: argparse.Namespace) -> int:
    return call("place", chosen.deed, chosen.place, *(["--name", chosen.name] if chosen.name else []))


def call(name: str, *words: str) -> int:
    """Run a management command on what is there: the home is not brought up to date, and no database is made."""
    if not home().is_dir():
        return refuse(f"There is no home in {home()}. RAPPORT_HOME says where yours is.")
    from django.core.management import CommandError, call_command

    from rapport.config import loading, sqlite

    loading.load()
    sqlite.must_exist = True
    try:
        call_command(name, *words)
    except CommandError as reason:
        return refuse(str(reason))
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    into = (chosen.into or home()).expanduser().resolve()
    key = chosen.key or into / "backup.key"
    if reason := _cannot_read(chosen, key):
        return refuse(reason)
    try:
        held = lock.hold(into / "serve.lock") if into.is_dir() else None
    except lock.HeldError as other:
        return refuse(f"{into} is being served (process {other}). Stop that server first.")
    # Asked to end, it clears away what it began.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="rapport-restore-") as bare:
        _set_up(Path(bare))
        from django.core.management import CommandError

        from rapport.doors.operations.copies.services import CopyRefused, postgresql, restore
        from rapport.foundation.kernel.clock.rules import now

        try:
            put = postgresql.recovery.put_records
            manifest, aside = restore(into, lambda new: put(new, _bring(chosen, new, key)), at=now())
        except (CopyRefused, CommandError) as refusal:
            return refuse(str(refusal))
        finally:
            if held:
                held.close()
    print(f"{into} is as it was on {manifest.made_at:%Y-%m-%d at %H:%M:%S} UTC.")
    if aside:
        from rapport.doors.operations.upgrades.services.moving import take_along

        take_along(aside, into)
        print(f"What was there before is in {aside}.")
    print("\n".join(postgresql.recovery.next_steps(into)))
    return 0


def _open(chosen: argparse.Namespace) -> int:
    key = chosen.key or home() / "backup.key"
    if reason := _cannot_read(chosen, key):
        return refuse(reason)
    scratch = Path(tempfile.mkdtemp(prefix="rapport-open-"))
    try:
        os.environ.pop("RAPPORT_DATABASE_URL", None)
        _set_up(scratch)
        from django.core.management import CommandError

        from rapport.config import serving
        from rapport.doors.operations.copies.services import CopyRefused, postgresql

        manifest = _bring(chosen, scratch, key)
        with postgresql.recovery.to_be_used(scratch) as environment:
            os.environ.update(environment, RAPPORT_READ_ONLY=manifest.made_at.isoformat())
            print(
                f"A copy of {manifest.made_at:%Y-%m-%d %H:%M} UTC, to be read. End with Ctrl-C.", flush=True
            )
            return serving.serve(serving.Plan(scratch, chosen.host, chosen.port, chosen.workers))
    except (CopyRefused, CommandError, serving.CannotServe) as refusal:
        return refuse(str(refusal))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _bring(chosen: argparse.Namespace, scratch: Path, key: Path) -> "Manifest":
    """Bring a home back into a bare folder: from a backup, or from a place."""
    from rapport.doors.operations.copies.management.commands.place import ask_secret
    from rapport.doors.operations.copies.services import Wanted, fetch, parsed, unpack

    if chosen.file:
        return unpack(chosen.file, scratch, key=key)
    address = parsed(chosen.place)
    return fetch(Wanted(address, ask_secret(address), chosen.at), scratch, key=key)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no moment such as 2026-11-20T14:30:05") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _cannot_read(chosen: argparse.Namespace, key: Path) -> str:
    if bool(chosen.file) == bool(chosen.place):
        return "Say what is to be brought back: a backup FILE, or --from PLACE."
    if chosen.file and chosen.at:
        return "A backup is of one moment. --at goes with --from PLACE."
    if chosen.file and not chosen.file.is_file():
        return f"There is no file {chosen.file}."
    return "" if key.is_file() else "The backup is encrypted. Say where its recovery key is: --key FILE"


def _set_up(bare: Path) -> None:
    """Know what this version knows, without a look at any home."""
    os.environ["RAPPORT_HOME"] = str(bare)
    from rapport.config import loading

    loading.load()


def refuse(reason: str) -> int:
    """Say why a command is not carried out, for whoever typed it; answers its exit code."""
    print(f"rapport: {reason}", file=sys.stderr)
    return USAGE_ERROR
