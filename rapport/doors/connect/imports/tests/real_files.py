"""The folder of real files that other programs wrote, and the values people read out of them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[5]
REAL_FILES = Path(os.environ.get("RAPPORT_TEST_DATA") or REPOSITORY.parent / "shared" / "data")
EXPECTED = REPOSITORY / "tests" / "real_input"

needs_real_files = pytest.mark.skipif(not REAL_FILES.is_dir(), reason="needs RAPPORT_TEST_DATA")


def expected(name: str) -> dict[str, list[dict[str, Any]]]:
    """Values written by hand from the files themselves."""
    found: dict[str, list[dict[str, Any]]] = json.loads((EXPECTED / name).read_text("utf-8"))
    return found
