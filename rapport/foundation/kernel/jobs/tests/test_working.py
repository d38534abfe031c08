"""How often the worker looks: at once after anybody wrote, else seldom."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection

from rapport.foundation.kernel.jobs import services


class _Days(threading.Event):
    """Told to stop after so many rests; what is given for one is done in it."""

    def __init__(self, rests: int, during: dict[int, Callable[[], None]]) -> None:
        super().__init__()
        self.rests, self.during, self.rested = rests, during, 0

    def wait(self, _timeout: float | None = None) -> bool:
        """Rest no time at all."""
        self.rested += 1
        self.during.get(self.rested, lambda: None)()
        if self.rested == self.rests:
            self.set()
        return self.is_set()


type Write = Callable[[], None]


@pytest.fixture
def write_elsewhere(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Commits something beside the worker, which has a connection of its own for that."""
    workers, others = connection.copy(), connection.copy()
    if connection.vendor == "sqlite":  # where this test's transaction lets nobody else write
        for each in (workers, others):
            each.settings_dict = {**each.settings_dict, "NAME": tmp_path / "own.sqlite3"}
    monkeypatch.setattr(services, "connection", workers)

    def write() -> None:
        with others.cursor() as cursor:
            cursor.execute(
                "SELECT pg_current_xact_id()"
                if connection.vendor == "postgresql"
                else "CREATE TABLE written (at text)"
            )

    yield write
    workers.close()
    others.close()


@pytest.fixture
def looks(write_elsewhere: Write, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rests the worker had had at each of its looks at all there is to do."""
    monkeypatch.setattr(services, "_registered", {})
    monkeypatch.setattr(services, "_beside", {})
    for name in ("_seal", "deliver_all", "keep_up"):
        monkeypatch.setattr(services, name, lambda _at: 0)
    return []


def _work(looks: list[int], days: _Days, *, finds: int = 0) -> None:
    left = [1] * finds

    def look(_at: datetime) -> int:
        looks.append(days.rested)
        return left.pop() if left else 0

    services.register_work("looks", look)
    services.work_until(days)


def test_it_looks_once_while_nobody_writes_and_again_when_somebody_did(
    looks: list[int], write_elsewhere: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "UNWRITTEN", 3_600.0)
    _work(looks, _Days(9, {5: write_elsewhere}))
    assert looks == [0, 5]


def test_it_goes_on_while_there_is_something_to_do(looks: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "UNWRITTEN", 3_600.0)
    _work(looks, _Days(9, {}), finds=3)
    assert looks == [0, 1, 2, 3]


def test_it_looks_again_though_nobody_writes_for_what_is_due_by_the_clock(
    looks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "UNWRITTEN", 0.0)
    _work(looks, _Days(4, {}))
    assert looks == [0, 1, 2, 3]
