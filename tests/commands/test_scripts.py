"""The scripts of bin/: what they refuse, and that they are what README and CI say they are."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import serving

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path for path in (ROOT / "bin").iterdir() if path.name != "steps")


@pytest.mark.parametrize("script", [*SCRIPTS, ROOT / ".ci" / "run"], ids=lambda path: path.name)
def test_it_is_a_script_that_anyone_may_run(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.parametrize(
    "words", [["setup", "everything"], ["check", "--quick"], ["seed", "--peple", "5"]], ids=" ".join
)
def test_it_refuses_wrong_use_with_2(words: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [ROOT / "bin" / words[0], *words[1:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert words[1] in done.stderr


@pytest.mark.long
def test_it_is_ready_at_once_from_any_folder_and_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "setup").symlink_to(ROOT / "bin" / "setup")
    env = os.environ | {"CI": "true", "PIP_NO_INDEX": "1"}

    done = subprocess.run(
        [tmp_path / "setup", "core"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.long
@pytest.mark.sqlite
@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGKILL])
def test_it_leaves_no_server_behind_when_a_benchmark_is_ended(
    fresh_home: Path, with_signal: signal.Signals
) -> None:
    words = (
        "import pathlib, sys, time; from benchmarks.served import serve\n"
        "with serve(pathlib.Path(sys.argv[1])) as server: print(server.process.pid, flush=True); time.sleep(600)"
    )
    benchmark = subprocess.Popen(
        [sys.executable, "-c", words, fresh_home.parent],
        cwd=ROOT,
        env=serving.environment(fresh_home),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert benchmark.stdout
    server = int(benchmark.stdout.readline())
    assert Path(f"/proc/{server}").exists()

    benchmark.send_signal(with_signal)
    benchmark.wait()
    benchmark.stdout.close()

    until = time.monotonic() + 15
    while runs(server) and time.monotonic() < until:
        time.sleep(0.05)
    assert not runs(server)


def runs(pid: int) -> bool:
    """True while a process runs; one that ended and that nobody has asked after does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_runs_in_ci_the_tests_that_the_readme_names() -> None:
    assert "bin/check" in (ROOT / ".ci" / "run").read_text()
    assert 'step "tests" bin/test' in (ROOT / "bin" / "check").read_text()
    assert "bin/test " in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", ["core", "dev"])
def test_it_locks_every_requirement_by_hash_and_names_no_index(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    wanted = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]

    assert wanted
    assert all("==" in line and line.endswith("\\") for line in wanted)
    assert "://" not in text
