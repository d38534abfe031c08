"""G21: what each reach shows, through every channel there is, against a rule written here once more; and counted."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.customers.people.models import (
    Consent,
    ContactPoint,
    Party,
    PartyTag,
    PostalAddress,
    Relation,
    Remembered,
)
from rapport.customers.timeline.models import Guest, Interaction, Meeting, Note, Participant, Promise
from rapport.doors.connect.imports.models import Import
from rapport.foundation.accounts.services import set_grant
from rapport.foundation.kernel.access.rules import SYSTEM, Actor
from rapport.foundation.kernel.actors.models import Department
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.queries import explain, list_records
from rapport.foundation.kernel.records.rules import record_type, record_types
from rapport.foundation.kernel.search.queries import find
from tests.cast import AT, BACKEND, Cast, all_records, doing

VIEWERS = ("ana", "mira", "tomas")
REACHES = ("own", "team", "department", "all")
VERBS = ("see", "edit", "delete")
KINDS = {"person": "people", "organisation": "organisations", "household": "households"}
STORY = {"interactions", "meetings", "promises", "notes"}
# In full, and in the form of every day.
PARTIES, AT_LEAST = {True: 24, False: 12}, {True: 10_000, False: 5_000}


@dataclass(frozen=True)
class Owned:
    """A party with whose it is: the names of its owner, team and department, or nobody's."""

    party: Party
    owner: str
    team: bool
    department: str


@dataclass(frozen=True)
class Row:
    """One record of some type, the party it hangs on, and who wrote it if only that one may see it."""

    kind: str
    key: int
    of: Owned
    writer: str = ""
    is_private: bool = False


HOME = {"ana": "sales", "mira": "sales", "tomas": "service", "": ""}
IN_TEAM = {"ana", "mira"}


def reached(viewer: str, reach: str, owner: str, team: bool, department: str) -> bool:
    """The rule of the house, in plain words: own; own and the teams'; those and the department's; all."""
    own = owner == viewer
    of_team = team and viewer in IN_TEAM
    of_department = department == HOME[viewer]
    return {"own": own, "team": own or of_team, "department": own or of_team or of_department, "all": True}[
        reach
    ]


def may(viewer: str, reach: str, verb: str, row: Row) -> bool:
    """Whether a viewer of this reach (the same for every type and verb) may do this with a row."""
    party = reached(viewer, reach, row.of.owner, row.of.team, row.of.department)
    if row.kind not in STORY:
        return party
    if not party or (row.is_private and row.writer != viewer):
        return False
    writers = reached(viewer, reach, row.writer, row.writer in IN_TEAM, HOME[row.writer])
    return verb == "see" or writers


@pytest.fixture
def rows(cast: Cast, full: bool) -> list[Row]:
    """24 parties (12 in short) of all three kinds, everybody's and nobody's, each with its parts and its story."""
    departments = {one.key: one for one in Department.objects.all()}
    owners = ("ana", "mira", "tomas", "")
    found: list[Row] = []
    with act("import.part", **doing(SYSTEM)) as writer:
        for number in range(PARTIES[full]):
            owner, kind = owners[number % 4], tuple(KINDS)[number % 3]
            of_team, department = number % 5 == 0, ("sales", "service", "")[number // 4 % 3]
            party = writer.create(
                Party(
                    kind=kind,
                    name=f"Zebra{number:02}x",
                    stage="customer",
                    owner=getattr(cast, owner) if owner else None,
                    team=cast.sellers if of_team else None,
                    department=departments.get(department),
                )
            )
            of = Owned(party, owner, of_team, department)
            found.append(Row(KINDS[kind], party.pk, of))
            by = owners[number // 3 % 3]
            found += [Row(*one, of, by, private) for one, private in _belongings(writer, party, cast, by)]
    return found


def _belongings(writer: Any, party: Party, cast: Cast, by: str) -> Iterator[tuple[tuple[str, int], bool]]:
    common: dict[str, Any] = {"party": party}
    parts = {
        "contact-points": ContactPoint(**common, type="email", value=f"{party.name}@x.example", normal="x"),
        "addresses": PostalAddress(**common, street="Nyhavn"),
        "dates": Remembered(**common, label="birthday", day=1, month=2),
        "relations": Relation(**common, label="knows", other_name="Somebody"),
        "tags": PartyTag(**common, tag="striped"),
        "consents": Consent(
            **common, purpose="offers", channel="email", is_given=True, source="x", said_date=AT.date()
        ),
        "promises": Promise(**common, words="a call", due_date=AT.date(), owner=getattr(cast, by)),
    }
    for kind, one in parts.items():
        yield (kind, writer.create(one).pk), False
    meeting = writer.create(Meeting(at=AT, words="the tasting", owner=getattr(cast, by)))
    writer.create(Guest(meeting=meeting, party=party))
    yield ("meetings", meeting.pk), False
    for private in (False, True):
        note = Note(**common, words="a note", at=AT, owner=getattr(cast, by), is_private=private)
        yield ("notes", writer.create(note).pk), private
        said = writer.create(Interaction(at=AT, words="hello", owner=getattr(cast, by), is_private=private))
        writer.create(Participant(interaction=said, party=party))
        yield ("interactions", said.pk), private


def widen(cast: Cast, reach: str) -> None:
    """Give members this reach for every verb over every type."""
    for kind in record_types():
        for verb in () if kind.is_part else VERBS:
            set_grant(cast.ana.role, kind.key, verb, reach, **doing(SYSTEM))


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, who), backend=BACKEND)
    return client


