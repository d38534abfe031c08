"""The log: one line of JSON for each thing said, that names nobody and gives away nothing."""

import json
import logging
from pathlib import Path

import pytest
from django.db import IntegrityError

from rapport.config import logs


@pytest.fixture
def log(tmp_path: Path) -> logging.Logger:
    """A logger that writes to a file of its own."""
    handler = logs.RotatingLines(str(tmp_path / "log" / "rapport.jsonl"))
    handler.setFormatter(logs.JsonLines())
    logger = logging.Logger("rapport.test")
    logger.addHandler(handler)
    return logger


def lines(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / "log" / "rapport.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mailed dace@lind.example now", "mailed … now"),
        ("GET /search/?q=Mrs+Berg 200", "GET /search/… 200"),
        ("key AGE-SECRET-KEY-1QQQQQQ", "key …"),
        ("session abcdefghijklmnopqrstuvwxyz0123456789", "session …"),
        ("at postgresql://rapport:secret@db/x", "at postgresql://…db/x"),
        ('one\r\n{"level": "error"}', 'one\r\n{"level": "error"}'),
    ],
)
def test_it_writes_one_line_without_what_is_private(
    said: str, kept: str, log: logging.Logger, tmp_path: Path
) -> None:
    log.warning(said)

    (line,) = lines(tmp_path)
    assert line["says"] == kept
    assert (tmp_path / "log" / "rapport.jsonl").stat().st_mode & 0o777 == 0o600


def test_it_says_where_a_failure_was_and_not_what_it_held(log: logging.Logger, tmp_path: Path) -> None:
    try:
        raise IntegrityError("Key (name)=(Mrs Berg) exists")
    except IntegrityError:
        log.exception("it failed")

    (line,) = lines(tmp_path)
    failure = line["failure"]
    assert isinstance(failure, dict)
    assert failure["kind"] == "IntegrityError"
    assert failure["where"][0].startswith("test_logs.py:")
    assert "Berg" not in json.dumps(line)


def test_it_turns_over_what_grew_too_long_and_keeps_five(
    log: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 300)
    for number in range(60):
        log.warning("line %s", number)

    kept = sorted(path.name for path in (tmp_path / "log").glob("rapport.jsonl*") if path.suffix != ".lock")
    assert kept == ["rapport.jsonl", *(f"rapport.jsonl.{number}" for number in range(1, 6))]
    assert lines(tmp_path)[-1]["says"] == "line 59"


def test_it_fails_nothing_when_the_log_cannot_be_written(tmp_path: Path) -> None:
    logger = logging.Logger("rapport.test")
    handler = logs.RotatingLines(str(tmp_path / "log" / "rapport.jsonl"))
    (tmp_path / "log" / "rapport.jsonl").mkdir()
    logger.addHandler(handler)

    logger.warning("nobody hears this")
