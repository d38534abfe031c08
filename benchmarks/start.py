"""Measured around a start: how long until the first page, and what everything that was started holds in memory."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import homes
from benchmarks.rows import Row
from benchmarks.served import serve

STARTS = 3
BARE = """
import time; begin = time.perf_counter()
from django.conf import settings
from django.http import HttpResponse
from django.urls import path
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="x")
import django; django.setup()
urlpatterns = [path("", lambda request: HttpResponse("."))]
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
assert WSGIHandler().get_response(RequestFactory().get("/")).status_code == 200
"""


def rows(size: int) -> Iterator[Row]:
    """Start the server a few times; the second start of a home counts, when its static files are there."""
    with serve(homes.PLACE) as server:
        _first_page(server.port)
    taken, memory = [], 0.0
    for _start in range(STARTS):
        begin = time.perf_counter()
        with serve(homes.PLACE) as server:
            _first_page(server.port)
            taken.append((time.perf_counter() - begin) * 1_000)
            time.sleep(2)
            memory = _megabytes(server.process.pid)
    bare = [_bare() for _start in range(STARTS)]
    middle = STARTS // 2
    note = "floor: bare Django's first answer"
    floor = sorted(bare)[middle]
    yield Row(
        "cold start to first page", sorted(taken)[middle], max(taken), target=3_000, floor=floor, note=note
    )
    yield Row("idle memory of all processes, MB (PSS)", value=memory, target=300)


def _first_page(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/accounts/login/", headers={"Host": "localhost"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"the first page answered {answer.status}")


def _bare() -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", BARE], check=True)
    return (time.perf_counter() - begin) * 1_000


def _megabytes(pid: int) -> float:
    """The memory of a process and all its descendants, shared pages counted once (PSS)."""
    total = 0
    for each in _family(pid):
        rollup = Path(f"/proc/{each}/smaps_rollup").read_text()
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return round(total / 1024, 1)


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _family(int(child))
    return found
