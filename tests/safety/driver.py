"""Writes through the forms from several sides at once, and knows what was acknowledged and of what it heard nothing."""

import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import requests

from tests.client import FormClient

SAID = {"channel": "phone", "direction": "ours", "at": "2026-11-19T10:00", "whose": "ours"}


class Said(NamedTuple):
    """What was said, of whom."""

    person: int
    words: str


class Driver:
    """`writers` browsers of one person, who is signed in once; both dicts are by the key sent with each form."""

    def __init__(self, url: str, writers: int = 4) -> None:
        first = FormClient(url).sign_in()
        self.clients = [first, *(FormClient(url) for _ in range(writers - 1))]
        for one in self.clients[1:]:
            one.session.cookies.update(first.session.cookies)
        self.acknowledged: dict[str, Said] = {}
        self.unknown: dict[str, Said] = {}

    def at(self, url: str) -> "Driver":
        """Go on at another address."""
        for one in self.clients:
            one.url = url
        return self

    def new_person(self) -> int:
        """Somebody to write of: a story of his own keeps the reading of it short."""
        return self.clients[0].add_person("Mrs Berg")

    def say(self, client: FormClient, key: str, said: Said) -> int:
        """Send one form; answers the status, once the outcome is known."""
        self.unknown[key] = said
        answer = client.post(f"/parties/{said.person}/saying/", SAID | {"words": said.words, "key": key})
        if answer.status_code == 303:
            self.acknowledged[key] = self.unknown.pop(key)
        return answer.status_code

    def resend(self) -> int:
        """Send again what nobody answered, with the same keys; answers how many."""
        waiting = list(self.unknown.items())
        for key, said in waiting:
            assert self.say(self.clients[0], key, said) == 303
        return len(waiting)

    @contextmanager
    def writing(self, person: int) -> Iterator[None]:
        """Meanwhile all write of this person, each until it is told to end or hears nothing."""
        ended = threading.Event()
        threads = [threading.Thread(target=self._write, args=(one, person, ended)) for one in self.clients]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            ended.set()
            for thread in threads:
                thread.join()

    def _write(self, client: FormClient, person: int, ended: threading.Event) -> None:
        while not ended.is_set():
            key = secrets.token_hex(8)
            try:
                self.say(client, key, Said(person, f"said-{key}"))
            except requests.RequestException:
                return

    def wait_for(self, more: int, *, seconds: float = 60) -> None:
        """Until so many more were acknowledged."""
        wanted, until = len(self.acknowledged) + more, time.monotonic() + seconds
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < until, f"{len(self.acknowledged)} of {wanted} acknowledged"
            time.sleep(0.02)

    def check(self) -> None:
        """Every story has exactly what was acknowledged, each once; call it when nothing is unknown."""
        assert not self.unknown
        wanted: dict[int, list[str]] = {}
        for person, words in self.acknowledged.values():
            wanted.setdefault(person, []).append(words)
        for person, told in wanted.items():
            assert sorted(self.story(person)) == sorted(told)

    def story(self, person: int) -> list[str]:
        """Every line of words in a person's story, page by page."""
        words: list[str] = []
        path = f"/people/{person}/"
        while path:
            page = self.clients[0].get(path).text
            words += re.findall(r'<p class="words"[^>]*>(said-[^<]+)</p>', page)
            older = re.search(r'href="\?before=([^"]+)"', page)
            path = f"/people/{person}/?before={older[1]}" if older else ""
        return words
