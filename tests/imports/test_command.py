"""`rapport import FILE`: what it prints, what it refuses, and that a killed one is gone on with."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction
from rapport.doors.connect.imports.models import Import
from rapport.doors.connect.imports.services import reading
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.ledger.models import Unsealed

TEXT = "Name,Email\n" + "".join(f"Person {n},p{n}@acme.example\n" for n in range(5))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(TEXT)
    return path


def run(*words: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("import_file", *words, stdout=out, stderr=err)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_it_ends_with_a_line_that_counts_the_rows(ana: User, file: Path) -> None:
    code, out, _ = run(str(file), "--yes", "--json")
    wanted = {"rows": 5, "created": 5, "updated": 0, "unchanged": 0, "duplicates": 0, "rejected": 0}
    assert (code, json.loads(out.splitlines()[-1])) == (0, wanted)
    assert not Unsealed.objects.exists()
    _, out, _ = run(str(file), "--yes", "--json")
    assert json.loads(out) == wanted | {"created": 0, "unchanged": 5}


def test_it_refuses_a_file_with_the_reason(ana: User, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("Colour,Size\nred,3\n")
    code, out, err = run(str(tmp_path / "bad.csv"), "--yes", "--json")
    assert (code, out) == (2, "")
    assert "No column of this file" in err
    assert run(str(tmp_path / "none.csv"), "--yes")[0] == 2
    assert (Import.objects.count(), Party.objects.count()) == (0, 0)


def test_it_does_not_write_where_nobody_can_say_yes(ana: User, file: Path) -> None:
    code, out, err = run(str(file))
    assert code == 2 and "5 created" in out and "--yes" in err
    assert (Import.objects.count(), Party.objects.count()) == (0, 0)


def test_it_works_on_behalf_of_whom_it_is_told(ana: User, bo: User, file: Path) -> None:
    assert run(str(file), "--yes", "--user", "BO@firm.example")[0] == 0
    assert set(Party.objects.values_list("owner", flat=True)) == {bo.pk}
    assert run(str(file), "--yes", "--user", "nobody@firm.example")[0] == 2


def test_it_says_that_there_is_nobody_yet(db: None, file: Path) -> None:
    code, _, err = run(str(file), "--yes")
    assert (code, "add a user" in err) == (2, True)


def test_it_brings_in_what_happened_by_itself_or_when_told(ana: User, tmp_path: Path) -> None:
    calls = tmp_path / "calls.csv"
    calls.write_text("Date,Customer,Notes\n2024-03-01,Ana,Rang\n2024-03-02,Bo,Wrote\n,Bo,Wrote\n")
    wanted = {"rows": 3, "created": 2, "updated": 0, "unchanged": 0, "duplicates": 0, "rejected": 1}
    _, out, _ = run(str(calls), "--yes", "--json", "--kind", "history")
    assert (json.loads(out), Interaction.objects.count()) == (wanted, 2)
    code, _, err = run(str(calls), "--yes", "--json", "--kind", "people")
    assert (code, Import.objects.get(holds="parties").counts["created"]) == (0, 3), err


def test_it_goes_on_with_what_was_killed(ana: User, file: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "CHUNK", 2)

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("rapport.doors.connect.imports.management.commands.import_file._Bar.show", killed)
        with pytest.raises(KeyboardInterrupt):
            run(str(file), "--yes")
    assert Party.objects.count() == 2
    _, out, _ = run(str(file), "--yes", "--json")
    assert json.loads(out)["created"] == 5
    assert (Import.objects.count(), Party.objects.count()) == (1, 5)
