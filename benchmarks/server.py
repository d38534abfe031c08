"""Measured through the real server: pages, search, inline edit and quick log."""

import http.client
import random
import re
import secrets
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks import homes
from benchmarks.process import QUERIES
from benchmarks.rows import Row, Times, row_of, timed, timed_beside, times
from benchmarks.served import Server, serve

CLIENTS = 8


class Browser:
    """A signed-in reader on one kept connection."""

    def __init__(self, server: Server, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.token = "t" * 32
        self.cookie = f"rapport={session}; rapport-csrf={self.token}"

    def get(self, path: str, *, known: bool = True, typing: bool = False) -> str:
        """The page; fails loudly on anything but 200."""
        headers = {"Host": "localhost", **({"Cookie": self.cookie} if known else {})}
        if typing:
            headers |= {"HX-Request": "true", "HX-Target": "results"}
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status}")
        return body

    def post(self, path: str, values: dict[str, str], *, is_htmx: bool = False) -> None:
        """Send a form; fails loudly unless it was taken."""
        headers = {
            "Host": "localhost",
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        if is_htmx:
            headers["HX-Request"] = "true"
        self.connection.request(
            "POST", path, urlencode(values | {"csrfmiddlewaretoken": self.token}), headers
        )
        answer = self.connection.getresponse()
        body = answer.read().decode()
        if answer.status not in {200, 204, 303}:
            raise RuntimeError(f"POST {path}: {answer.status} {body[:200]}")


def rows() -> Iterator[Row]:
    """Serve the home and measure as one client, then as eight."""
    homes.setup()
    session, people = _session(), _people()
    with serve(homes.PLACE) as server:
        one = Browser(server, session)
        yield row_of("empty view", timed([partial(one.get, "/alive/", known=False)] * 100))
        deep = f"/people/?{_deep_cursor()}"
        yield _page(one, "list, first page", ["/people/"] * 60, 25)
        yield _page(one, "list, a page deep by key", [deep] * 60, 25)
        yield _page(one, "list, filtered by owner", ["/people/?owner=me"] * 60, 25)
        yield _page(one, "list, going quiet", ["/people/?view=quiet&owner=me"] * 40, 25)
        yield _page(one, "list, by name", ["/people/?sort=name"] * 60, 25)
        yield _page(one, "record page", [f"/people/{key}/" for key in people[:80]], 30)
        yield _page(one, "today", ["/"] * 40, None)
        for name, texts in QUERIES.items():
            asked = [f"/search/?q={quote(text)}" for text in texts for _again in range(4)]
            yield _page(one, f"search, {name}, through HTTP", asked, 25, typing=True)
        commit = _raw_commit()
        yield row_of("insert and commit, bare SQLite", commit)
        yield row_of("inline edit", _edits(one, people), target=20, floor=commit)
        yield row_of("quick log, one client", logged := _logs([one], people), target=20, floor=commit)
        yield Row("quick log, one client, rate", rate_per_s=logged.rate, target=120, floor=commit.rate)
        many = [Browser(server, session) for _client in range(CLIENTS)]
        rate = _logs(many, people).rate
        yield Row("quick log, eight clients, rate", rate_per_s=rate, target=300, floor=commit.rate)


def _page(one: Browser, name: str, paths: list[str], target: float | None, *, typing: bool = False) -> Row:
    """Pages beside the empty view, asked in turn."""
    found, empty = timed_beside(
        [partial(one.get, path, typing=typing) for path in paths], partial(one.get, "/alive/", known=False)
    )
    return row_of(name, found, target=target, floor=empty, note="floor: empty view")


def _deep_cursor() -> str:
    """The address of a page in the middle: its cursor is made as the list makes it."""
    import json
    from base64 import urlsafe_b64encode

    from rapport.customers.people.models import Party
    from rapport.foundation.kernel.ledger.models.values import plain

    rows = Party.objects.people().order_by("-updated_at", "-pk")
    row = rows[rows.count() // 2]
    return urlencode(
        {"after": urlsafe_b64encode(json.dumps([plain(row.updated_at), row.pk]).encode()).decode()}
    )


def _session() -> str:
    from django.test import Client

    from rapport.foundation.kernel.actors.models import User

    client = Client()
    user = User.objects.get(email="dace@practice.example")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["rapport"].value


def _people() -> list[int]:
    from rapport.customers.people.models import Party

    keys = list(Party.objects.people().order_by("pk").values_list("pk", flat=True))
    return random.Random(7).sample(keys, min(400, len(keys)))


def _edits(one: Browser, people: list[int]) -> Times:
    """Correct the job title of one person after another; the form's own version is read before, unmeasured."""
    taken = []
    for number, key in enumerate(people[:80]):
        path = f"/people/{key}/fields/job_title/"
        form = one.get(path, typing=True)
        version = re.search(r'name="version"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="version"', form)
        found = next(filter(None, version.groups()), "1") if version else "1"
        values = {
            "job_title": f"Buyer {number}-{secrets.token_hex(3)}",
            "version": found,
            "key": secrets.token_hex(12),
        }
        begin = time.perf_counter()
        one.post(path, values, is_htmx=True)
        taken.append((time.perf_counter() - begin) * 1_000)
    return times(taken)


def _logs(clients: list[Browser], people: list[int]) -> Times:
    """Record what was said with one person after another, by all clients at once; the rate is of all together."""
    taken: list[float] = []
    failed: list[Exception] = []

    def work(client: Browser, keys: list[int]) -> None:
        for key in keys:
            begin = time.perf_counter()
            try:
                client.post(f"/parties/{key}/saying/", _said())
            except Exception as error:  # a thread's failure is raised by whoever waits for it
                failed.append(error)
                return
            taken.append((time.perf_counter() - begin) * 1_000)

    size = len(people) // (4 * len(clients)) if len(clients) == 1 else len(people) // len(clients)
    parts = [people[index * size : (index + 1) * size] for index in range(len(clients))]
    threads = [threading.Thread(target=work, args=pair) for pair in zip(clients, parts, strict=True)]
    begin = time.perf_counter()
    _run_all(threads)
    if failed:
        raise failed[0]
    found = times(taken)
    return Times(found.p50, found.p95, round(len(taken) / (time.perf_counter() - begin), 1))


def _run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _said() -> dict[str, str]:
    yesterday = date.today() - timedelta(days=1)
    return {
        "key": secrets.token_hex(12),
        "channel": "phone",
        "direction": "ours",
        "at": f"{yesterday}T10:00",
        "words": "Asked for the price list of the spring lots.",
    }


def _raw_commit() -> Times:
    """One row inserted and committed durably, by SQLite alone, on the same disk."""
    with tempfile.TemporaryDirectory(dir=homes.PLACE) as folder:
        database = sqlite3.connect(Path(folder) / "floor.sqlite3", isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, words TEXT)")
        insert: Callable[[], object] = lambda: database.execute("INSERT INTO log (words) VALUES ('said')")  # noqa: E731
        found = timed([insert] * 200)
        database.close()
    return found
