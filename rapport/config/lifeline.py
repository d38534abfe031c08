"""Ties a child process to its parent: when the parent is gone, however it went, the child goes too."""

import os
import runpy
import signal
import subprocess
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
PARENT = "RAPPORT_PARENT"


def die_with_parent() -> None:
    """End this process as soon as its parent ends, even by `kill -9`.

    On Linux the kernel sees to it (prctl(2), PR_SET_PDEATHSIG); elsewhere a thread looks twice a second. The parent
    names itself in the environment, for it may be gone before this process gets to ask."""
    parent = int(os.environ.pop(PARENT, 0)) or os.getppid()
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it went while we were asking
            os._exit(1)
    else:
        threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def main() -> None:
    """`python -m rapport.config.lifeline MODULE …` runs a module so tied, `… -- PROGRAM …` a program of any kind."""
    module = sys.argv.pop(1)
    if module == "--":
        _run(sys.argv[1:])
    die_with_parent()
    sys.argv[0] = module
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _run(command: list[str]) -> None:
    """Become the program where the kernel keeps the tie; elsewhere stay beside it, and end it with our parent."""
    if hasattr(os, "execv") and sys.platform == "linux":
        die_with_parent()
        os.execv(command[0], command)  # noqa: S606 - its arguments are ours
    parent = int(os.environ.pop(PARENT, 0)) or os.getppid()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    signal.signal(signal.SIGTERM, lambda _number, _frame: child.terminate())
    while child.poll() is None:
        if os.getppid() != parent:
            child.kill()
        time.sleep(0.5)
    sys.exit(child.returncode)


if __name__ == "__main__":
    main()
