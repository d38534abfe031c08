"""Children of the server, and the one that a new version takes over from the old, in the same process."""

import os
import signal
import subprocess
import sys
import time

# By this the new version knows the web server that answers for it already: its process and its port.
ADOPTED = "RAPPORT_ADOPTED"


class Adopted:
    """A child that this process had before it became another version: as much of a Popen as a server needs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises TimeoutExpired."""
        until = time.monotonic() + (timeout or float("inf"))
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("rapport", timeout or 0)
            time.sleep(0.02)
        return code

    def send_signal(self, number: int) -> None:
        """To it alone."""
        os.kill(self.pid, number)


type Child = subprocess.Popen[bytes] | Adopted


def kill(child: Child) -> None:
    """End it with its own children."""
    if sys.platform == "win32":
        os.kill(child.pid, signal.SIGTERM)
    else:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def adopted() -> tuple[Adopted, int] | None:
    """The web server that was left to this process, and its port."""
    if found := os.environ.pop(ADOPTED, ""):
        pid, port = found.split()
        return Adopted(int(pid)), int(port)
    return None
