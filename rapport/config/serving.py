"""Runs a home: the web server and the worker as children, watched, and ended together.

The parent stays small (it never loads Django): it holds the lock on the home, starts its children, starts the
worker again should it die, and sees that a stop ends everything in time."""

import errno
import http.client
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING

from msgspec import Struct, field

from rapport.config import lock
from rapport.config.adopted import Child, adopted, kill
from rapport.config.lifeline import PARENT
from rapport.doors.operations.upgrades import queries
from rapport.doors.operations.upgrades.rules import ASKED, FOLDER
from rapport.foundation.kernel.checks.rules import NETWORK, file_system_of

if TYPE_CHECKING:
    from rapport.config.changing import Change

# A stop must be over within ten seconds. The children get eight to finish what they began; then they are ended.
GRACE_SECONDS = 8.0
# granian has been seen to hang on a SIGTERM during its start-up, when nothing was begun yet.
GRACE_WHILE_STARTING_SECONDS = 2.0
START_SECONDS = 60.0
LONGEST_REST_SECONDS = 30.0
LOOK_SECONDS = 0.1
# What works beside the web server, and the word by which it is started.
AT_WORK = {"worker": "_work", "copy": "_copy"}
# The folder of a home that is there once a place for copies was added.
PLACES = "places"
# Where somebody leaves word for the server: that another version be tried, or put in the place of this one.
ASKED_IN = f"{FOLDER}/{ASKED}"
MOUNTS = Path("/proc/mounts")
# Per worker: SQLite has one writer at a time anyway, and one long upload must not stop the others.
THREADS = 4


class CannotServe(Exception):
    """Why it cannot be served, in words for whoever typed the command."""


class Plan(Struct, frozen=True):
    """Where and how to serve. Port 0 takes any free one."""

    home: Path
    host: str
    port: int
    workers: int
    before: Sequence[str] = ()  # a command of ours to run on the migrated home first


class _Household(Struct):
    """The children, and whether we were told to stop."""

    children: dict[str, Child] = field(default_factory=dict)
    stopping: bool = False
    ready: bool = False
    change: "Change | None" = None
    rests: dict[str, float] = field(default_factory=dict)
    restart_at: dict[str, float] = field(default_factory=dict)

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True


def serve(plan: Plan) -> int:
    """Serve until told to stop; answers the exit code. Raises CannotServe before anything is begun."""
    household = _Household()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, household.stop)
    _refuse_network_disk(plan.home)
    with _lock(plan.home):
        try:
            if (found := adopted()) is None:
                port, code = _begin(plan, household)
            else:
                (household.children["web"], port), code = found, None
            return _watch(household, plan, port, code)
        finally:
            _end(household)


def _begin(plan: Plan, household: _Household) -> tuple[int, str | None]:
    _undo_what_was_broken_off(plan.home)
    port = _free_port(plan)
    household.children["web"] = web = _start(
        [*_web(plan, port), "prepare", *plan.before], stdout=subprocess.PIPE
    )
    return port, _prepared(web, household)


def _undo_what_was_broken_off(home: Path) -> None:
    """An upgrade that was killed on its way: the version and the database from before are put back."""
    if queries.current(home).moving_to:
        from rapport.doors.operations.upgrades.services import step_back

        step_back(home)
        _failed("an upgrade was broken off; the version from before serves on, with all its records.")


def _refuse_network_disk(home: Path) -> None:
    """SQLite would lose records there, and nobody would see it happen."""
    kind = file_system_of(str(home), MOUNTS.read_text()) if MOUNTS.exists() else ""
    if kind in NETWORK and not os.environ.get("RAPPORT_DATABASE_URL"):
        raise CannotServe(
            f"{home} lies on a network disk ({kind}), where SQLite loses records. Move it to a disk of this machine "
            "and say so with RAPPORT_HOME, or keep the records in PostgreSQL with RAPPORT_DATABASE_URL."
        )


def _lock(home: Path) -> IO[str]:
    try:
        return lock.hold(home / "serve.lock")
    except lock.HeldError as held:
        raise CannotServe(
            f"{home} is already being served (process {held}). Stop that server first, or give this one a "
            "home of its own with RAPPORT_HOME."
        ) from None


def _free_port(plan: Plan) -> int:
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((plan.host, plan.port))
        except OSError as error:
            raise CannotServe(_why_not(error, plan)) from None
        port: int = probe.getsockname()[1]
        return port


def _why_not(error: OSError, plan: Plan) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {plan.port} is in use. Choose another: rapport serve --port {plan.port + 1}"
    if error.errno == errno.EACCES:
        return f"Port {plan.port} is not ours to open. Choose one above 1023: rapport serve --port 8000"
    return f"{plan.host}:{plan.port} cannot be opened: {error.strerror or error}"


def _ours(*words: str) -> list[str]:
    return [sys.executable, "-m", "rapport.config.command", *words]


def _web(plan: Plan, port: int) -> list[str]:
    return _ours("_web", plan.host, str(port), str(plan.workers))


