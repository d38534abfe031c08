"""The words of `rapport`: help, version, and what it refuses."""

import json
from pathlib import Path

import pytest

import rapport
from tests import serving

COMMANDS = [
    ["serve"],
    ["demo"],
    ["import"],
    ["user", "add"],
    ["understand"],
    ["doctor"],
    ["backup"],
    ["restore"],
    ["open"],
    ["drill"],
]


@pytest.mark.parametrize("words", [[], *COMMANDS], ids=" ".join)
def test_it_shows_an_example_with_its_help(words: list[str], tmp_path: Path) -> None:
    done = serving.run(tmp_path / "home", *words, "--help")

    assert done.returncode == 0
    assert "example: " in done.stdout


def test_it_knows_its_version(tmp_path: Path) -> None:
    assert serving.run(tmp_path / "home", "--version").stdout == f"rapport {rapport.__version__}\n"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "COMMAND"),
        (["frobnicate"], "invalid choice"),
        (["serve", "--port", "seventy"], "'seventy' is not a number from 0 to 65535"),
        (["serve", "--workers", "0"], "'0' is not a number from 1 to 64"),
        (["import"], "FILE"),
        (["import", "nowhere.csv"], "There is no file nowhere.csv."),
        (["user", "add", "ana@example.com"], "--role"),
        (["understand"], "SENTENCE"),
        (["backup"], "There is no home in"),
        (["restore", "nowhere.age"], "There is no file nowhere.age."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_it_refuses_wrong_use_with_a_reason_and_2(words: list[str], reason: str, tmp_path: Path) -> None:
    done = serving.run(tmp_path / "home", *words)

    assert done.returncode == 2
    assert reason in done.stderr
    assert not done.stdout


def test_it_understands_no_language_without_a_grammar_and_no_moment_that_is_none(fresh_home: Path) -> None:
    for words, reason in (
        (["hej", "--language", "xx"], "There is no grammar of 'xx'"),
        (["hello", "--at", "soon"], "'soon' is no moment"),
    ):
        done = serving.run(fresh_home, "understand", *words)

        assert (done.returncode, done.stdout) == (2, "")
        assert reason in done.stderr


@pytest.mark.parametrize(
    "words",
    [["serve", "--port", "0"], ["import", __file__], ["user", "add", "ana@example.com", "--role", "sales"]],
)
def test_it_says_in_a_line_that_the_database_cannot_be_reached(words: list[str], tmp_path: Path) -> None:
    nobody = "postgresql://rapport:geheim@127.0.0.1:1/rapport"

    done = serving.run(tmp_path / "home", *words, text="a long password\n", RAPPORT_DATABASE_URL=nobody)

    assert done.returncode == 2
    first, *more = done.stderr.splitlines()
    assert "The records cannot be reached: connection" in first
    assert "Connection refused" in first
    assert more == (
        ["rapport: The home could not be prepared; the reason stands above."] if words[0] == "serve" else []
    )
    assert "geheim" not in done.stderr


def test_it_says_in_a_line_that_the_home_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = serving.run(tmp_path / "file" / "home", "serve", "--port", "0")

    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == f"rapport: Not a directory: {tmp_path / 'file' / 'home'}"


def test_it_leaves_no_home_behind_when_it_only_says_something(tmp_path: Path) -> None:
    serving.run(tmp_path / "home", "--version")

    assert not (tmp_path / "home").exists()


def test_it_says_on_a_prepared_home_that_the_worker_and_backups_are_missing(fresh_home: Path) -> None:
    serving.run(fresh_home, "_prepare")
    done = serving.run(fresh_home, "doctor", "--json")

    ill = [check["name"] for check in json.loads(done.stdout) if not check["ok"]]
    # The PostgreSQL of the tests is in a hurry: it does not wait for its disk, and nobody bounds what it keeps.
    assert set(ill) - {"disk", "synchronous_commit", "limit of PostgreSQL's log"} == {
        "worker",
        "home",
        "copy elsewhere",
        "backup",
        "drill",
    } & set(ill)
    assert "worker" in ill
    assert {"backup", "drill"} <= set(ill)
    assert done.returncode == 1
