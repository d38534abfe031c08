"""The table of what was promised: a goal is met when every part of it is, and one that nobody measured is not."""

from tests.goals import Measured, goals, table


def test_it_counts_the_goals_of_which_every_part_is_met() -> None:
    lines = list(
        table(
            [
                Measured("G5", "<= 1 s", "0.2 s", met=True),
                Measured("G5", "strict 0 s", "0.1 s", met=False),
                Measured("G7", "each reported", "cut in half", met=True),
                Measured("G7", "each reported", "empty", met=True),
                Measured("G8", "each found", "page 7", met=True),
                Measured("G8", "each found", "page 9", met=False),
            ]
        )
    )

    of = {number: [line for line in lines if line.startswith(f"{number} ")] for number in goals()}
    assert [line.split(": ")[-1] for line in of["G5"]] == ["<= 1 s | 0.2 s", "strict 0 s | 0.1 s"]
    assert [line[5:8] for line in of["G5"]] == ["met", "NO "]
    assert [line.split(": ")[-1] for line in of["G7"]] == ["each reported | 2 of 2"]
    assert [line.split(": ")[-1] for line in of["G8"]] == ["each found | 1 of 2; page 9"]
    assert of["G1"][0].endswith("not measured")
    assert lines[-1] == f"1 of {len(goals())} goals met"
