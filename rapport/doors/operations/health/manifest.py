"""What health offers the rest: its checks, the page Backups and care, and its own sections on it."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

import rapport
from rapport.customers.timeline.rules.sections import Section, register_section
from rapport.doors.operations.health.queries import faults, house, machine, seal
from rapport.doors.operations.health.rules import days_left
from rapport.doors.operations.health.services import anchor_now_and_then, keep_size, mail_of, prove_some
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.checks.queries import all_checks, register_checks
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.jobs.services import register_work
from rapport.foundation.kernel.ledger.services.verifying import head_now
from rapport.foundation.ui.care import CareSection, care_url, register_care, register_care_page
from rapport.foundation.ui.queries import register_verbs
from rapport.foundation.ui.shell import MenuItem, register_menu, register_warning


def may_administer(actor: Any) -> bool:
    """True for who may enter the admin area."""
    return actor is not None and bool(actor.may_enter("admin"))


def this_machine(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """What runs here, and what it costs: disk, memory and minutes of an administrator."""
    home = Path(settings.HOME)
    sizes, (minutes, acts) = house.sizes_kept(home), house.upkeep(at)
    return {
        "versions": {"Rapport": rapport.__version__, "Django": django.get_version()}
        | machine.versions_below(),
        "size": sizes[-1][1] if sizes else None,
        "grown": sizes[-1][1] - sizes[0][1] if len(sizes) > 1 else None,
        "since": sizes[0][0] if len(sizes) > 1 else None,
        "memory": house.memory_held(home),
        "minutes": minutes,
        "acts": acts,
    }


def disk(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """How much is free, and for how long."""
    home = Path(settings.HOME)
    free, total = machine.free_of(home)
    return {
        "free": free,
        "share": free * 100 // total,
        "days": days_left(house.sizes_kept(home), free),
    }


def waiting(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """Deliveries that are parked."""
    return {"waiting": house.parked()}


def chain(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """The head of the ledger's chain, to be noted elsewhere, and when all of it was verified last."""
    return {"head": head_now(), "proof": seal.proofs(Path(settings.HOME)).last}


def care_today(actor: Actor, day: date) -> Mapping[str, Any] | None:
    """What is to be mended first, and what is parked, for whoever of IT may mend it."""
    if not may_administer(actor):
        return None
    found = [check for check in all_checks(now()) if not check.ok]
    return {"bad": found, "parked": sum(one.count for one in house.parked()), "care_url": care_url()}


def told(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """Who is told by mail when something is not well."""
    return {"mail": mail_of(Path(settings.HOME))}


register_checks("health", machine.checks)
register_checks("health.seal", seal.checks)
register_care_page("health:care")
register_menu(
    MenuItem(_("Backups and care"), "health:care", "shield-check", "", 85, area="admin", may=may_administer)
)
register_warning(faults.warning, "health:care")
register_care(CareSection("disk", "health/disk_tile.html", disk, 30, "tile"))
register_care(CareSection("machine", "health/machine.html", this_machine, 80, "aside"))
register_care(CareSection("waiting", "health/waiting.html", waiting, 5))
register_care(CareSection("seal", "health/seal.html", chain, 60, "aside"))
register_care(CareSection("mail", "health/told.html", told, 40, "aside"))
register_section(Section("care", "health/today.html", care_today, "main", 4, frozenset({"it"})))
register_work("health.size", keep_size)
register_work("health.anchor", anchor_now_and_then)
register_work("health.seal", prove_some)
register_verbs(
    {
        "delivery.retried": _("had parked deliveries tried again"),
        "warning.set": _("chose who is told when something is not well"),
    }
)
