"""What was promised in figures (docs/mission.md), what a test measured of it, and the table of both."""

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MISSION = Path(__file__).resolve().parent.parent / "docs" / "mission.md"
# A file to which each measurement is added as a line of JSON; several processes add to it.
KEPT_IN = "RAPPORT_GOALS"
# Asks for the figures as they were promised; without it tests run a form that takes seconds.
FULL = "RAPPORT_LONG"
_ROW = re.compile(r"^\| (G\d+) \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Measured:
    """Of the goal `number`: what was promised of it here, what came of it, and whether that keeps the promise."""

    number: str
    promised: str
    found: str
    met: bool


def keep(number: str, promised: str, found: str, *, met: bool) -> None:
    """Print a measurement, and keep it where RAPPORT_GOALS says. Raises KeyError for a goal nobody set."""
    name = goals()[number]
    verdict = ("met" if met else "NOT MET") if os.environ.get(FULL) else "in its short form"
    print(f"\n{number} {name}: {promised}; measured {found}; {verdict}")
    if file := os.environ.get(KEPT_IN):
        with Path(file).open("a") as kept:
            kept.write(
                json.dumps({"number": number, "promised": promised, "found": found, "met": met}) + "\n"
            )


def goals() -> dict[str, str]:
    """The goals by number, each with its name."""
    return {number: name for number, name, _ in _ROW.findall(MISSION.read_text())}


def kept(file: Path) -> list[Measured]:
    """All measurements of a run."""
    return [Measured(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []


def together(found: list[Measured]) -> Iterator[Measured]:
    """What was measured several times of one promise, as one measurement."""
    for number, promised in dict.fromkeys((each.number, each.promised) for each in found):
        same = [each for each in found if (each.number, each.promised) == (number, promised)]
        met, missed = sum(each.met for each in same), [each.found for each in same if not each.met]
        words = "; ".join([f"{met} of {len(same)}", *missed]) if len(same) > 1 else same[0].found
        yield Measured(number, promised, words, met=not missed)


def table(found: list[Measured]) -> Iterator[str]:
    """A line for each measurement and each goal without one; the last counts the goals of which all parts are met."""
    by_number = {number: [each for each in together(found) if each.number == number] for number in goals()}
    for number, name in goals().items():
        for each in by_number[number] or [Measured(number, "", "not measured", met=False)]:
            mark = "met" if each.met else "NO "
            yield f"{number:4} {mark} {name}: {each.promised or '-'} | {each.found}"
    met = sum(bool(each) and all(one.met for one in each) for each in by_number.values())
    yield f"{met} of {len(by_number)} goals met"


if __name__ == "__main__":
    print("\n".join(table(kept(Path(sys.argv[1])))))
