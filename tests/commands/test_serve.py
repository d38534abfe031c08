"""`rapport serve`, really run."""

import gzip
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import rapport
from tests import serving
from tests.serving import Serving

pytestmark = pytest.mark.long
# Nothing in it asks which database it is; the other run has enough with the rest.
one_is_enough = pytest.mark.sqlite


def _gone(processes: set[int]) -> bool:
    """Whether they have ended, whom the end of their parent ends a moment later."""
    until = time.monotonic() + 5
    while serving.alive(processes) and time.monotonic() < until:
        time.sleep(0.05)
    return not serving.alive(processes)


@pytest.fixture(scope="module")
def served(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One server for those that leave it as it is."""
    server = serving.start(
        serving.copy(prepared_home, tmp_path_factory.mktemp("served") / "home"), RAPPORT_WORKERS="2"
    )
    yield server
    server.stop()


def test_it_says_in_one_line_where_it_is_and_how_to_begin(server: Serving) -> None:
    assert re.search(r"http://localhost:\d+", server.line)
    assert server.first_run_url, "an empty home prints …/first-run/CODE/"
    with urllib.request.urlopen(server.first_run_url) as answer:
        assert answer.status == 200
    server.process.terminate()
    assert server.process.stdout
    assert server.process.stdout.read() == "", "nothing but the one line"


def test_it_ends_within_ten_seconds_of_a_sigterm_and_leaves_no_process(server: Serving) -> None:
    children = serving.family(server.process.pid)
    begin = time.monotonic()

    code = server.stop()

    assert code == 0
    assert time.monotonic() - begin < 10
    assert not serving.alive(children)


@one_is_enough
def test_it_finishes_the_request_it_is_in(server: Serving) -> None:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(
            b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: rapport-csrf="
            + b"x" * 32
            + b"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\nlogin=ana"
        )
        time.sleep(0.5)
        server.process.terminate()
        time.sleep(0.5)
        client.sendall(b"&password=x")
        assert client.recv(100).startswith(b"HTTP/1.1 ")
    assert server.stop() == 0


@one_is_enough
def test_it_ends_on_ctrl_c(server: Serving) -> None:
    assert server.stop(signal.SIGINT) == 0


@one_is_enough
def test_it_ends_while_it_is_still_starting(fresh_home: Path) -> None:
    process = subprocess.Popen(
        [*serving.RAPPORT, "serve", "--port", "0"],
        env=serving.environment(fresh_home),
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            if len(serving.family(process.pid)) > 1:
                break
            time.sleep(0.02)
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        assert time.monotonic() - begin < 10
    finally:
        process.kill()
        process.wait()


@one_is_enough
def test_it_ends_while_a_practice_company_is_filled_and_serves_what_there_is_afterwards(
    fresh_home: Path, start_server: Callable[..., Serving]
) -> None:
    process = subprocess.Popen(
        [*serving.RAPPORT, "demo", "--port", "0"],
        env=serving.environment(fresh_home),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        with closing(sqlite3.connect(fresh_home / "db.sqlite3")) as database:
            until = time.monotonic() + serving.START_SECONDS
            while not database.execute("SELECT count(*) FROM people_party").fetchone()[0]:
                assert time.monotonic() < until
                time.sleep(0.02)
        children = serving.family(process.pid)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=serving.START_SECONDS)
    finally:
        process.kill()
        process.wait()

    assert (process.returncode, said) == (0, ""), "it does not say first that it is ready"
    assert _gone(children)
    assert start_server(fresh_home).first_run_url is None


@one_is_enough
def test_it_leaves_no_child_behind_when_it_is_killed(
    fresh_home: Path, start_server: Callable[..., Serving]
) -> None:
    server = start_server(fresh_home, RAPPORT_WORKERS="2")
    children = serving.family(server.process.pid) - {server.process.pid}
    assert len(children) >= 4, "granian, its two workers, and the worker"

    server.process.kill()
    server.process.wait()

    assert _gone(children)


def test_it_starts_a_worker_again_that_died(server: Serving) -> None:
    lock = server.home / "worker.lock"
    until = time.monotonic() + 15
    while not (lock.exists() and lock.read_text()) and time.monotonic() < until:
        time.sleep(0.1)
    first = _worker_of(lock)

    os.kill(first, signal.SIGKILL)

    until = time.monotonic() + 15
    while (not lock.read_text() or _worker_of(lock) == first) and time.monotonic() < until:
        time.sleep(0.1)
    assert _worker_of(lock) != first
    assert "worker ended" in server.errors.read_text()


@one_is_enough
def test_it_refuses_a_port_in_use(fresh_home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = serving.run(fresh_home, "serve", "--port", str(port))

    assert done.returncode == 2
    assert f"Port {port} is in use" in done.stderr
    assert not done.stdout


@one_is_enough
def test_it_refuses_a_home_on_a_network_disk(tmp_path: Path) -> None:
    """SQLite loses records there; with PostgreSQL the home holds none."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nbox:/export {tmp_path}/share nfs4 rw 0 0\n")
    words = (
        "import pathlib, sys; from rapport.config import command, serving; "
        f"serving.MOUNTS = pathlib.Path({str(mounts)!r}); sys.exit(command.main(['serve', '--port', '0']))"
    )
    home = tmp_path / "share" / "home"

    done = subprocess.run(
        [sys.executable, "-c", words],
        env=serving.environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert f"{home} lies on a network disk (nfs4), where SQLite loses records." in done.stderr
    assert not home.parent.exists()


@one_is_enough
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each process loads what it needs")
def test_what_serves_is_loaded_once(fresh_home: Path, start_server: Callable[..., Serving]) -> None:
    """By what then prepares the home and serves with two workers; the worker, which comes later, loads its own."""
    server = start_server(fresh_home, RAPPORT_WORKERS="2", PYTHONPROFILEIMPORTTIME="1")
    server.stop()

    loaded = re.findall(
        r"\| +(django\.conf\.global_settings|psycopg)$", server.errors.read_text(), re.MULTILINE
    )
    assert 1 <= loaded.count("django.conf.global_settings") <= 2
    assert "psycopg" not in loaded, "on SQLite nothing needs it"


def test_what_watches_the_others_has_no_django() -> None:
    """It stays for as long as the home is served."""
    words = "import sys; from rapport.config import command, serving; print([m for m in sys.modules if 'django' in m])"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@one_is_enough
def test_it_refuses_a_home_that_is_already_served(served: Serving) -> None:
    done = serving.run(served.home, "serve", "--port", "0")

    assert done.returncode == 2
    assert "already being served" in done.stderr
    with urllib.request.urlopen(served.url) as answer:
        assert answer.status == 200


@one_is_enough
def test_it_serves_static_files_hashed_compressed_and_for_ever(served: Serving) -> None:
    collected = served.home / "static" / rapport.__version__ / "staticfiles.json"
    names = json.loads(collected.read_text())["paths"]
    name = next(hashed for plain, hashed in names.items() if plain.endswith(".css"))
    assert re.search(r"\.[0-9a-f]{12}\.css$", name)

    request = urllib.request.Request(f"{served.url}/static/{name}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]
        assert gzip.decompress(answer.read())


@one_is_enough
def test_it_collects_static_files_only_when_they_changed(fresh_home: Path) -> None:
    folder = fresh_home / "static" / rapport.__version__
    collected = folder.stat().st_ino, (folder / "staticfiles.json").stat().st_mtime_ns

    serving.run(fresh_home, "_prepare")

    assert (folder.stat().st_ino, (folder / "staticfiles.json").stat().st_mtime_ns) == collected


@one_is_enough
def test_it_keeps_the_home_and_its_key_for_their_owner(prepared_home: Path, fresh_home: Path) -> None:
    serving.run(fresh_home, "_prepare")

    assert prepared_home.stat().st_mode & 0o777 == 0o700
    assert (fresh_home / "secret.key").stat().st_mode & 0o777 == 0o600


def _worker_of(lock: Path) -> int:
    return int(lock.read_text() or 0)
