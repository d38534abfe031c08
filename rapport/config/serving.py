"""Runs a home: the web server and the worker as children, watched, and ended together.

The parent stays small (it never loads Django): it holds the lock on the home, starts its children, starts the
worker again should it die, and sees that a stop ends everything in time."""

import errno
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from rapport.config import lock
from rapport.config.lifeline import PARENT

# A stop must be over within ten seconds. The children get eight to finish what they began; then they are ended.
GRACE_SECONDS = 8.0
# granian has been seen to hang on a SIGTERM during its start-up, when nothing was begun yet.
GRACE_WHILE_STARTING_SECONDS = 2.0
START_SECONDS = 60.0
LONGEST_REST_SECONDS = 30.0
LOOK_SECONDS = 0.1
# Per worker: SQLite has one writer at a time anyway, and one long upload must not stop the others.
THREADS = 4


class CannotServe(Exception):
    """Why it cannot be served, in words for whoever typed the command."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where and how to serve. Port 0 takes any free one."""

    home: Path
    host: str
    port: int
    workers: int
    before: Sequence[str] = ()  # a command of ours to run on the migrated home first


@dataclass(slots=True)
class _Household:
    """The children, and whether we were told to stop."""

    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopping: bool = False
    ready: bool = False
    rest_seconds: float = 1.0
    restart_at: float = 0.0

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True


def serve(plan: Plan) -> int:
    """Serve until told to stop; answers the exit code. Raises CannotServe before anything is begun."""
    household = _Household()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, household.stop)
    with _lock(plan.home):
        port = _free_port(plan)
        try:
            with lock.hold(plan.home / lock.PREPARING):
                household.children["web"] = _start(_web(plan, port))
                code = _prepare(plan, household)
            return _watch(household, port, code)
        finally:
            _end(household)


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
    command = [sys.executable, "-m", "rapport.config.lifeline", "granian", "--interface", "wsgi", "--no-ws"]
    command += ["--host", plan.host, "--port", str(port), "--workers", str(plan.workers)]
    command += ["--blocking-threads", str(THREADS), "--respawn-failed-workers", "--log-level", "error"]
    return [*command, "--workers-kill-timeout", "6", "rapport.config.web:application"]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """In a session of its own: a Ctrl-C at the terminal reaches us alone, and we end it in order."""
    environment = os.environ | {PARENT: str(os.getpid())}
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, env=environment)


def _prepare(plan: Plan, household: _Household) -> str | None:
    """Bring the home up to date in a process of its own, whose memory goes back; answers its first-run code."""
    result = subprocess.Popen(
        _ours("_prepare", *plan.before),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    household.children["preparation"] = result
    if result.stdout is None:
        raise CannotServe("The home could not be prepared.")
    with result.stdout as answers:
        *said, answer = answers.read().decode().splitlines() or [""]
    if result.wait() != 0 and not household.stopping:
        raise CannotServe("The home could not be prepared; the reason stands above.")
    del household.children["preparation"]
    for line in said:
        print(line, flush=True)
    code: str | None = json.loads(answer)["first_run_code"] if answer else None
    return code


def _watch(household: _Household, port: int, code: str | None) -> int:
    give_up_at = time.monotonic() + START_SECONDS
    web = household.children["web"]
    while not household.stopping:
        if web.poll() is not None:
            return _failed(f"the web server ended by itself (code {web.returncode}).")
        if not household.ready and _answers(port):
            household.ready = True
            # Only now: while the web server starts, its workers have the machine to themselves. A copy that is opened
            # to be read has none: what follows from its acts was done long ago.
            if not os.environ.get("RAPPORT_READ_ONLY"):
                household.children["worker"] = _start(_ours("_work"))
            print(_greeting(port, code), flush=True)
        if not household.ready and time.monotonic() > give_up_at:
            return _failed(f"no answer within {START_SECONDS:.0f} s.")
        if household.ready:
            _keep_working(household)
        time.sleep(LOOK_SECONDS)
    return 0


def _failed(reason: str) -> int:
    print(f"rapport: {reason}", file=sys.stderr)
    return 1


def _keep_working(household: _Household) -> None:
    """Start a worker that died again, after a rest that doubles each time."""
    worker = household.children.get("worker")
    if worker is None or worker.poll() is None:
        return
    if not household.restart_at:
        _failed(f"the worker ended (code {worker.returncode}); it is started again.")
        household.restart_at = time.monotonic() + household.rest_seconds
        household.rest_seconds = min(household.rest_seconds * 2, LONGEST_REST_SECONDS)
    elif time.monotonic() >= household.restart_at:
        household.children["worker"], household.restart_at = _start(_ours("_work")), 0.0


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
    grace = GRACE_SECONDS if household.ready else GRACE_WHILE_STARTING_SECONDS
    until = time.monotonic() + grace
    for child in household.children.values():
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in household.children.values():
        try:
            child.wait(timeout=max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            _kill(child)


def _kill(child: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        child.kill()
    else:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
