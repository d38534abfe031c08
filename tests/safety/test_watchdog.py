"""Whoever looks after the house is told: on every page, and by mail once for each fault and once when it ended."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from rapport.doors.operations.health.queries import faults
from rapport.doors.operations.health.services import tell, watching
from rapport.doors.operations.health.services.mailing import Mail, mail_of
from rapport.foundation.kernel.checks.rules import Check
from rapport.foundation.kernel.ledger.models import Act
from tests.cast import AT, BACKEND, Cast
from tests.mails import Kept, mail_server

FULL_DISK = Check("disk", ok=False, detail="0.1 GiB free", fix="Make room.")
DEAD_WORKER = Check("worker", ok=False, detail="not running", fix="Start Rapport.")


@pytest.fixture
def sink() -> Iterator[tuple[Kept, int]]:
    """A real mail server on a free port of this machine."""
    with mail_server() as server:
        yield server


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Path]:
    """A folder in the place of the home, and a watchdog that has seen nothing."""
    before, settings.HOME = settings.HOME, tmp_path
    watching._faults.clear()
    yield tmp_path
    settings.HOME = before
    watching._faults.clear()
    faults.remember([])


def typed(port: int, **more: Any) -> dict[str, Any]:
    here = {"host": "127.0.0.1", "port": port, "security": "none", "user": "", "password": ""}
    return here | {"sender": "rapport@lind.example", "to": "dace@lind.example"} | more


def signed_in(user: object) -> Client:
    browser = Client()
    browser.force_login(user, backend=BACKEND)  # type: ignore[arg-type]
    return browser


def test_it_mails_once_for_each_fault_and_once_when_it_ended(
    cast: Cast, bare: Path, sink: tuple[Kept, int]
) -> None:
    kept, port = sink
    assert signed_in(cast.dace).post("/admin/care/mail/", typed(port)).status_code == 303
    seconds = 0
    for found in [[FULL_DISK]] * 8 + [[FULL_DISK, DEAD_WORKER]] * 2 + [[FULL_DISK]] * 2 + [[]] * 3:
        tell(bare, found, AT + timedelta(seconds=seconds))
        seconds += 5
        if seconds == 35:
            watching._faults.clear()  # as after a restart: what was told is known from the home

    subjects = [message["Subject"] for message in kept.messages]
    assert subjects == ["Rapport: disk needs a hand", "Rapport: disk is well again"]
    assert kept.messages[0]["To"] == "dace@lind.example"
    assert kept.messages[0]["Auto-Submitted"] == "auto-generated"
    assert "0.1 GiB free" in kept.messages[0].get_payload()
    assert "Make room." in kept.messages[0].get_payload()


def test_it_tries_again_when_the_mail_server_was_away(bare: Path, sink: tuple[Kept, int], cast: Cast) -> None:
    kept, port = sink
    browser = signed_in(cast.dace)
    browser.post("/admin/care/mail/", typed(1))
    for seconds in (0, 20, 25):
        tell(bare, [FULL_DISK], AT + timedelta(seconds=seconds))
    assert kept.messages == []

    browser.post("/admin/care/mail/", typed(port))
    tell(bare, [FULL_DISK], AT + timedelta(seconds=30))

    assert [message["Subject"] for message in kept.messages] == ["Rapport: disk needs a hand"]


def test_it_says_on_every_page_of_an_administrator_what_is_not_well(cast: Cast, bare: Path) -> None:
    faults.remember([FULL_DISK])
    once = signed_in(cast.dace).get("/people/").content.decode()
    assert "Make room." not in once, "what was so at one look alone passes by itself"
    faults.remember([FULL_DISK])

    page = signed_in(cast.dace).get("/people/").content.decode()
    assert "Disk: Make room." in page
    assert 'href="/admin/care/"' in page
    assert "Make room." not in signed_in(cast.ana).get("/people/").content.decode()
    faults.remember([Check("disk", ok=True, detail="")])
    assert "Make room." not in signed_in(cast.dace).get("/people/").content.decode()


def test_it_keeps_the_password_to_itself(cast: Cast, bare: Path, sink: tuple[Kept, int]) -> None:
    _, port = sink
    browser = signed_in(cast.dace)
    browser.post("/admin/care/mail/", typed(port, user="dace", password="CANARY of a password"))
    browser.post("/admin/care/mail/", typed(port, user="dace", to="it@lind.example"))

    assert mail_of(bare) == Mail(
        "127.0.0.1", port, "none", "dace", "CANARY of a password", "rapport@lind.example", "it@lind.example"
    )
    assert (bare / "mail.json").stat().st_mode & 0o777 == 0o600
    assert b"CANARY" not in browser.get("/admin/care/mail/").content
    assert [act.actor for act in Act.objects.filter(verb="warning.set")] == [cast.dace.pk] * 2
    browser.post("/admin/care/mail/", typed(port, host="localhost", user="dace"))
    assert mail_of(bare).password == ""


def test_it_sends_a_trial_and_says_why_when_it_cannot(cast: Cast, bare: Path, sink: tuple[Kept, int]) -> None:
    kept, port = sink
    browser = signed_in(cast.dace)
    browser.post("/admin/care/mail/", typed(port))

    sent = browser.post("/admin/care/mail/trial/")
    browser.post("/admin/care/mail/", typed(1))
    refused = browser.post("/admin/care/mail/trial/")

    assert (sent.status_code, len(kept.messages)) == (303, 1)
    assert refused.status_code == 409
    assert "refused" in refused.content.decode()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"host": "mail.example"}, "Choose TLS"),
        ({"to": ""}, "Say an address."),
        ({"sender": "a\r\nBcc: all@lind.example"}, "valid email"),
        ({"port": "0"}, "greater than or equal to 1"),
    ],
)
def test_it_refuses_what_would_not_work_and_keeps_what_was_typed(
    cast: Cast, bare: Path, wrong: dict[str, str], reason: str
) -> None:
    answer = signed_in(cast.dace).post("/admin/care/mail/", typed(25, user="CANARY") | wrong)

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert "CANARY" in answer.content.decode()
    assert not (bare / "mail.json").exists()


def test_it_lets_nobody_but_administrators_choose_who_is_told(cast: Cast, bare: Path) -> None:
    browser = signed_in(cast.ana)
    assert browser.get("/admin/care/mail/").status_code == 403
    assert browser.post("/admin/care/mail/", typed(25)).status_code == 403
    assert browser.post("/admin/care/mail/trial/").status_code == 403
    assert list(bare.iterdir()) == []


def test_what_nobody_has_set_up_yet_alarms_nobody(cast: Cast) -> None:
    dace, never = cast.actor("dace"), Check("backup", ok=False, detail="none", fix="Make one", is_begun=False)
    broke = Check("disk", ok=False, detail="full", fix="Make room")
    try:
        assert faults.remember([never]) == []
        assert faults.warning(dace) == ""
        assert faults.remember([never, broke]) == [broke]
        assert faults.remember([never, broke]) == [broke]
        assert faults.warning(dace) == "Disk: Make room"
        assert faults.warning(cast.actor("ana")) == ""
    finally:
        faults.remember([])