@pytest.mark.long
@pytest.mark.sqlite  # the same conditions in the same words; tests/search and the matrix ask both databases
def test_it_shows_through_every_channel_what_the_reach_allows_and_no_more(
    cast: Cast, rows: list[Row], full: bool, goal: Callable[..., None]
) -> None:
    checks: dict[str, int] = {}
    wrong: list[tuple[Any, ...]] = []

    def check(channel: str, found: bool, wanted: bool, *where: object) -> None:
        checks[channel] = checks.get(channel, 0) + 1
        if found != wanted:
            wrong.append((channel, found, *where))

    for reach in REACHES:
        widen(cast, reach)
        for who in VIEWERS:
            where = (who, reach)
            parties = [(row, may(*where, "see", row)) for row in rows if row.kind in KINDS.values()]
            for row, verb, found in by_the_door(cast.actor(who), rows):
                check(f"door: {verb}", found, may(*where, verb, row), *where, row)
            for row in rows[::23]:
                told = explain(cast.actor(who), record_type(row.kind), record(row))
                check("explain", told.is_allowed, may(*where, "see", row), *where, row, told.why)
            for row, found, channel in by_lists(cast.actor(who), parties):
                check(channel, found, may(*where, "see", row), *where, row)
            for row, found, channel in by_pages(signed_in(cast, who), parties):
                check(channel, found, may(*where, "see", row), *where, row)
            for path, unchanged in by_writes(
                signed_in(cast, who), [row for row, seen in parties if not seen][:2]
            ):
                check("write to what is hidden", unchanged, True, *where, path)
    count = sum(checks.values())
    print(f"{count} checks of access: {dict(sorted(checks.items()))}")
    promised = f"0 leaks in {AT_LEAST[full]:,} checks and more"
    goal("G21", promised, f"{len(wrong)} in {count:,}", met=not wrong and count >= AT_LEAST[full])
    assert wrong == []
    assert count >= AT_LEAST[full]


def record(row: Row) -> Any:
    return record_type(row.kind).model._base_manager.get(pk=row.key)


def by_the_door(actor: Actor, rows: list[Row]) -> Iterator[tuple[Row, str, bool]]:
    """Every type and verb through `visible_to`."""
    for verb in VERBS:
        for kind in {row.kind for row in rows}:
            reached = set(record_type(kind).visible_to(actor, verb).values_list("pk", flat=True))
            yield from ((row, verb, row.key in reached) for row in rows if row.kind == kind)


def by_lists(actor: Actor, parties: list[tuple[Row, bool]]) -> Iterator[tuple[Row, bool, str]]:
    """Lists, sorted and filtered, their counts, search, and the names a link offers."""
    asked: dict[str, dict[str, list[str]]] = {
        "list": {}, "sort": {"sort": ["name"]}, "filter": {"stage": ["customer"]}, "owner": {"owner": ["me"]},
    }  # fmt: skip
    for kind in KINDS.values():
        some = [(row, seen) for row, seen in parties if row.kind == kind]
        for channel, words in asked.items():
            page = list_records(record_type(kind), actor, words)
            keys = {one.pk for one in page.rows}
            mine = [row for row, _seen in some if channel != "owner" or row.of.party.owner_id == actor.key]
            yield from ((row, row.key in keys, channel) for row in mine)
            # A count tells of what is hidden as much as a row does: it is that of the rows.
            yield from (
                (row, row.key in keys and page.count == len(keys), f"{channel} count") for row in mine
            )
    for row, _seen in parties:
        name = row.of.party.name
        yield row, row.key in {hit.record for hit in find(name, actor=actor)}, "search"
        yield (
            row,
            row.key in {hit.record for hit in find(name, actor=actor, only=[row.kind])},
            "choice of a link",
        )


def by_pages(client: Client, parties: list[tuple[Row, bool]]) -> Iterator[tuple[Row, bool, str]]:
    """The pages of a record, and those that tell of many."""
    for path in (*(f"/{kind}/" for kind in KINDS.values()), "/history/", "/search/?q=zebra", "/"):
        page = client.get(path).content.decode()
        told = set(re.findall(r"Zebra\d\dx", page))
        shown = [row for row, seen in parties if not seen or f"/{row.kind}/" == path]
        yield from ((row, row.of.party.name in told, f"page {path}") for row in shown)
    for row, _seen in parties[::6]:
        whole = f"/{row.kind}/{row.key}/"
        for tail in ("", "edit/", "history/", "fields/name/", "fields/name/source/", "fields/name/shown/"):
            yield row, client.get(f"{whole}{tail}").status_code != 404, f"page of a record {tail}"
        yield row, client.get(f"/panels/story{whole}").status_code != 404, "panel"


