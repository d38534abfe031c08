"""What is measured: one row of figures, and how it is read off repeated runs."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """Times in milliseconds, rates per second. `target` is of the p95 in ms, or of the rate, or of `value` (MB).

    `ratio` is to the floor: p50 over the floor's p50; for rates, the floor's rate over ours. Higher is dearer."""

    name: str
    p50_ms: float | None = None
    p95_ms: float | None = None
    rate_per_s: float | None = None
    value: float | None = None
    target: float | None = None
    floor: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the floor."""
        if not self.floor:
            return None
        if self.rate_per_s is not None and self.p50_ms is None:
            return round(self.floor / self.rate_per_s, 2)
        return round((self.p50_ms or 0) / self.floor, 2)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        if self.value is not None:
            return self.value <= self.target
        if self.p95_ms is not None:
            return self.p95_ms <= self.target
        return self.rate_per_s is not None and self.rate_per_s >= self.target

    def as_dict(self) -> dict[str, Any]:
        """The row as JSON has it."""
        return asdict(self) | {"ratio": self.ratio, "met": self.met}

    def line(self) -> str:
        """The row as a line of a table."""
        parts = [f"{self.name:<44}"]
        for label, value in (
            ("p50", self.p50_ms),
            ("p95", self.p95_ms),
            ("/s", self.rate_per_s),
            ("=", self.value),
        ):
            parts.append(f"{label} {value:>9,.2f}" if value is not None else "")
        parts.append(f"target {self.target:g}" if self.target is not None else "")
        parts.append(f"floor {self.floor:,.2f} ratio {self.ratio}" if self.floor else "")
        parts.append({True: "met", False: "MISSED", None: ""}[self.met])
        return "  ".join(part for part in [*parts, self.note] if part)


@dataclass(frozen=True)
class Times:
    """Repeated runs of one thing, in milliseconds."""

    p50: float
    p95: float
    rate: float


def timed(runs: Iterable[Callable[[], Any]], *, warm: int = 3) -> Times:
    """Run each once; the first few are run once more before, unmeasured."""
    some = list(runs)
    for run in some[:warm]:
        run()
    taken = []
    for run in some:
        begin = time.perf_counter()
        run()
        taken.append((time.perf_counter() - begin) * 1_000)
    return times(taken)


def timed_beside(runs: Iterable[Callable[[], Any]], floor: Callable[[], Any]) -> tuple[Times, Times]:
    """The same, with the floor run after each, so that both meet the same load of the machine."""
    some = list(runs)
    for run in some[:3]:
        run()
    taken: tuple[list[float], list[float]] = [], []
    for run in some:
        for each, times_of in zip((run, floor), taken, strict=True):
            begin = time.perf_counter()
            each()
            times_of.append((time.perf_counter() - begin) * 1_000)
    return times(taken[0]), times(taken[1])


def times(taken: list[float]) -> Times:
    """p50, p95 and how many a second, of times in milliseconds taken one after the other."""
    p95 = statistics.quantiles(taken, n=20, method="inclusive")[-1]
    return Times(round(statistics.median(taken), 3), round(p95, 3), round(1_000 * len(taken) / sum(taken), 1))


def row_of(
    name: str, found: Times, *, target: float | None = None, floor: Times | None = None, note: str = ""
) -> Row:
    """A row for something that answers."""
    return Row(
        name,
        found.p50,
        found.p95,
        found.rate,
        target=target,
        floor=floor.p50 if floor is not None else None,
        note=note,
    )
