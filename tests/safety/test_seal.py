"""Edits made past Rapport, by SQL on its tables: each is found, and said to be where it was made."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from rapport.doors.operations.health.queries.seal import Proof, anchors, checks, proofs
from rapport.doors.operations.health.services import anchor, prove_all
from rapport.doors.operations.health.services.proving import prove
from rapport.foundation.kernel.ledger.models import Act, Change, Seal
from rapport.foundation.kernel.ledger.services import seal
from rapport.foundation.kernel.ledger.services.verifying import Tampering
from tests.cast import AT, Cast, person

pytestmark = pytest.mark.django_db
type Tamper = Callable[[random.Random], set[int]]


def run(sql: str, *values: str | int | bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def some(chosen: random.Random, *, but_last: int = 0) -> Seal:
    revs = list(Seal.objects.order_by("rev").values_list("rev", flat=True))
    return Seal.objects.get(rev=chosen.choice(revs[3 : len(revs) - but_last]))


def edited_act(chosen: random.Random) -> set[int]:
    one = some(chosen)
    column, value = chosen.choice(
        [
            ("verb", "x.y"),
            ("actor", 999),
            ("actor_kind", "token"),
            ("source", "7"),
            ("seq", 10**9),
            ("key", "k"),
            ("at", "2020-01-01 00:00:00+00:00"),
        ]
    )
    run(f"UPDATE ledger_act SET {column} = %s WHERE id = %s", str(value), one.act_id)
    return {one.rev}


def edited_change(chosen: random.Random) -> set[int]:
    change = chosen.choice(list(Change.objects.filter(act__seal__rev__gt=3)))
    column, value = chosen.choice(
        [
            ("before", '{"name":"x"}'),
            ("after", '{"name":"x"}'),
            ("record", 10**6),
            ("version", 999),
            ("root", 4321),
        ]
    )
    run(f"UPDATE ledger_change SET {column} = %s WHERE id = %s", str(value), change.pk)
    return {Seal.objects.get(act_id=change.act_id).rev}


def forgotten_without_an_act(chosen: random.Random) -> set[int]:
    from rapport.foundation.kernel.ledger.services.sealing import _SAID, change_digest

    change = chosen.choice(list(Change.objects.filter(act__seal__rev__gt=3)))
    was = change_digest(*(getattr(change, name) for name in _SAID))
    run("UPDATE ledger_change SET was = %s, after = %s WHERE id = %s", was, '{"name":"x"}', change.pk)
    return {Seal.objects.get(act_id=change.act_id).rev}


def deleted_change(chosen: random.Random) -> set[int]:
    change = chosen.choice(list(Change.objects.filter(act__seal__rev__gt=3)))
    run("DELETE FROM ledger_change WHERE id = %s", change.pk)
    return {Seal.objects.get(act_id=change.act_id).rev}


def deleted_act(chosen: random.Random) -> set[int]:
    one = some(chosen)
    run("DELETE FROM ledger_change WHERE act_id = %s", one.act_id)
    run("DELETE FROM ledger_act WHERE id = %s", one.act_id)
    return {one.rev}


def deleted_with_its_seal(chosen: random.Random) -> set[int]:
    one = some(chosen, but_last=1)
    run("DELETE FROM ledger_seal WHERE rev = %s", one.rev)
    return deleted_act_of(one)


def deleted_act_of(one: Seal) -> set[int]:
    run("DELETE FROM ledger_change WHERE act_id = %s", one.act_id)
    run("DELETE FROM ledger_act WHERE id = %s", one.act_id)
    return {one.rev}


def swapped(chosen: random.Random) -> set[int]:
    one, other = some(chosen), some(chosen)
    while other.rev == one.rev:
        other = some(chosen)
    run("UPDATE ledger_seal SET act_id = -1 WHERE rev = %s", one.rev)
    run("UPDATE ledger_seal SET act_id = %s WHERE rev = %s", one.act_id, other.rev)
    run("UPDATE ledger_seal SET act_id = %s WHERE rev = %s", other.act_id, one.rev)
    return {one.rev, other.rev}


def edited_seal(chosen: random.Random) -> set[int]:
    one = some(chosen)
    run(
        f"UPDATE ledger_seal SET {chosen.choice(['digest', 'head'])} = %s WHERE rev = %s", b"\1" * 32, one.rev
    )
    return {one.rev}


def cut_off(chosen: random.Random) -> set[int]:
    last = Seal.objects.count() - chosen.randint(1, 5)
    acts = list(Seal.objects.filter(rev__gt=last).values_list("act_id", flat=True))
    run("DELETE FROM ledger_seal WHERE rev > %s", last)
    for act in acts:
        run("DELETE FROM ledger_change WHERE act_id = %s", act)
        run("DELETE FROM ledger_act WHERE id = %s", act)
    return {last + 1}


def rolled_back_and_written_on(chosen: random.Random) -> set[int]:
    """A file from before put in the place of the newer one, and work that went on as if nothing had been."""
    cut_off(chosen)
    for number in range(6):
        person(CAST[0].actor("ana"), f"Later {number}", owner=CAST[0].ana)
    seal()
    return {-1}  # after the last head that was noted and still holds


def put_in(chosen: random.Random) -> set[int]:
    one = Act.objects.order_by("-pk").first()
    assert one is not None
    run(
        "INSERT INTO ledger_act (id, seq, verb, actor_kind, actor, source_kind, source, at) "
        "VALUES (%s, %s, 'party.renamed', 'user', 1, 'screen', '', '2026-11-19 09:00:00+00:00')",
        one.pk + 1000,
        one.seq + 1000,
    )
    return {-(one.pk + 1000)}


CAST: list[Cast] = []
TAMPERINGS: dict[str, Tamper] = {
    "an act edited": edited_act,
    "a change edited": edited_change,
    "an edit passed off as forgotten": forgotten_without_an_act,
    "a change deleted": deleted_change,
    "an act deleted": deleted_act,
    "an act deleted with its seal": deleted_with_its_seal,
    "two acts in each other's place": swapped,
    "a seal edited": edited_seal,
    "the end cut off": cut_off,
    "a file from before": rolled_back_and_written_on,
    "an act put in": put_in,
}


@pytest.fixture
def house(cast: Cast, tmp_path: Path) -> Path:
    """A chain of some forty acts, and the heads it had at two times noted outside."""
    CAST[:] = [cast]
    for number in range(20):
        person(cast.actor("ana"), f"Person {number}", owner=cast.ana)
        if number == 12:
            seal()
            assert anchor(tmp_path, AT) == 1
    seal()
    assert anchor(tmp_path, AT) == 1
    return tmp_path


def is_placed(found: tuple[Tampering, ...], where: set[int]) -> bool:
    """Whether every place is named: numbers by number, acts that have none by their key."""
    if where == {-1}:
        return bool(found)
    return where <= {one.rev for one in found} | {-(one.act or 0) for one in found if one.rev is None}


@pytest.mark.long
def test_it_finds_and_places_whatever_is_changed_past_it(
    house: Path, full: bool, goal: Callable[..., None]
) -> None:
    """G18: in full 200 random edits, deletions, reorderings, truncations and rollbacks; 22 else."""
    chosen, missed, many = random.Random(18), [], 200 if full else 22
    assert prove_all(house, AT).found == ()
    for number in range(many):
        name, tamper = list(TAMPERINGS.items())[number % len(TAMPERINGS)]
        with transaction.atomic():
            where = tamper(chosen)
            found = prove_all(house, AT).found
            if not is_placed(found, where):
                missed.append((name, where, found))
            transaction.set_rollback(True)
    goal("G18", f"{many} of {many} found and placed", f"{many - len(missed)} of {many}", met=not missed)
    assert missed == []
    assert prove_all(house, AT).found == ()


def test_it_says_what_was_found_to_whoever_looks_after_the_house(
    house: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.HOME", house)
    assert [check.ok for check in checks(AT)] == [True]
    one = Seal.objects.get(rev=7)
    run("UPDATE ledger_act SET verb = 'x.y' WHERE id = %s", one.act_id)

    prove_all(house, AT)

    (check,) = checks(AT)
    assert not check.ok
    assert "edited at number 7" in check.detail


def test_it_goes_on_where_a_pass_was_broken_off(house: Path) -> None:
    proof = prove(house, Proof(begun_at=AT), AT, most=10)
    assert (proof.reached.rev, proof.done_at) == (10, None)
    while proof.done_at is None:
        proof = prove(house, Proof.read(proof.plain()), AT, most=10)

    assert proof.reached.rev == Seal.objects.count()
    assert proof.found == ()


def test_it_notes_no_head_that_does_not_follow_from_the_last(house: Path) -> None:
    before = anchors(house)
    rolled_back_and_written_on(random.Random(1))

    assert anchor(house, AT) == 0
    assert anchors(house) == before
    assert proofs(house).last is None
