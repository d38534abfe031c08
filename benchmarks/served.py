"""Starts `rapport serve` as its users do, on a free port, and ends it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rapport.config.lifeline import PARENT

# Tied to us: when a benchmark is killed, its server goes too and lets go of the home.
COMMAND = (
    *(sys.executable, "-m", "rapport.config.lifeline"),
    *("rapport.config.command", "serve", "--port", "0"),
)


@dataclass(frozen=True)
class Server:
    """A server that has said where it is, and how long that took."""

    process: subprocess.Popen[str]
    port: int
    seconds: float


@contextmanager
def serve(folder: Path, home: Path | None = None) -> Iterator[Server]:
    """Serve the home of this process, or another; its errors go to a file in `folder`."""
    environment = os.environ | {PARENT: str(os.getpid())} | ({"RAPPORT_HOME": str(home)} if home else {})
    begin = time.perf_counter()
    with (folder / "serve.errors").open("w") as errors:
        process = subprocess.Popen(COMMAND, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert process.stdout is not None
    try:
        line = ""
        while not (found := re.search(r"http://localhost:(\d+)", line)):
            if not (line := process.stdout.readline()):
                raise RuntimeError(f"rapport serve ended: {(folder / 'serve.errors').read_text()}")
        yield Server(process, int(found[1]), time.perf_counter() - begin)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        process.stdout.close()
