"""Who serves a home while another version is put in its place: nobody, this command alone, or the server."""

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from rapport.config import lock, sqlite  # noqa: F401 - a safe SQLite, before anybody takes another
from rapport.config.adopted import ADOPTED, Child, kill
from rapport.config.lifeline import PARENT
from rapport.doors.operations.upgrades import queries
from rapport.doors.operations.upgrades.rules import Place
from rapport.doors.operations.upgrades.services import UpgradeRefused, step_back, take_word
from rapport.doors.operations.upgrades.services.installing import environment_of
from rapport.foundation.ui.reading import CLOSED

if TYPE_CHECKING:
    from rapport.config.serving import Plan

ANSWER_SECONDS, STOP_SECONDS = 30.0, 8.0
# What a version must answer before it may be written to: that it reads its database, and that it draws a page.
PAGES = ("/alive/", "/accounts/login/")


class Nobody:
    """For what changes nothing."""

    def close(self, to: Place) -> None: ...

    def change(self) -> None: ...

    def answers(self) -> bool:
        return True


class Alone:
    """No server runs: we close the home ourselves, and start the new version only to hear it answer."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._closed: IO[str] | None = None
        self._web: subprocess.Popen[bytes] | None = None
        self._to: Place | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        open_again(self._home, self._closed)

    def close(self, to: Place) -> None:
        self._closed, self._to = close(self._home), to

    def change(self) -> None: ...

    def answers(self) -> bool:
        if self._to is None:
            return False
        port = _free_port()
        self._web = start_web(self._to, self._home, "127.0.0.1", port, 1)
        found = answers(self._web, port)
        self.end()
        return found

    def end(self) -> None:
        """End what was started."""
        if self._web is not None:
            end(self._web, STOP_SECONDS)
            self._web = None


class ByTheServer:
    """The server that started us does it: we say what on stdout, and it says when it is done."""

    def close(self, to: Place) -> None:
        self._ask(f"close {to.python}")

    def change(self) -> None:
        self._ask("change")

    def answers(self) -> bool:
        return self._ask("answers") == "yes"

    def _ask(self, words: str) -> str:
        print(words, flush=True)
        answer = sys.stdin.readline().strip()
        if not answer:
            raise UpgradeRefused("The server that serves this home has ended.")
        return answer


class Change:
    """What the server does while one of its children carries out what was asked for, and says what it needs."""

    def __init__(self, plan: "Plan", port: int, children: dict[str, Child], asked: str) -> None:
        self._plan, self._port, self._children = plan, port, children
        self._asked = asked
        self._closed: IO[str] | None = None
        self._preparing: IO[str] | None = None
        self._next: Child | None = None
        self._is_changed = False
        self._lines: queue.Queue[str] = queue.Queue()
        self._child = subprocess.Popen(
            [sys.executable, "-m", "rapport.config.command", "_upgrade", asked],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {PARENT: str(os.getpid())},
        )
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def is_closed(self) -> bool:
        """Whether nothing may be written now, so that only the web server is to run."""
        return self._preparing is not None or self._closed is not None

    def go_on(self, seconds: float) -> bool:
        """Do what it says next, waiting for up to `seconds`; whether it goes on."""
        try:
            words = self._lines.get(timeout=seconds)
        except queue.Empty:
            return True
        if words and (to := self._child.stdin):
            try:
                to.write(f"{self._do(words)}\n")
                to.flush()
            except (OSError, UpgradeRefused, lock.HeldError):
                self._child.kill()  # the end of its words comes next, and all is undone
            return True
        self._child.wait()
        take_word(self._plan.home, self._asked)  # also if it never came to begin
        return False

    def has_changed(self) -> bool:
        """After its end: whether the home now names another version. If not, what was begun is undone by this."""
        home, found = self._plan.home, queries.current(self._plan.home)
        if self._is_changed and not found.moving_to:
            return True
        if self._is_changed:
            end(self._children["web"], STOP_SECONDS)
        if self._next is not None:
            end(self._next, STOP_SECONDS)
        self._release()
        step_back(home)
        open_again(home, self._closed)
        self._closed = None
        return False

    def become_it(self) -> None:
        """Be the server of the new version, in this process, with the web server that answers already."""
        place = queries.current(self._plan.home).place
        web, plan = self._children["web"], self._plan
        command = [place.python, "-m", "rapport.config.command", "serve", "--host", plan.host]
        command += ["--port", str(self._port), "--workers", str(plan.workers)]
        environment = environment_of(place, plan.home) | {ADOPTED: f"{web.pid} {self._port}"}
        open_again(plan.home, self._closed)
        sys.stdout.flush()
        os.execve(place.python, command, environment)  # noqa: S606 - in the place of this one, its children kept

    def end(self) -> None:
        """The server is told to stop: whoever carries it out is ended, and what was begun is undone."""
        self._child.kill()
        self._child.wait()
        if self.is_closed:
            self.has_changed()

    def _listen(self) -> None:
        if self._child.stdout:
            for line in self._child.stdout:
                self._lines.put(line.strip())
        self._lines.put("")

    def _do(self, words: str) -> str:
        match words.split(" ", 1):
            case ["close", python]:
                self._close(Place("", python))
            case ["change"]:
                self._is_changed = True
                end(self._children["web"], STOP_SECONDS)
                if self._next is not None:
                    self._children["web"], self._next = self._next, None
            case ["answers"]:
                self._release()
                return "yes" if answers(self._children["web"], self._port) else "no"
        return "done"

    def _close(self, to: Place) -> None:
        """Only the web server stays, and its successor loads what it needs; it listens when the lock is released.

        Writing ends last: the others may take seconds to finish what they began."""
        home, plan = self._plan.home, self._plan
        self._preparing = lock.hold(home / lock.PREPARING)
        for name in [name for name in self._children if name != "web"]:
            end(self._children.pop(name), STOP_SECONDS)
        self._next = start_web(to, home, plan.host, self._port, plan.workers)
        self._closed = close(home)

    def _release(self) -> None:
        if self._preparing is not None:
            self._preparing.close()
            self._preparing = None


def close(home: Path) -> IO[str]:
    """Let nothing be written in this home until the answer is closed, or we are gone."""
    for _ in range(200):
        with contextlib.suppress(lock.HeldError):  # by somebody who looks whether it is
            return lock.hold(home / CLOSED)
        time.sleep(0.01)
    raise UpgradeRefused("Another upgrade is under way.")


def open_again(home: Path, closed: IO[str] | None) -> None:
    """Let it be written again. The file goes, so that everyday use costs one look for it."""
    if closed is not None:
        (home / CLOSED).unlink(missing_ok=True)
        closed.close()


def start_web(place: Place, home: Path, host: str, port: int, workers: int) -> subprocess.Popen[bytes]:
    """Start the web server of a version. What one version may ask of another is this: `_web`, `_prepare`, `serve`."""
    return subprocess.Popen(
        [place.python, "-m", "rapport.config.command", "_web", host, str(port), str(workers)],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env=environment_of(place, home) | {PARENT: str(os.getpid())},
    )


def answers(web: Child, port: int) -> bool:
    """Whether it answers all that it must within ANSWER_SECONDS."""
    import http.client

    until = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < until and web.poll() is None:
        try:
            return all(_status(port, page) == http.HTTPStatus.OK for page in PAGES)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
    return False


def _status(port: int, page: str) -> int:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", page, headers={"Host": "localhost"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def end(child: Child, seconds: float) -> None:
    """Ask it to end, and make it."""
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        kill(child)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
