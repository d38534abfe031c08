"""A client that writes through the forms, as a browser would, and remembers what was acknowledged."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests import serving

EMAIL, PASSWORD = "dace@lind.example", "a calm and quiet morning"
WAIT = 30


def found(home: Path) -> None:
    """Let an administrator into a prepared home."""
    done = serving.run(home, "user", "add", EMAIL, "--role", "administrator", "--name", "Dace", text=PASSWORD)
    assert done.returncode == 0, done.stderr


@dataclass
class FormClient:
    """One signed-in browser without a screen."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)
    wait: float = WAIT

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> "FormClient":
        """Sign in through the form."""
        self.session.get(f"{self.url}/accounts/login/", timeout=self.wait)
        answer = self.post("/accounts/login/", {"login": email, "password": password})
        assert answer.status_code == 302, answer.status_code
        return self

    def take(self, cookies: Iterable[Mapping[str, Any]]) -> "FormClient":
        """Go on as the browser that has these cookies."""
        for cookie in cookies:
            # The cookie jar's own name for a host without a dot: else an answer would set a second one beside it.
            self.session.cookies.set(cookie["name"], cookie["value"], domain="localhost.local")
        return self

    def write(self, path: str, **values: str) -> str:
        """Send a form that is right; returns the address it leads to."""
        answer = self.post(path, values)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        return answer.headers["Location"]

    def upload(self, path: str, name: str, text: str) -> str:
        """Send a form with a file; returns the address it leads to."""
        answer = self.post(path, {}, files={"file": (name, text.encode())})
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        return answer.headers["Location"]

    def post(self, path: str, data: dict[str, str], **more: Any) -> requests.Response:
        """Send a form; redirects are answers too."""
        token = self.session.cookies.get("rapport-csrf") or ""
        headers = {"X-CSRFToken": token, "Referer": self.url}
        return self.session.post(
            f"{self.url}{path}", data, headers=headers, allow_redirects=False, timeout=self.wait, **more
        )

    def get(self, path: str) -> requests.Response:
        """Read a page."""
        return self.session.get(f"{self.url}{path}", allow_redirects=False, timeout=self.wait)

    def add_person(self, name: str) -> int:
        """Add a person; returns the key."""
        answer = self.post("/people/new/", {"name": name})
        assert answer.status_code == 303, answer.status_code
        return int(answer.headers["Location"].split("/")[2])

    def seen(self, key: int, slug: str) -> tuple[str, str]:
        """The value and the version that the form for one field shows."""
        page = self.get(f"/people/{key}/fields/{slug}/").text
        value = re.search(rf'name="{slug}"[^>]*?value="([^"]*)"', page) or re.search(
            rf'value="([^"]*)"[^>]*?name="{slug}"', page
        )
        version = re.search(r'name="version"[^>]*?value="(\d+)"', page)
        assert version, page[:500]
        return (value[1] if value else ""), version[1]