def by_writes(client: Client, hidden: list[Row]) -> Iterator[tuple[str, bool]]:
    """A write to what one may not see is answered as if it were not there, and changes nothing (G22)."""
    said = {"channel": "phone", "direction": "ours", "at": "2026-11-19T10:00", "words": "x", "whose": "ours"}
    for row in hidden:
        whole, party = f"/{row.kind}/{row.key}/", f"/parties/{row.key}/"
        writes: list[tuple[str, dict[str, str]]] = [
            (f"{whole}edit/", {"name": "HACKED"}),
            (f"{whole}fields/name/", {"name": "HACKED"}),
            (f"{whole}deletion/", {}),
            (f"{whole}parts/tags/", {"tag": "HACKED"}),
            (f"{party}saying/", said),
            (f"{party}noting/", {"words": "HACKED"}),
            (f"{party}promising/", {"words": "HACKED", "whose": "ours", "due": "2099-01-01"}),
        ]
        standing = all_records()
        for path, data in writes:
            yield path, client.post(path, data).status_code == 404
        picked = client.post(f"/{row.kind}/many/", {"pick": str(row.key), "set": "stage=former"})
        yield "many", picked.status_code in {303, 403}
        yield "unchanged", all_records() == standing


TABLE = "Name;E-mail\nZebra00x;zebra00x@x.example\nNobody Yet;nobody@x.example\n"
IMPORTS = ("", "columns/", "rejected.csv")
IMPORT_DEEDS = ("reading/", "bringing/", "discarding/")


def test_it_keeps_an_import_to_its_importer_and_administrators(cast: Cast) -> None:
    """Roles without the right are told whom to ask; a colleague's import looks as if there were none."""
    client = signed_in(cast, "ana")
    client.post("/imports/new/", {"file": SimpleUploadedFile("friends.csv", TABLE.encode())})
    one, standing = Import.objects.get(), all_records()

    seen = {who: signed_in(cast, who) for who in ("dace", "ana", "mira", "tomas", "gita", "arvo")}
    lists = {who: found.get("/imports/").status_code for who, found in seen.items()}
    assert lists == {"dace": 200, "ana": 200, "mira": 200, "tomas": 200, "gita": 403, "arvo": 403}
    assert "friends.csv" not in seen["mira"].get("/imports/").content.decode()
    for who in ("mira", "tomas", "gita", "arvo"):
        codes = {seen[who].get(f"/imports/{one.pk}/{tail}").status_code for tail in IMPORTS}
        codes |= {seen[who].post(f"/imports/{one.pk}/{tail}").status_code for tail in IMPORT_DEEDS}
        assert codes <= {403, 404}, who
    for who in ("gita", "arvo"):
        sent = {"file": SimpleUploadedFile("more.csv", TABLE.encode())}
        assert seen[who].post("/imports/new/", sent).status_code == 403
    assert seen["dace"].get(f"/imports/{one.pk}/columns/").status_code == 200
    assert Import.objects.count() == 1
    one.refresh_from_db()
    assert one.state == Import.objects.get(pk=one.pk).state
    assert all_records() == standing


def test_it_says_who_can_see_a_record_and_why(cast: Cast, rows: list[Row]) -> None:
    widen(cast, "team")
    row = next(row for row in rows if row.kind == "people" and row.of.owner == "tomas" and not row.of.team)
    dace, ana = signed_in(cast, "dace"), signed_in(cast, "ana")

    answer = dace.get(f"/people/{row.key}/readers/").content.decode()
    groups = re.findall(
        r"<h2[^>]*>(\w+)</h2>.*?<p>(.*?)</p>.*?</dt><dd>(\w+)\. <span[^>]*>(.*?)</span>", answer, re.S
    )
    told = {(role, re.sub(r"<[^>]+>", "", names)): (can, why) for role, names, can, why in groups}
    assert told[("Member", "Tomas")] == ("Yes", "It is their own.")
    assert told[("Member", "Ana, Mira")] == ("No", "Their role reaches only their own and their teams’.")
    assert told[("Guest", "Gita")] == ("Yes", "Their role reaches all of them.")
    assert f"/people/{row.key}/readers/" in dace.get(f"/people/{row.key}/").content.decode()
    widen(cast, "all")
    assert ana.get(f"/people/{row.key}/readers/").status_code == 403
    assert "readers/" not in ana.get(f"/people/{row.key}/").content.decode()
    assert signed_in(cast, "dace").get("/people/99999999/readers/").status_code == 404
