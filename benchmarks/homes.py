"""The homes that are measured: a practice company of each size, kept in .bench/ and filled at its first use."""

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".bench"


def prepare(size: int) -> None:
    """Make the home of this size the one that this process and its children see, filled."""
    home = PLACE / f"home-{size}"
    home.mkdir(parents=True, exist_ok=True)
    os.environ |= {"RAPPORT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--no-input", "-v", "0"], cwd=ROOT, check=True)
    command = [sys.executable, "manage.py", "fill_practice_company", "--people", str(size)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    # What the worker does once the home is served: it learns how the words are spelt.
    learn = "from rapport.foundation.kernel.search.services import learn\nwhile learn(): pass"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-v", "0", "-c", learn]
    subprocess.run(command, cwd=ROOT, check=True)


def database() -> str:
    """Which database is measured."""
    return "postgresql" if os.environ.get("RAPPORT_DATABASE_URL") else "sqlite"


def circumstances() -> dict[str, Any]:
    """The commit and the machine."""
    found = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return {"commit": found.stdout.strip() or None, "machine": machine, "load": round(os.getloadavg()[0], 1)}


def setup() -> None:
    """Load Django for measuring in this process."""
    import django

    django.setup()
