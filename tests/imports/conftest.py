"""A small firm in Denmark: Ana runs it, Bo sells. And a way to bring a file in."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def files_of_this_test(tmp_path: Path, settings: Any) -> Path:
    settings.FILES = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def ana(db: None) -> Any:
    from tests.imports.firm import founded

    return founded()


@pytest.fixture
def bo(ana: Any) -> Any:
    from tests.imports.firm import colleague

    return colleague("bo@firm.example", "Bo Seller", "member")


@pytest.fixture
def bring_in(ana: Any) -> Any:
    from tests.imports.firm import brought_in

    def bring(content: Any, name: str = "people.csv", user: Any = None) -> Any:
        return brought_in(content, name, user or ana)

    return bring
