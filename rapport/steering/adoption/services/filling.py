"""Fills a home with the practice company: the firm, its colleagues, then parties in chunks, all through the ledger."""

import os
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from rapport.foundation.accounts.services import NewUser, add_team, add_user, set_members, ship
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.actors.models import Department, Firm, Team, User
from rapport.foundation.kernel.ledger.models import LongAct
from rapport.foundation.kernel.ledger.rules import Source
from rapport.foundation.kernel.ledger.services import act, finish_long, reached, start_long
from rapport.steering.adoption.queries import SOURCE, STARTED, password_file, practice_act
from rapport.steering.adoption.rules import BLOCK, COLLEAGUES, Plan, Somebody, block, blocks_of
from rapport.steering.adoption.services.made import House
from rapport.steering.adoption.services.writing import write

# Blocks of a part: about 3,000 parties while others may be at work, about 20,000 when an empty home is filled.
BLOCKS, BLOCKS_OF_MANY, MANY = 5, 33, 20_000


class Filled(Struct, frozen=True):
    """What was done: the act, how many parties the company has, and whether it was there before."""

    act: int
    people: int
    was_there: bool


def fill(plan: Plan, *, at: datetime, tell: Callable[[int], None] = lambda done: None) -> Filled:
    """Put the company in place, or go on with one that was broken off; one that is there stays as it is.

    `tell` is called after every part with the number of parties written so far."""
    ship(at)
    there = practice_act()
    if there is not None and there.long.state == "finished":
        return Filled(there.pk, Plan.of(there.source).people, was_there=True)
    if there is not None:
        plan, at = Plan.of(there.source), there.at
    source = Source(SOURCE, plan.key)
    house = _house(source, at)
    parent = there.pk if there else start_long(STARTED, actor=SYSTEM, source=source, at=at)
    for number, some in _parts(plan, LongAct.objects.get(act=parent).checkpoint):
        with act("practice.filled", actor=SYSTEM, source=source, at=at, part_of=parent) as writer:
            write(writer, some, house, at)
            reached(parent, number)
        tell(min(number * BLOCK, plan.people))
    finish_long(parent, "practice.finished", actor=SYSTEM, source=source, at=at)
    return Filled(parent, plan.people, was_there=False)


def _parts(plan: Plan, begin: int) -> Iterator[tuple[int, list[list[Somebody]]]]:
    """The blocks of each part, with the number of the block that comes after it."""
    step = BLOCKS_OF_MANY if plan.people > MANY else BLOCKS
    for start in range(begin, blocks_of(plan), step):
        numbers = range(start, min(start + step, blocks_of(plan)))
        yield numbers.stop, [block(plan, number) for number in numbers]


def _house(source: Source, at: datetime) -> House:
    """The firm, where there is none; the colleagues, who may sign in again if they were there once; their teams."""
    common: dict[str, Any] = {"actor": SYSTEM, "source": source, "at": at}
    if not Firm.objects.exists():
        with act("firm.founded", **common) as writer:
            writer.create(Firm(pk=1, name="Lind & Bērziņš", line="Coffee roasters", currency="DKK", country="DK",
                               time_zone="Europe/Copenhagen"))  # fmt: skip
    password = _password()
    departments = {one.key: one.pk for one in Department.objects.all()}
    users = []
    for one in COLLEAGUES:
        user = User.objects.filter(email=one.email).first()
        if user is None:
            new = NewUser(
                one.email, one.name, password, one.role, departments[one.department],
                language=one.language, time_zone=one.time_zone,
            )  # fmt: skip
            user = add_user(new, **common)
        elif not user.is_active:
            with act("user.changed", **common) as writer:
                user = writer.update(user, is_active=True)
        users.append(user)
    return House(tuple(users), _teams(users, common))


def _teams(users: list[User], common: dict[str, Any]) -> dict[int, int]:
    """The team of each colleague, by the user's key."""
    found: dict[int, int] = {}
    for name in dict.fromkeys(one.team for one in COLLEAGUES):
        team = Team.objects.filter(name=name).first() or add_team(name, **common)
        members = {user.pk for user, one in zip(users, COLLEAGUES, strict=True) if one.team == name}
        set_members(team, members | set(team.members.values_list("user_id", flat=True)), **common)
        found |= dict.fromkeys(members, team.pk)
    return found


def _password() -> str:
    """A password of their own for the colleagues of this home, kept beside its key."""
    path = password_file()
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write("-".join(secrets.token_hex(2) for _part in range(4)))
    return path.read_text().strip()
