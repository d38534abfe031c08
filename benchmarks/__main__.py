"""`python -m benchmarks [--size N] [--json FILE] [--only WORD]`: prints one line per measurement."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import homes
from benchmarks.rows import Row


def main() -> int:
    """Fill the home if it is not there, measure, print, and write the rows as JSON when asked."""
    chosen = _chosen()
    homes.prepare(chosen.size)
    rows: list[Row] = []
    for row in _measure(chosen.size, chosen.only):
        rows.append(row)
        print(row.line(), flush=True)
    if chosen.json:
        common = {"size": chosen.size, "database": homes.database(), **homes.circumstances()}
        chosen.json.write_text(json.dumps([row.as_dict() | common for row in rows], indent=1) + "\n")
    return 0


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="A benchmark, never a test.")
    parser.add_argument(
        "--size", type=int, default=100_000, help="parties, 100000; the home is kept in .bench/"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write a list of rows")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="measure these parts alone")
    return parser.parse_args()


PARTS = ("process", "story", "server", "start", "import")


def _measure(size: int, only: list[str]) -> Iterator[Row]:
    """The parts in order. Django is loaded only now that the home is known."""
    if "process" in only:
        from benchmarks import process

        yield from process.rows()
    if "story" in only:
        from benchmarks import telling

        yield from telling.rows()
    if "server" in only:
        from benchmarks import server

        yield from server.rows()
    if "start" in only:
        from benchmarks import start

        yield from start.rows(size)
    if "import" in only:
        from benchmarks import bringing_in

        yield from bringing_in.rows(size)


if __name__ == "__main__":
    sys.exit(main())