def be_web(host: str, port: int, workers: int) -> None:
    """Become the web server, for as long as our parent lives."""
    words = ["granian", "--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port)]
    words += ["--workers", str(workers), "--blocking-threads", str(THREADS), "--respawn-failed-workers"]
    words += ["--log-level", "error", "--workers-kill-timeout", "6", "rapport.config.web:application"]
    sys.argv = words
    runpy.run_module("granian", run_name="__main__", alter_sys=True)


def _start(command: list[str], stdout: int | None = None) -> subprocess.Popen[bytes]:
    """In a session of its own: a Ctrl-C at the terminal reaches us alone, and we end it in order."""
    environment = os.environ | {PARENT: str(os.getpid())}
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=stdout, start_new_session=True, env=environment
    )


def _prepared(web: subprocess.Popen[bytes], household: _Household) -> str | None:
    """Wait until it has brought the home up to date, or we are to stop; answers the home's first-run code."""
    if web.stdout is None:
        raise CannotServe("The home could not be prepared.")
    with web.stdout as answers:
        *said, answer = _all_of(answers, household).decode().splitlines() or [""]
    if household.stopping:  # what was begun is taken up at the next start
        return None
    try:
        code: str | None = json.loads(answer)["first_run_code"]
    except ValueError:  # it ended on its way
        web.wait()
        raise CannotServe("The home could not be prepared; the reason stands above.") from None
    for line in said:
        print(line, flush=True)
    return code


def _all_of(answers: IO[bytes], household: _Household) -> bytes:
    """What is said there until its end, or until we are to stop."""
    said = b""
    while not household.stopping:
        if select.select([answers], [], [], LOOK_SECONDS)[0]:
            if not (more := os.read(answers.fileno(), 65_536)):
                break
            said += more
    return said


def _watch(household: _Household, plan: Plan, port: int, code: str | None) -> int:
    give_up_at = time.monotonic() + START_SECONDS
    while not household.stopping:
        web, is_closed = (
            household.children["web"],
            household.change is not None and household.change.is_closed,
        )
        if web.poll() is not None and not is_closed:
            return _failed(f"the web server ended by itself (code {web.returncode}).")
        if not household.ready and _answers(port):
            household.ready = True
            # Only now: while the web server starts, its workers have the machine to themselves. A copy that is opened
            # to be read has none: what follows from its acts was done long ago.
            if not os.environ.get("RAPPORT_READ_ONLY"):
                household.children["worker"] = _start(_ours(AT_WORK["worker"]))
            print(_greeting(port, code), flush=True)
        if not household.ready and time.monotonic() > give_up_at:
            return _failed(f"no answer within {START_SECONDS:.0f} s.")
        if household.ready and not is_closed:
            _begin_copying(household, plan.home)
            for name in AT_WORK:
                _keep_working(household, name)
        if _change(household, plan, port):
            give_up_at = time.monotonic() + START_SECONDS
    return 0


def _change(household: _Household, plan: Plan, port: int) -> bool:
    """Carry out what was asked of the version that serves; whether that has ended and everything begins anew."""
    asked = plan.home / ASKED_IN
    if household.change is None and household.ready and asked.exists():
        from rapport.config.changing import Change

        household.change = Change(plan, port, household.children, asked.read_text())
    if household.change is None:
        time.sleep(LOOK_SECONDS)
        return False
    if household.change.go_on(LOOK_SECONDS):
        return False
    change, household.change = household.change, None
    if not change.is_closed:
        return False
    if change.has_changed():
        change.become_it()
    if household.children["web"].poll() is not None:
        household.children["web"] = _start(_web(plan, port))
    household.ready = False
    return True


def _failed(reason: str) -> int:
    print(f"rapport: {reason}", file=sys.stderr)
    return 1


def _begin_copying(household: _Household, home: Path) -> None:
    """From the first place on that somebody adds, a process of its own makes the continuous copy."""
    if (
        (home / PLACES).is_dir()
        and "copy" not in household.children
        and not os.environ.get("RAPPORT_READ_ONLY")
    ):
        household.children["copy"] = _start(_ours(AT_WORK["copy"]))


def _keep_working(household: _Household, name: str) -> None:
    """Start one that died again, after a rest that doubles each time."""
    child = household.children.get(name)
    if child is None or child.poll() is None:
        return
    if name not in household.restart_at:
        _failed(f"the {name} ended (code {child.returncode}); it is started again.")
        rest = household.rests.get(name, 1.0)
        household.restart_at[name] = time.monotonic() + rest
        household.rests[name] = min(rest * 2, LONGEST_REST_SECONDS)
    elif time.monotonic() >= household.restart_at[name]:
        household.children[name] = _start(_ours(AT_WORK[name]))
        del household.restart_at[name]


def _answers(port: int) -> bool:
    """Whether the web server answers a request, whatever it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/alive/", headers={"Host": "localhost"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def _greeting(port: int, code: str | None) -> str:
    here = f"http://localhost:{port}"
    words = f"Rapport is ready at {here}"
    return f"{words} - begin at {here}/first-run/{code}/" if code else words


def _end(household: _Household) -> None:
    """Ask every child to finish, wait as long as is promised, then end what is left with its own children."""
    if household.change is not None:
        household.change.end()
    grace = GRACE_SECONDS if household.ready else GRACE_WHILE_STARTING_SECONDS
    until = time.monotonic() + grace
    for child in household.children.values():
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in household.children.values():
        try:
            child.wait(timeout=max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            kill(child)
