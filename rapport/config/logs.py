"""The log: one JSON object a line, without secrets or personal data, in the home and on stderr (decision 0018)."""

import contextlib
import json
import logging
import os
import re
import traceback
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

from django.db.utils import OperationalError

# What a mail address, a key of ours or a long random word looks like; and what stands behind a question mark.
_PRIVATE = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|AGE-SECRET-KEY-\w+|(?<![\w-])[A-Za-z0-9_-]{32,}(?![\w-])|\?[^\s\"']+|(?<=://)[^/\s@]+@"
)
HIDDEN = "…"
# What the system and the database say of themselves names nobody; the rest may quote what was typed.
_OPEN = (OSError, ArithmeticError, ImportError, MemoryError, OperationalError)
MOST_BYTES, MOST_FILES = 5 * 2**20, 5


def without_private(words: str) -> str:
    """The words with what must not stand in a log left out."""
    return _PRIVATE.sub(HIDDEN, words)


class JsonLines(logging.Formatter):
    """A record as one line; a line break or a control character in it is written as JSON writes it."""

    def format(self, record: logging.LogRecord) -> str:
        from rapport.foundation.ui.requests import code_or_none

        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": without_private(record.getMessage()),
        }
        found = {
            "request": code_or_none(),
            "ms": getattr(record, "ms", None),
            "user": getattr(record, "user", None),
        }
        line |= {name: value for name, value in found.items() if value not in (None, "")}
        if record.exc_info and record.exc_info[1] is not None:
            line["failure"] = _failure(record.exc_info[1])
        return json.dumps(line)


def _failure(error: BaseException) -> dict[str, Any]:
    """What kind, and where: the code it went through, never the values it held."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames[-12:]]
    words = {"words": without_private(str(error))} if isinstance(error, _OPEN) else {}
    return {"kind": type(error).__name__, "where": where} | words


class RotatingLines(WatchedFileHandler):
    """A file that several processes append to; whoever finds it too long turns it over, the others follow."""

    def __init__(self, filename: str) -> None:
        with contextlib.suppress(OSError):
            Path(filename).parent.mkdir(exist_ok=True, mode=0o700)
        super().__init__(filename, encoding="utf-8", delay=True)

    def _open(self) -> Any:
        return os.fdopen(
            os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8"
        )

    def emit(self, record: logging.LogRecord) -> None:
        # A file that cannot be written is no reason to fail.
        with contextlib.suppress(OSError):
            if os.path.exists(self.baseFilename) and os.path.getsize(self.baseFilename) > MOST_BYTES:
                self._turn_over()
            super().emit(record)

    def _turn_over(self) -> None:
        from rapport.config import lock

        with contextlib.suppress(lock.HeldError), lock.hold(Path(f"{self.baseFilename}.lock")):
            if os.path.getsize(self.baseFilename) <= MOST_BYTES:
                return  # somebody else just did
            for number in range(MOST_FILES - 1, 0, -1):
                with contextlib.suppress(FileNotFoundError):
                    os.replace(f"{self.baseFilename}.{number}", f"{self.baseFilename}.{number + 1}")
            os.replace(self.baseFilename, f"{self.baseFilename}.1")

    def handleError(self, record: logging.LogRecord) -> None:
        """A disk that is full takes no line, and that is no reason to fail."""


def settings(home: Path, level: str) -> dict[str, Any]:
    """Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": JsonLines}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "lines"},
            "file": {
                "()": RotatingLines,
                "filename": str(home / "log" / "rapport.jsonl"),
                "formatter": "lines",
            },
        },
        # Django's own handlers would write the same again, with what was typed in it.
        "loggers": {name: {"handlers": [], "propagate": True} for name in ("django", "django.server")},
        "root": {"handlers": ["console", "file"], "level": level},
    }
