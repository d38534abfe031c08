"""Acts: one transaction, one row, once; conflicts by field; nothing is written past them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client

from rapport.customers.people.models import ContactPoint, Party, PartyTag
from rapport.customers.timeline.models import Interaction, Moment
from rapport.customers.timeline.services import Promised, Said, record_interaction, write_note
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.ledger.models import Act, Change, Parked, Reader, Seal, Unsealed
from rapport.foundation.kernel.ledger.queries.history import history, origins
from rapport.foundation.kernel.ledger.rules import (
    AlreadyDone,
    Conflict,
    Refused,
    UnrecordedWrite,
    canonical,
)
from rapport.foundation.kernel.ledger.services import CannotUndo, act, deliver_all, feed, seal, undo
from rapport.foundation.kernel.ledger.services.sealing import act_digest, next_head
from rapport.foundation.kernel.records.rules import record_type
from rapport.foundation.kernel.records.services import delete_record, edit_record, undo_act
from tests.cast import AT, BACKEND, Cast, all_records, derived_tables, doing, organisation, part, person

PEOPLE = "people"


def edit(cast: Cast, who: str, party: Party, seen: int | None = None, **values: Any) -> Any:
    """Change a person as on screen."""
    return edit_record(record_type(PEOPLE), party, values, seen=seen, **doing(cast.actor(who)))


def test_it_records_who_changed_what_and_what_stood_there(cast: Cast) -> None:
    berg = person(cast.actor("ana"), "Mrs Berg", owner=cast.ana, team=cast.sellers)
    number = part(cast.actor("ana"), "contact-points", berg, type="phone", value="32 12 34 56", label="work")
    written = edit_record(
        record_type("contact-points"), number, {"value": "32 12 34 57"}, **doing(cast.actor("ana"))
    )

    change = Change.objects.get(act_id=written.act or 0)
    assert json.loads(change.before) == {"normal": "+4532123456", "value": "32 12 34 56"}
    assert json.loads(change.after) == {"normal": "+4532123457", "value": "32 12 34 57"}
    assert (change.op, change.version, change.root) == ("u", 2, berg.pk)
    row = Act.objects.get(pk=written.act or 0)
    assert (row.verb, row.actor, row.source_kind, row.at) == ("contact.edited", cast.ana.pk, "screen", AT)
    origin = origins([ContactPoint.objects.get()])[ContactPoint, number.pk]
    assert (origin["value"].act.pk, origin["value"].before) == (written.act, "32 12 34 56")
    assert origin["label"].act.verb == "contact.created"
    assert [entry.act.verb for entry in history(berg)] == [
        "contact.edited",
        "contact.created",
        "person.created",
    ]


def test_it_takes_a_corrected_number_back_and_finds_the_old_one_again(cast: Cast) -> None:
    from rapport.foundation.kernel.search.queries import find

    ana = cast.actor("ana")
    berg = person(ana, "Mrs Berg", owner=cast.ana)
    number = part(ana, "contact-points", berg, type="phone", value="32 12 34 56")
    written = edit_record(record_type("contact-points"), number, {"value": "34 41 23 45"}, **doing(ana))
    assert [hit.title for hit in find("2345", actor=ana)] == ["Mrs Berg"]

    undone = undo_act(written.act or 0, **doing(ana))

    assert undone.kept == ()
    assert ContactPoint.objects.get().normal == "+4532123456"
    assert [hit.title for hit in find("3456", actor=ana)] == ["Mrs Berg"]
    assert find("2345", actor=ana) == []
    with pytest.raises(CannotUndo):
        undo(written.act or 0, **doing(ana))
    undo(undone.act or 0, **doing(ana))
    assert ContactPoint.objects.get().normal == "+4534412345"


def test_it_keeps_a_field_that_somebody_changed_since_and_names_the_act(cast: Cast) -> None:
    ana = cast.actor("ana")
    berg = person(ana, "Berg", owner=cast.ana)
    first = edit(cast, "ana", berg, name="Mrs Berg", job_title="Buyer")
    later = edit(cast, "ana", berg, job_title="Head buyer")

    undone = undo(first.act, **doing(ana))

    berg.refresh_from_db()
    assert (berg.name, berg.job_title) == ("Berg", "Head buyer")
    assert [(one.field, one.by_act) for one in undone.kept] == [("job_title", later.act)]


def test_it_keeps_a_person_whom_later_work_refers_to_with_all_parts(cast: Cast) -> None:
    from rapport.customers.timeline.services import Said, record_interaction

    ana = cast.actor("ana")
    with act("import.part", **doing(ana)) as writer:
        (berg,) = writer.bulk_create([Party(name="Berg", kind="person", sort_key="berg")])
        writer.bulk_create(
            [ContactPoint(party=berg, type="email", value="b@berg.example", normal="b@berg.example")]
        )
    record_interaction([berg], Said("She rang", AT), **doing(ana))

    with pytest.raises(CannotUndo, match="Later work refers to it"):
        undo(writer.id, **doing(ana))
    assert (Party.objects.count(), ContactPoint.objects.count()) == (1, 1)


def test_it_merges_disjoint_fields_and_shows_both_sides_of_the_same(cast: Cast) -> None:
    ana = cast.actor("ana")
    berg = person(ana, "Berg", owner=cast.ana, team=cast.sellers)
    edit(cast, "mira", berg, seen=1, job_title="Buyer")
    edit(cast, "ana", berg, seen=1, call_me="Lis")  # another field: merges
    standing = all_records()

    with pytest.raises(Conflict) as caught:
        edit(cast, "ana", berg, seen=1, job_title="Head buyer")

    (clash,) = caught.value.clashes
    assert (clash.field, clash.mine, clash.theirs, clash.before) == ("job_title", "Head buyer", "Buyer", "")
    assert all_records() == standing
    berg.refresh_from_db()
    assert (berg.job_title, berg.call_me, berg.version) == ("Buyer", "Lis", 3)


def test_it_does_a_deed_once_however_often_it_is_sent(cast: Cast) -> None:
    ana = cast.actor("ana")
    berg = person(ana, "Berg", owner=cast.ana)
    kind = record_type(PEOPLE)
    first = edit_record(kind, berg, {"name": "Mrs Berg"}, seen=1, key="k1", **doing(ana))

    with pytest.raises(AlreadyDone) as caught:
        edit_record(kind, berg, {"name": "Mrs Berg!"}, seen=1, key="k1", **doing(ana))

    assert caught.value.act == first.act
    assert Act.objects.filter(key="k1").count() == 1
    assert Party.objects.get().name == "Mrs Berg"


def test_it_writes_nothing_when_nothing_differs(cast: Cast) -> None:
    berg = person(cast.actor("ana"), "Berg", owner=cast.ana)
    acts = Act.objects.count()

    assert edit(cast, "ana", berg, name="Berg").act is None
    assert Act.objects.count() == acts


def test_it_refuses_a_write_outside_an_act(cast: Cast) -> None:
    berg = person(cast.actor("ana"), "Berg")

    for write in (
        lambda: Party.objects.filter(pk=berg.pk).update(name="x"),
        lambda: Party(name="y").save(),
        lambda: Party.objects.filter(pk=berg.pk)._raw_delete("default"),
    ):
        with pytest.raises(UnrecordedWrite), transaction.atomic():
            write()
    Party.objects.filter(pk=berg.pk).update(updated_at=AT)  # derived: passes
    assert Party.objects.get().name == "Berg"


def test_it_leaves_nothing_behind_when_refused_half_way(cast: Cast) -> None:
    standing, changes = all_records(), Change.objects.count()

    with pytest.raises(Refused), act("person.created", **doing(cast.actor("ana"))) as writer:
        writer.create(Party(name="Berg"))
        raise Refused("no")

    assert (all_records(), Change.objects.count()) == (standing, changes)


@pytest.mark.parametrize("bad", ["a\x00b", "half \ud83d a smile"])
def test_it_refuses_text_that_a_database_cannot_hold(cast: Cast, bad: str) -> None:
    with pytest.raises(ValidationError):
        person(cast.actor("ana"), bad)
    assert Party.objects.count() == 0


def test_it_brings_a_deleted_person_back_with_all_that_hung_on_it(cast: Cast) -> None:
    ana = cast.actor("dace")
    firm = organisation(ana, "Havnen")
    berg = person(ana, "Berg", organisation=firm)
    part(ana, "tags", berg, tag="vip")
    standing = all_records()

    gone = delete_record(record_type("organisations"), firm, **doing(ana))
    berg.refresh_from_db()
    assert berg.organisation_id is None
    undo(gone, **doing(ana))

    assert all_records() == standing


def test_it_deletes_what_was_said_with_nobody_else_and_brings_it_back(cast: Cast, client: Client) -> None:
    """An interaction of which nobody is left is seen by nobody: it goes with the last who took part."""
    dace = cast.actor("dace")
    berg, lund = person(dace, "Berg"), person(dace, "Lund")
    alone = record_interaction([berg], Said("alone", AT), Promised("a list", AT.date()), **doing(dace)).record
    both = record_interaction([berg, lund], Said("both", AT), **doing(dace)).record
    write_note(berg, "CANARY of another", is_private=True, **doing(cast.actor("ana")))
    standing, told = all_records(), derived_tables()
    client.force_login(cast.dace, backend=BACKEND)

    answer = client.post(f"/people/{berg.pk}/deletion/", follow=True)
    assert "Interactions 1, Promises 1). Undo brings all of it back." in answer.content.decode()
    assert list(Interaction.objects.values_list("pk", flat=True)) == [both.pk]
    assert set(Moment.objects.filter(kind="interaction").values_list("record", flat=True)) == {both.pk}

    gone = Act.objects.get(verb="person.deleted").pk
    undo(gone, **doing(dace))
    assert all_records() == standing
    assert derived_tables() == told
    assert Interaction.objects.filter(pk=alone.pk).exists()


def test_it_brings_back_only_the_parts_whose_place_is_free(cast: Cast) -> None:
    ana = cast.actor("dace")
    berg = person(ana, "Berg")
    vip, late = part(ana, "tags", berg, tag="vip"), part(ana, "tags", berg, tag="late")
    with act("tag.deleted", **doing(ana)) as writer:
        writer.remove_rows([vip, late])
    again = part(ana, "tags", berg, tag="vip")

    undone = undo(writer.id, **doing(ana))

    assert [(one.record, one.reason) for one in undone.kept] == [
        (vip.pk, "Its unique value is taken by another.")
    ]
    assert set(PartyTag.objects.values_list("pk", "tag")) == {(again.pk, "vip"), (late.pk, "late")}


def test_it_seals_acts_in_order_so_that_an_edit_is_found(cast: Cast) -> None:
    person(cast.actor("ana"), "Berg")
    sealed = seal()

    assert sealed == Act.objects.count() == Seal.objects.count()
    assert not Unsealed.objects.exists()
    assert list(Seal.objects.order_by("rev").values_list("rev", flat=True)) == list(range(1, sealed + 1))
    head = b""
    for one in Seal.objects.select_related("act").order_by("rev"):
        assert bytes(one.digest) == act_digest(one.act)
        head = next_head(head, one.rev, bytes(one.digest))
        assert bytes(one.head) == head
    change = Change.objects.order_by("-id").first()
    assert change is not None
    Change.objects.filter(pk=change.pk).update(after=change.after.replace("Berg", "Borg"))
    assert bytes(Seal.objects.get(act=change.act_id).digest) != act_digest(change.act)


def test_it_feeds_every_act_at_least_once_and_in_order_per_record(cast: Cast) -> None:
    heard: list[int] = []
    failing = {"now": True}

    def deliver(rev: int, done: Act) -> None:
        if failing["now"] and done.verb == "person.edited":
            raise RuntimeError
        heard.append(done.pk)

    seal()
    feed.subscribe("test", deliver)
    try:
        Reader.objects.create(
            subscriber="test", rev=Seal.objects.order_by("-rev").values_list("rev", flat=True)[0]
        )
        berg, holm = person(cast.actor("ana"), "Berg", owner=cast.ana), person(cast.actor("ana"), "Holm")
        fails = edit(cast, "ana", berg, name="Mrs Berg").act
        waits = part(cast.actor("ana"), "tags", berg, tag="vip")
        goes = part(cast.actor("dace"), "tags", holm, tag="vip")
        seal()
        deliver_all(AT)
        behind = [Change.objects.get(op="c", record=tag.pk, kind=_kind(tag)).act_id for tag in (waits, goes)]
        assert fails not in heard
        assert behind[0] not in heard
        assert behind[1] in heard
        assert Parked.objects.count() == 2
        failing["now"] = False
        deliver_all(AT + timedelta(hours=2))
        assert heard[-2:] == [fails, behind[0]]
        assert not Parked.objects.exists()
    finally:
        feed._subscribers.pop("test")


def _kind(row: Any) -> int:
    from rapport.foundation.kernel.ledger.models.kinds import number_of

    return number_of(type(row))


def test_it_writes_one_change_however_many_fields(cast: Cast) -> None:
    """A change costs the same whatever its size: one row."""
    berg = person(SYSTEM, "Berg")
    before = Change.objects.count()
    edit_record(record_type(PEOPLE), berg, {"name": "A", "call_me": "B", "job_title": "C"}, **doing(SYSTEM))

    assert Change.objects.count() == before + 1


def test_it_writes_values_as_json_does() -> None:
    for values in (
        {"name": 'Søren "O\'Brien"\n\u2028முருகன்', "also": [["a", None], {"z": True, "b": 1}]},
        {"b": 2**70, "a": "", "custom.felt": "x\x1f"},
    ):
        text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert canonical(values) == text
    with pytest.raises(TypeError):
        canonical({"at": AT})
