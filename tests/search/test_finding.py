"""Finding: names in any script, fragments of addresses, digits in any spacing; nothing lost, nothing leaked."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from rapport.customers.people.models import Party
from rapport.foundation.accounts.services import set_grant
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import SYSTEM, Actor
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.rules import record_types
from rapport.foundation.kernel.search.models import Document
from rapport.foundation.kernel.search.queries import find
from rapport.foundation.kernel.search.rules import index_words, is_exact, is_match, query_words
from rapport.foundation.kernel.search.services import rebuild
from tests.cast import Cast, derived_tables, doing, organisation, part, person


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Søren Kjær", "soren"), ("Søren Kjær", "Søren"), ("Søren Kjær", "soeren"), ("Søren Kjær", "kjaer"),
        ("Łukasz Groß", "lukasz"), ("Łukasz Groß", "gross"), ("Łukasz Groß", "GROẞ"), ("Kristīne Zariņa", "zarina"),
        ("Kristīne Zariņa", "kristīne"), ("Åse Aagaard", "ase"), ("Åse Aagaard", "aase"), ("முருகன் செல்வராஜ்", "முரு"),
        ("முருகன் செல்வராஜ்", "செல்வராஜ்"), ("Müller", "mueller"), ("João", "joao"), ("O'Brien", "brien"),
        ("Анна Каренина", "анна"), ("محمد", "محمد"), ("山田太郎", "山田"), ("Zoë", "ZOE"), ("李 小龙", "小龙"),
        ("Siti binti Abdullah", "siti abd"), ("☃ Snow", "☃"),
    ],
)  # fmt: skip
def test_it_finds_a_name_however_it_is_typed(cast: Cast, name: str, typed: str) -> None:
    person(SYSTEM, name)
    person(SYSTEM, "Somebody Else")

    assert [hit.title for hit in find(typed, actor=cast.actor("ana"))] == [name]


@pytest.mark.parametrize(
    "typed", ["34 57", "3457", "32123457", "+45 32 12 34 57", "4532", "032123457", "(32) 12-34-57"]
)
def test_it_finds_a_phone_in_any_spacing(cast: Cast, typed: str) -> None:
    part(SYSTEM, "contact-points", person(SYSTEM, "Berg"), type="phone", value="32 12 34 57")

    assert [hit.title for hit in find(typed, actor=cast.actor("ana"))] == ["Berg"]


@pytest.mark.parametrize("typed", ["anna.berg@havnen.dk", "berg@", "havnen", "anna.b", "dk"])
def test_it_finds_an_address_by_the_beginnings_of_its_parts(cast: Cast, typed: str) -> None:
    part(SYSTEM, "contact-points", person(SYSTEM, "Lis"), type="email", value="Anna.Berg@Havnen.dk")

    assert [hit.title for hit in find(typed, actor=cast.actor("ana"))] == ["Lis"]


def test_it_finds_an_organisation_and_the_people_in_it(cast: Cast) -> None:
    firm = organisation(SYSTEM, "Fjordhotellerne")
    person(SYSTEM, "Søren", organisation=firm)

    hits = find("fjord", actor=cast.actor("ana"))
    assert {(hit.record_type, hit.title) for hit in hits} == {
        ("organisations", "Fjordhotellerne"),
        ("people", "Søren"),
    }
    assert [hit.record_type for hit in find("fjord", actor=cast.actor("ana"), only=["people"])] == ["people"]


def test_it_puts_whole_words_first_then_mine_then_the_latest(cast: Cast) -> None:
    for name, owner in (
        ("Berga", cast.ana),
        ("Berg One", cast.tomas),
        ("Berg Two", cast.ana),
        ("Bergmann", cast.tomas),
    ):
        person(SYSTEM, name, owner=owner)

    found = [hit.title for hit in find("berg", actor=cast.actor("ana"))]

    assert found == ["Berg Two", "Berg One", "Berga", "Bergmann"]


@pytest.mark.parametrize(
    "typed", ["", "   ", "'", '"', "* OR *", "NEAR(", "a" * 500, "(", "- -", "\u200d", "zzo1", "%_"]
)
def test_it_bears_whatever_is_typed(cast: Cast, typed: str) -> None:
    person(SYSTEM, "Berg")
    assert find(typed, actor=cast.actor("ana")) == []


def scan(text: str, actor: Actor) -> list[tuple[str, int]]:
    """What search means: every record that may be seen, one by one, in the stated order."""
    query = query_words(text)
    found: list[tuple[bool, bool, int, str, int]] = []
    for kind in record_types():
        if kind.known is None:
            continue
        keys = list(kind.visible_to(actor).values_list("pk", flat=True))
        known = kind.known(keys)
        ranks = dict(Document.objects.filter(record_type=kind.key).values_list("record", "pk"))
        owners = dict(Party.objects.filter(pk__in=keys).values_list("pk", "owner_id"))
        for key in keys:
            one = known[key]
            words = index_words([one.title, one.subtitle, *one.words], one.emails, one.phones)
            if is_match(words, query):
                mine = owners[key] == actor.key and actor.key is not None
                found.append((not is_exact(words, query), not mine, -ranks[key], kind.key, key))
    return [(kind, key) for _exact, _mine, _rank, kind, key in sorted(found)]


NAMES = [
    "Anna",
    "Anders",
    "Ann",
    "Søren",
    "Sofie",
    "முருகன்",
    "Māra",
    "Mara",
    "Martin",
    "Berg",
    "Bergström",
    "Ali",
    "Li",
]


@pytest.fixture
def crowd(cast: Cast) -> Cast:
    """260 parties of several owners, teams and departments, drawn with a fixed seed."""
    draw = random.Random(7)
    owners = [cast.ana, cast.mira, cast.tomas, cast.dace, None]
    with act("import.part", **doing(SYSTEM)) as writer:
        for number in range(260):
            owner = draw.choice(owners)
            name = " ".join(draw.sample(NAMES, draw.choice([1, 2, 2, 3])))
            kind = draw.choice(["person", "person", "organisation", "household"])
            team = cast.sellers if owner in {cast.ana, cast.mira} and draw.random() < 0.7 else None
            department = owner.department if owner and draw.random() < 0.8 else None
            party = Party(name=name, kind=kind, owner=owner, team=team, department=department, sort_key=name)
            writer.create(party)
            if number % 5 == 0:
                from rapport.customers.people.models import ContactPoint

                number_ = f"+4532{draw.randrange(10**6):06}"
                writer.create(ContactPoint(party=party, type="phone", value=number_, normal=number_))
    return cast


@pytest.mark.parametrize("reach", ["own", "team", "department", "all"])
def test_it_equals_a_full_scan_for_every_reach(crowd: Cast, reach: str) -> None:
    for kind in ("people", "organisations"):
        set_grant(crowd.ana.role, kind, "see", reach, **doing(crowd.actor("dace")))
    set_grant(
        crowd.ana.role, "households", "see", "own" if reach == "all" else "", **doing(crowd.actor("dace"))
    )
    for user in (crowd.ana, crowd.tomas, crowd.mira):
        actor = actor_for(user)
        for text in (
            "an",
            "anna",
            "so",
            "sø",
            "ber",
            "berg",
            "m",
            "ma mar",
            "li",
            "முரு",
            "3212",
            "45",
            "zz",
            "anna berg",
        ):
            wanted = scan(text, actor)
            found = [(hit.record_type, hit.record) for hit in find(text, actor=actor, limit=200)]
            assert set(found) == set(wanted[:200]) or len(wanted) > 200, (reach, user, text)
            assert found[:20] == wanted[:20], (reach, user, text)
            first = [(hit.record_type, hit.record) for hit in find(text, actor=actor, limit=20)]
            assert first == wanted[:20], (reach, user, text)


def test_it_shows_nothing_to_who_may_see_nothing(crowd: Cast) -> None:
    for kind in ("people", "organisations", "households"):
        set_grant(crowd.ana.role, kind, "see", "", **doing(crowd.actor("dace")))
    assert find("an", actor=actor_for(crowd.ana)) == []


def test_it_is_the_same_after_a_rebuild(crowd: Cast) -> None:
    before = derived_tables()
    rebuild()
    assert derived_tables() == before


def test_it_finds_every_cldr_name_as_it_is_typed(cast: Cast, real_data: Path) -> None:
    names = cldr_names(real_data)
    with act("import.part", **doing(SYSTEM)) as writer:
        parties = writer.bulk_create([Party(name=name, kind="person", sort_key="") for name in names])
    shown = {party.pk: party.name for party in Party.objects.all()}
    assert [shown[party.pk] for party in parties] == names

    actor = cast.actor("ana")
    lost = [name for name in names if name not in {hit.title for hit in find(name, actor=actor, limit=200)}]
    assert lost == []


def cldr_names(real_data: Path) -> list[str]:
    """Every sample name of CLDR, its parts in the order the language writes them."""
    languages: Any = json.loads((real_data / "names_cldr" / "person_names.json").read_text())
    found: dict[str, None] = {}

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            parts = [
                str(part)
                for key, part in value.items()
                if key.startswith(("given", "surname")) and isinstance(part, str)
            ]
            if any(key.startswith("given") and isinstance(part, str) for key, part in value.items()):
                name = " ".join(part for part in parts if "\u2205" not in part)
                if name and not any(mark in name for mark in ("{", "Order")):
                    found[name] = None
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(languages)
    return [name for name in found if query_words(name)]
