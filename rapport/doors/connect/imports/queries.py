"""What pages and commands ask of imports."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from msgspec import Struct

from rapport.customers.people.models import ContactPoint, Party
from rapport.doors.connect.imports.models import Import, ImportRow, Verdict, as_shown
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.ledger.models import Act, LongAct

SHOWN, LATEST = 5, 20
PUT_RIGHT_AT_ONCE = CHOSEN_AT_ONCE = 20
# The places of which one makes a row somebody.
TELLING = frozenset(
    {"name", "given", "family", "organisation", "organisation_name", "email", "phone", "when", "when_else"}
)
COUNTS = ("created", "updated", "unchanged", "duplicates", "rejected")


def imports_of(actor: Actor) -> QuerySet[Import]:
    """The imports that the actor may see: their own, or all for an administrator."""
    rows = Import.objects.select_related("user").order_by("-pk")
    return rows if actor.may_enter("admin") else rows.filter(user_id=actor.key or 0)


def imports_left(actor: Actor) -> list[tuple[Import, int]]:
    """Of the actor's latest imports those not brought in yet, or with rows that were left out: how many those are."""
    latest = list(imports_of(actor)[:LATEST])
    undone = undone_among(latest)
    left = [
        (one, one.counts.get("rejected", 0)) for one in latest if one.pk not in undone and not one.is_cleared
    ]
    return [(one, rows) for one, rows in left if rows or one.state != Import.State.FINISHED][:SHOWN]


def undone_among(rows: Sequence[Import]) -> set[int]:
    """Those of these imports that are taken back as things stand; the ledger knows."""
    acts = [one.long_act for one in rows if one.long_act]
    undoing = dict(Act.objects.filter(undoes__in=acts).values_list("undoes_id", "pk"))
    redone = set(
        LongAct.objects.filter(act_id__in=undoing.values(), state="undone").values_list("act_id", flat=True)
    )
    return {one.pk for one in rows if one.long_act in undoing and undoing[one.long_act] not in redone}


def may_be_undone(one: Import) -> bool:
    """True for an import that wrote something and was not taken back before."""
    return one.long_act is not None and not Act.objects.filter(undoes_id=one.long_act).exists()


class Line(Struct, frozen=True):
    """One kind of verdict with how many rows have it, and the first of them."""

    verdict: str
    label: str
    tone: str
    count: int
    rows: Sequence[ImportRow]


def lines_of(one: Import) -> list[Line]:
    """The verdicts in their order, each with samples."""
    tones = dict(zip(Verdict.values, ("well", "accent", "", "soon", "late"), strict=True))
    return [
        Line(
            verdict,
            str(label),
            tones[verdict],
            one.counts.get(name, 0),
            list(one.rows.filter(verdict=verdict).order_by("line")[:SHOWN]) if one.counts.get(name) else [],
        )
        for (verdict, label), name in zip(Verdict.choices, COUNTS, strict=True)
    ]


class Cell(Struct, frozen=True):
    """A value of a row: the name of its field in a form, its column's header, and what it says."""

    name: str
    label: str
    value: str

    @property
    def is_long(self) -> bool:
        """True for a value of several lines."""
        return "\n" in self.value


class LeftOut(Struct, frozen=True):
    """A rejected row with the values that can be put right."""

    line: int
    reason: str
    cells: Sequence[Cell]


def left_out(one: Import) -> list[LeftOut]:
    """The first rejected rows of a table: what they say, and the empty places that make somebody of a row."""
    places = list(zip(one.dialect["columns"], (place[0] for place in one.mapping), strict=True))
    return [
        LeftOut(
            row.line,
            row.reason,
            [
                Cell(f"row-{row.line}-{number}", header, as_shown(value))
                for number, ((header, target), value) in enumerate(
                    zip(places, json.loads(row.raw), strict=True)
                )
                if value.strip() or target in TELLING
            ],
        )
        for row in one.rows.filter(verdict=Verdict.REJECTED).order_by("line")[:PUT_RIGHT_AT_ONCE]
    ]


def doubts_of(one: Import) -> list[ImportRow]:
    """The first rows that will be brought in, with something that the user should know but need not choose."""
    rows = one.rows.filter(verdict__in=[Verdict.NEW, Verdict.CHANGED], candidate=None).exclude(reason="")
    return list(rows.order_by("line")[:20])


class Pair(Struct, frozen=True):
    """A row, and somebody of another name here whom it may mean."""

    row: ImportRow
    party: Party
    points: Sequence[str]


def pairs_of(one: Import, actor: Actor) -> list[Pair]:
    """The first rows of which somebody can say whom they mean, while nothing is written; each with both sides."""
    if one.state != Import.State.MATCHED:
        return []
    found = one.rows.exclude(candidate=None).order_by("line")[:CHOSEN_AT_ONCE]
    rows = [(row, row.candidate or 0) for row in found]
    there = Party.objects.visible_to(actor).in_bulk([candidate for _row, candidate in rows])
    points: dict[int, list[str]] = defaultdict(list)
    reached = ContactPoint.objects.visible_to(actor).filter(party__in=there, type__in=["email", "phone"])
    for party, value in reached.order_by("position", "pk").values_list("party_id", "value"):
        points[party].append(value)
    return [Pair(row, there[candidate], points[candidate]) for row, candidate in rows if candidate in there]


def counts_of(one: Import) -> Mapping[str, int]:
    """The counts as a script wants them: the last five add up to the first."""
    return {name: one.counts.get(name, 0) for name in ("rows", *COUNTS)}


def unfinished(digest: str, user: User) -> Import | None:
    """The import of this very file that was begun by this user and not finished, to go on with."""
    rows = Import.objects.filter(user=user, digest=digest, state=Import.State.RUNNING).order_by("-pk")
    return next((one for one in rows if not undone_among([one])), None)


def first_administrator() -> User | None:
    """On whose behalf a command works unless it is told."""
    return User.objects.filter(is_active=True, role__key="administrator").order_by("pk").first()


def user_called(email: str) -> User | None:
    """The active user of this address."""
    return User.objects.filter(is_active=True, email__iexact=email.strip()).first()
