"""Several people end one promise, or one meeting, in the same moment: one of them does, and the others are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.client import FormClient
from tests.serving import Serving

pytestmark = pytest.mark.long
ROUNDS, AT_ONCE = 8, 4


@pytest.fixture
def clients(home: Path, start_server: Callable[..., Serving]) -> list[FormClient]:
    url = start_server(home, RAPPORT_WORKERS="2").url
    first = FormClient(url).sign_in()
    rest = [FormClient(url) for _ in range(AT_ONCE - 1)]
    for one in rest:
        one.session.cookies.update(first.session.cookies)
    return [first, *rest]


def answers(clients: list[FormClient], path: str, values: dict[str, str]) -> list[int]:
    """What each of them is answered who sends this as they all do."""
    ready = Barrier(len(clients))

    def send(client: FormClient) -> int:
        ready.wait()
        return client.post(path, values).status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        return sorted(pool.map(send, clients))


def test_of_all_who_keep_a_promise_or_miss_a_meeting_at_once_one_does(clients: list[FormClient]) -> None:
    one = clients[0]
    person = one.add_person("Mrs Berg")
    for number in range(ROUNDS):
        promise = {"words": f"Call {number}", "whose": "ours", "due": "2099-01-01"}
        meeting = {"at": f"2099-01-{number + 1:02}T10:00", "channel": "phone", "words": "Tea"}
        one.write(f"/parties/{person}/promising/", **promise)
        one.write(f"/parties/{person}/planning/", **meeting)
        kept = answers(clients, f"/promises/{number + 1}/closure/", {"how": "kept"})
        missed = answers(clients, f"/meetings/{number + 1}/missing/", {})
        assert kept == missed == [303, *[409] * (AT_ONCE - 1)]
    assert f"You kept {ROUNDS} of your last {ROUNDS}" in one.get("/").text
