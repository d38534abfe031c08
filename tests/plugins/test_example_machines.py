"""The example plugin: everywhere when it is installed, nowhere when it is not; and a field added to it in two files."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import serving
from tests.client import FormClient
from tests.serving import Serving

pytestmark = pytest.mark.long
# What a plugin declares knows no database; that its tables and its search are the same on both, the first test shows.
one_is_enough = pytest.mark.sqlite
PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
type Start = Callable[..., Serving]


def installed(folder: Path) -> dict[str, str]:
    """What is said to Rapport when the plugin in this folder is installed."""
    return {"PYTHONPATH": str(folder), "RAPPORT_PLUGINS": "example_machines"}


def test_it_is_everywhere_when_it_is_installed(home: Path, start_server: Start) -> None:
    client = FormClient(start_server(home, **installed(PLUGINS)).url).sign_in()
    assert 'href="/machines/"' in client.get("/").text, "the menu"
    firm = client.write("/organisations/new/", name="Havnen")
    machine = client.write(
        "/machines/new/",
        name="Linea two-group",
        serial="LM-4711",
        organisation="Havnen",
        set_up_date="2026-03-02",
    )
    assert re.fullmatch(r"/machines/\d+/", machine)

    assert "LM-4711" in client.get("/machines/").text
    assert "LM-4711" in client.get("/machines/?serial=LM-4711&sort=name").text
    assert "LM-4711" not in client.get("/machines/?serial=other").text
    assert "LM-4711" in client.get(machine).text
    assert "LM-4711" in client.get(f"{machine}edit/").text
    assert "Linea two-group" in client.get("/search/?q=lm-47").text
    assert "Linea two-group" in client.get(firm).text, "its panel on the organisation"

    client.write(f"{machine}fields/serial/", serial="LM-4712")
    history = client.get(f"{machine}history/").text
    assert "corrected machine Linea two-group" in history
    assert "LM-4712" in history
    assert "Typed on screen" in client.get(f"{machine}fields/serial/source/").text
    client.write(f"{machine}deletion/")
    assert client.get(machine).status_code == 404
    deletion = re.search(r'action="(/acts/\d+/undoing/)"', client.get("/history/").text)
    assert deletion
    client.write(deletion[1])
    assert "LM-4712" in client.get(machine).text


@one_is_enough
def test_it_gives_every_role_its_rights(home: Path, start_server: Start) -> None:
    server = start_server(home, **installed(PLUGINS))
    owner = FormClient(server.url).sign_in()
    assert "Machines" in owner.get("/admin/roles/").text
    machine = owner.write("/machines/new/", name="Linea")
    added = serving.run(
        home, "user", "add", "gita@lind.example", "--role", "guest", text="a calm and quiet evening"
    )
    assert added.returncode == 0, added.stderr
    guest = FormClient(server.url).sign_in("gita@lind.example", "a calm and quiet evening")

    assert guest.get(machine).status_code == 200, "a guest sees"
    assert guest.post("/machines/new/", {"name": "Gitas own"}).status_code == 403
    assert guest.post(f"{machine}deletion/", {}).status_code in {403, 404}
    assert "Linea" in owner.get(machine).text
    assert "Gitas own" not in owner.get("/machines/").text


@one_is_enough
def test_it_is_nowhere_when_it_is_not(home: Path, start_server: Start) -> None:
    client = FormClient(start_server(home).url).sign_in()

    assert "machines" not in client.get("/").text.lower()
    assert "Machines" not in client.get("/admin/roles/").text
    assert [client.get(path).status_code for path in ("/machines/", "/machines/new/", "/machines/1/")] == [
        404
    ] * 3


@one_is_enough
def test_it_shows_a_field_that_two_files_declare(home: Path, start_server: Start, tmp_path: Path) -> None:
    """One line in the model (and the migration that is made of it), one in the manifest; nothing else."""
    folder = Path(shutil.copytree(PLUGINS, tmp_path / "plugins"))
    app = folder / "example_machines"
    put(
        app / "models.py",
        after="    serial = ",
        line='    colour = models.TextField("colour", blank=True, default="")',
    )
    line = 'FieldSpec("colour", "Colour", in_list=True, sortable=True, filterable=True, help="As on the plate."),'
    put(app / "manifest.py", after='        FieldSpec("serial"', line=f"        {line}")
    made = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "example_machines"],
        env=serving.environment(tmp_path / "making", **installed(folder)),
        cwd=PLUGINS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Add field colour to machine" in made.stdout, made.stderr

    client = FormClient(start_server(home, **installed(folder)).url).sign_in()
    assert "As on the plate." in client.get("/machines/new/").text
    machine = client.write("/machines/new/", name="Linea", colour="petrol")

    assert "Colour" in client.get("/machines/").text
    assert "petrol" in client.get("/machines/?colour=petrol&sort=colour").text
    assert "petrol" not in client.get("/machines/?colour=red").text
    assert "petrol" in client.get(machine).text
    assert "petrol" in client.get(f"{machine}edit/").text
    client.write(f"{machine}fields/colour/", colour="red")
    history = client.get(f"{machine}history/").text
    assert "Colour" in history
    assert "red" in history
    assert "Typed on screen" in client.get(f"{machine}fields/colour/source/").text


def put(file: Path, *, after: str, line: str) -> None:
    """Put a line into a file, below the one that begins so."""
    lines = file.read_text().splitlines()
    place = next(number for number, text in enumerate(lines) if text.startswith(after))
    file.write_text("\n".join([*lines[: place + 1], line, *lines[place + 1 :]]) + os.linesep)
