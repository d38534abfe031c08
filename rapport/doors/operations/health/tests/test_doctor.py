from datetime import date
from pathlib import Path

import pytest

from rapport.doors.operations.health import rules
from rapport.doors.operations.health.queries import machine
from rapport.foundation.kernel.checks.queries import all_checks
from rapport.foundation.kernel.checks.rules import file_system_of
from rapport.foundation.kernel.clock.rules import now


def test_it_warns_when_less_than_a_tenth_of_the_disk_is_free() -> None:
    assert rules.disk_check(100, 1000).ok
    assert not rules.disk_check(99, 1000).ok


@pytest.mark.parametrize(("mode", "ok"), [(0o40700, True), (0o40750, False), (0o40701, False), (None, False)])
def test_it_wants_the_home_for_its_owner_alone(mode: int | None, ok: bool) -> None:
    assert rules.mode_check("home", mode).ok is ok


def test_it_finds_the_file_system_that_holds_the_home() -> None:
    mounts = "/dev/sda1 / ext4 rw 0 0\nbox:/export /srv/our\\040share nfs4 rw 0 0\nproc /proc proc rw 0 0\n"

    assert file_system_of("/srv/our share/home", mounts) == "nfs4"
    assert file_system_of("/srv/our sharers", mounts) == "ext4"
    assert not rules.file_system_check("nfs4", uses_sqlite=True).ok
    assert rules.file_system_check("nfs4", uses_sqlite=False).ok


@pytest.mark.parametrize(
    ("host", "url", "ok"),
    [
        ("127.0.0.1", "", True),
        ("0.0.0.0", "", False),
        ("0.0.0.0", "http://crm.example", False),
        ("0.0.0.0", "https://crm.example", True),
    ],
)
def test_it_wants_https_as_soon_as_others_can_reach_it(host: str, url: str, ok: bool) -> None:
    assert rules.address_check(host, url).ok is ok


@pytest.mark.django_db
def test_it_names_every_check_once_and_says_how_to_mend_what_is_not_well() -> None:
    found = all_checks(now())

    names = [check.name for check in found]
    assert len(names) == len(set(names))
    assert {"python", "home", "secret key", "disk", "file system", "database", "migrations", "worker"} <= set(
        names
    )
    assert all(check.fix for check in found if not check.ok)
    assert {check.name: check.ok for check in found}["migrations"]


def test_it_sees_a_worker_that_is_not_running(tmp_path: Path) -> None:
    (tmp_path / "worker.lock").touch()

    assert not machine._worker(tmp_path / "worker.lock").ok


def test_it_says_when_the_disk_will_be_full_at_the_rate_at_which_the_home_grew() -> None:
    grown = [(date(2026, 11, 1), 1_000), (date(2026, 11, 11), 3_000)]

    assert rules.days_left(grown, free_bytes=40_000) == 200
    assert rules.days_left(grown[:1], free_bytes=40_000) is None
    assert rules.days_left([grown[0], (date(2026, 11, 11), 900)], free_bytes=40_000) is None
