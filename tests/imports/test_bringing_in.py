"""Bringing a file in: what becomes of its rows, running it again, taking it back, going on after a kill."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from rapport.customers.people.models import ContactPoint, Party, PartyTag, PostalAddress
from rapport.customers.timeline.models import Note
from rapport.doors.connect.imports import services
from rapport.doors.connect.imports.models import Import, ImportRow
from rapport.doors.connect.imports.services import beginning, bringing, reading
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.fields.models import CustomField
from rapport.foundation.kernel.ledger.models import Act, LongAct
from rapport.foundation.kernel.ledger.rules import COMMAND
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.services import undo_act
from tests.imports.firm import BringIn, counts, everything, stored_files

SMALL = (
    "Name,Email,Phone,Company,Street,City,Notes,Tags,Shoe size\n"
    "Ana Ozola,ana@acme.example,32 12 34 56,Acme A/S,Vej 1,Aarhus,Likes tea,VIP;Tea,39\n"
    "Bo Holm,bo@acme.example,,acme a/s,,,,,\n"
    "Cid,,,,,,,,\n"
)


def party(name: str) -> Party:
    return Party.objects.get(name=name)


def test_it_writes_every_value_of_a_row(bring_in: BringIn, ana: User) -> None:
    assert counts(bring_in(SMALL)) == (3, 3, 0, 0, 0, 0)
    one = party("Ana Ozola")
    acme = party("Acme A/S")
    assert (one.kind, one.organisation_id, acme.kind, one.owner_id) == (
        "person",
        acme.pk,
        "organisation",
        ana.pk,
    )
    assert party("Bo Holm").organisation_id == acme.pk
    points = ContactPoint.objects.filter(party=one).order_by("type").values_list("type", "value", "normal")
    assert list(points) == [
        ("email", "ana@acme.example", "ana@acme.example"),
        ("phone", "32 12 34 56", "+4532123456"),
    ]
    assert list(PostalAddress.objects.values_list("street", "city")) == [("Vej 1", "Aarhus")]
    assert list(Note.objects.values_list("words", "owner")) == [("Likes tea", ana.pk)]
    assert list(PartyTag.objects.order_by("pk").values_list("tag", flat=True)) == ["VIP", "Tea"]
    assert one.custom == {"shoe_size": "39"}
    assert CustomField.objects.get().label == "Shoe size"
    assert ImportRow.objects.get(line=2).record == one.pk


def test_it_creates_nothing_the_second_time(bring_in: BringIn) -> None:
    bring_in(SMALL)
    before = everything()
    assert counts(bring_in(SMALL)) == (3, 0, 0, 3, 0, 0)
    assert everything() == before


def test_it_creates_nothing_when_the_rows_come_in_another_order_of_columns(bring_in: BringIn) -> None:
    bring_in("Name,Email\nAna Ozola,ana@acme.example\nBo,bo@acme.example\n")
    assert counts(bring_in("Email,Name\nANA@acme.example,Ana Ozola\nbo@acme.example,Bo\n")) == (
        2,
        0,
        0,
        2,
        0,
        0,
    )


def test_it_updates_what_differs_and_removes_nothing(bring_in: BringIn) -> None:
    bring_in("Name,Email,Phone,Job title\nAna Ozola,ana@acme.example,32 12 34 56,Buyer\n")
    assert counts(bring_in("Name,Email,Phone,Job title\nAna,ana@acme.example,33 12 34 56,Chief\n")) == (
        1,
        0,
        1,
        0,
        0,
        0,
    )
    assert (Party.objects.get().name, Party.objects.get().job_title) == ("Ana Ozola", "Chief")
    phones = ContactPoint.objects.filter(type="phone").order_by("pk").values_list("normal", "position")
    assert list(phones) == [("+4532123456", 0), ("+4533123456", 1)]


def test_it_counts_the_same_identity_in_a_file_as_a_duplicate(bring_in: BringIn, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "CHUNK", 2)
    text = (
        "Name,Email\nAna,ana@acme.example\nAna,ANA@acme.example\nBo,bo@acme.example\nAna,ana@acme.example\n"
    )
    one = bring_in(text)
    assert counts(one) == (4, 2, 0, 0, 2, 0)
    assert set(one.rows.filter(verdict="duplicate").values_list("record", flat=True)) == {party("Ana").pk}


def test_it_keeps_two_people_apart_who_share_an_address(bring_in: BringIn) -> None:
    one = bring_in("Name,Email\nAna,info@acme.example\nBo,info@acme.example\n")
    assert counts(one) == (2, 2, 0, 0, 0, 0)
    later = bring_in("Name,Email\nCid,info@acme.example\n")
    assert counts(later) == (1, 1, 0, 0, 0, 0)
    assert "another name" in later.rows.get().reason


def test_it_rejects_rows_without_anybody_and_says_why(bring_in: BringIn, monkeypatch: Any) -> None:
    monkeypatch.setattr(
        beginning, "SAMPLE_BYTES", 45
    )  # the NUL comes later: at the beginning it would be no text
    one = bring_in("Name,Email,City\nAna,ana@acme.example,Aarhus\n,,Aarhus\n,,\nB\x00o,,\n")
    assert counts(one) == (4, 1, 0, 0, 0, 3)
    reasons = list(one.rows.filter(verdict="rejected").order_by("line").values_list("reason", flat=True))
    assert reasons == [
        "The row has no name, organisation, e-mail or phone.",
        "The row is empty.",
        "It holds a NUL character, which cannot be kept.",
    ]


def test_it_rejects_what_no_index_can_hold(bring_in: BringIn) -> None:
    long = "x" * 201
    assert counts(bring_in(f"Name,Tags,ID\nAna,{long},1\nBo,,{long}\n")) == (2, 0, 0, 0, 0, 2)


def test_it_takes_all_back_updates_included(bring_in: BringIn, ana: User) -> None:
    bring_in("Name,Email,Job title\nAna Ozola,ana@acme.example,Buyer\n")
    before = everything()
    one = bring_in(SMALL.replace("Ana Ozola", "Ana Maria Ozola"))
    assert counts(one) == (3, 2, 1, 0, 0, 0)
    assert one.long_act is not None
    undo_act(one.long_act, actor=actor_for(ana), source=COMMAND, at=now())
    assert everything() == before
    assert counts(bring_in(SMALL)) == (3, 2, 1, 0, 0, 0)


def test_it_goes_on_where_it_was_killed(ana: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "CHUNK", 2)
    text = "Name,Company\n" + "".join(f"Person {n},Firm {n % 3}\n" for n in range(7))
    actor = actor_for(ana)
    one = services.begin_import(io.BytesIO(text.encode()), "people.csv", actor=actor, at=now())
    real = reading.chunks
    seen: list[Any] = []

    def killed(*args: Any) -> Iterator[Any]:
        for chunk in real(*args):
            if len(seen) == 2:
                raise KeyboardInterrupt
            seen.append(chunk)
            yield chunk

    with monkeypatch.context() as broken:
        broken.setattr(bringing, "chunks", killed)
        with pytest.raises(KeyboardInterrupt):
            services.bring_in(one, actor=actor, at=now())
    assert (Party.objects.people().count(), LongAct.objects.get().checkpoint) == (4, 5)
    one = Import.objects.get()
    services.bring_in(one, actor=actor, at=now())
    assert counts(one) == (7, 7, 0, 0, 0, 0)
    assert sorted(Party.objects.organisations().values_list("name", flat=True)) == [
        "Firm 0",
        "Firm 1",
        "Firm 2",
    ]
    assert (Import.objects.get().state, LongAct.objects.get().state) == ("finished", "finished")
    assert Act.objects.filter(verb="import.part").count() == 4


def test_it_is_gone_on_with_by_the_worker(ana: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "CHUNK", 2)
    actor = actor_for(ana)
    one = services.begin_import(io.BytesIO(SMALL.encode()), "people.csv", actor=actor, at=now())
    services.map_columns(one, [bringing_place(place) for place in one.mapping])
    while services.continue_imports(now()):
        pass
    one.refresh_from_db()
    assert (one.state, counts(one)) == ("matched", (3, 3, 0, 0, 0, 0))
    assert not Party.objects.exists()
    services.start(one, actor=actor, at=now())
    while services.continue_imports(now()):
        pass
    one.refresh_from_db()
    assert (one.state, counts(one)) == ("finished", (3, 3, 0, 0, 0, 0))


def test_it_is_looked_over_by_one_of_two(ana: User) -> None:
    actor = actor_for(ana)
    one = services.begin_import(io.BytesIO(SMALL.encode()), "people.csv", actor=actor, at=now())
    services.map_columns(one, [bringing_place(place) for place in one.mapping])
    late = Import.objects.get()
    services.match(one, actor=actor)
    services.start(one, actor=actor, at=now())
    with pytest.raises(services.Overtaken):
        services.match(late, actor=actor)
    one.refresh_from_db()
    assert (one.state, counts(one)) == ("running", (0, 0, 0, 0, 0, 0))


def test_nobody_else_takes_up_what_somebody_works_on(ana: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "CHUNK", 1)
    actor = actor_for(ana)
    one = services.begin_import(io.BytesIO(SMALL.encode()), "people.csv", actor=actor, at=now())
    services.map_columns(one, [bringing_place(place) for place in one.mapping])
    taken_up: list[int] = []

    def meanwhile(one: Import, share: float) -> None:
        taken_up.append(services.continue_imports(now()))

    long_ago = now() - timedelta(minutes=5)  # it began then, and goes on still
    services.match(one, actor=actor, report=meanwhile)
    services.bring_in(one, actor=actor, at=long_ago, report=meanwhile)
    assert taken_up == [0] * 6
    assert (Import.objects.get().state, counts(one)) == ("finished", (3, 3, 0, 0, 0, 0))


def bringing_place(place: list[Any]) -> Any:
    from rapport.doors.connect.imports.rules.recognition import Place

    return Place(*place)


def test_it_says_before_what_it_does_after(ana: User, bring_in: BringIn) -> None:
    bring_in("Name,Email,Job title\nAna Ozola,ana@acme.example,Buyer\nBo Holm,bo@acme.example,\n")
    actor = actor_for(ana)
    one = services.begin_import(io.BytesIO(SMALL.encode()), "people.csv", actor=actor, at=now())
    services.match(one, actor=actor)
    assert counts(one) == (3, 1, 2, 0, 0, 0)
    services.bring_in(one, actor=actor, at=now())
    assert counts(one) == (3, 1, 2, 0, 0, 0)


def test_it_brings_all_back_when_its_undo_is_undone(ana: User, bring_in: BringIn) -> None:
    before = everything()
    one = bring_in(SMALL)
    after, actor = everything(), actor_for(ana)
    undone = undo_act(one.long_act or 0, actor=actor, source=COMMAND, at=now())
    assert everything() == before
    again = undo_act(undone.act or 0, actor=actor, source=COMMAND, at=now())
    assert everything() == after
    assert again.kept == ()


def test_it_leaves_no_trace_of_a_file_without_contacts(bring_in: BringIn) -> None:
    files = (
        b"",
        b"\n\n",
        b"Colour,Size\nred,3\n",
        b"PK\x03\x04rest",
        b"<html></html>",
        b"Name,Email\n",
        b"%PDF-1.4",
    )
    for content in files:
        with pytest.raises(services.ImportRefused):
            bring_in(content)
    with pytest.raises(services.ImportRefused):
        bring_in(b"nothing here", "cards.vcf")
    assert (Import.objects.count(), ImportRow.objects.count(), stored_files()) == (0, 0, 0)


def test_it_leaves_no_trace_of_a_broken_upload(ana: User) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        services.begin_import(Broken(), "people.csv", actor=actor_for(ana), at=now())
    assert (Import.objects.count(), stored_files()) == (0, 0)


def test_it_matches_only_what_the_importer_may_see(bring_in: BringIn, bo: User) -> None:
    from rapport.foundation.accounts.services import set_grant

    text = "Name,Email\nAna Ozola,ana@acme.example\n"
    bring_in(text)
    set_grant(bo.role, "people", "see", "own", actor=SYSTEM, source=COMMAND, at=now())
    assert counts(bring_in(text, user=bo)) == (1, 1, 0, 0, 0, 0)
    assert list(Party.objects.order_by("pk").values_list("owner__name", flat=True)) == [
        "Ana Admin",
        "Bo Seller",
    ]


def test_it_rejects_a_row_that_would_change_what_is_out_of_reach(bring_in: BringIn, bo: User) -> None:
    bring_in("Name,Email\nAna Ozola,ana@acme.example\n")
    before = everything()
    one = bring_in("Name,Email,Phone\nAna Ozola,ana@acme.example,32 12 34 56\n", user=bo)
    assert counts(one) == (1, 0, 0, 0, 0, 1)
    assert everything() == before
    assert "Ana" not in one.rows.get().reason


def test_it_is_refused_to_a_guest(ana: User, bring_in: BringIn) -> None:
    from rapport.foundation.accounts.services import NewUser, add_user
    from rapport.foundation.kernel.records.services import NotAllowed

    new = NewUser("gia@firm.example", "Gia", "a long enough sentence", "guest")
    with pytest.raises(NotAllowed):
        bring_in(SMALL, user=add_user(new, actor=SYSTEM, source=COMMAND, at=now()))
    assert (Import.objects.count(), stored_files()) == (0, 0)


def test_it_finds_owners_and_stages_by_their_words(bring_in: BringIn, bo: User) -> None:
    bring_in("Name,Owner,Stage\nAna,Bo Seller,At risk\nBea,bo@firm.example,customer\nCid,Nobody,Warm\n")
    assert party("Ana").owner_id == party("Bea").owner_id == bo.pk
    assert [party(name).stage for name in ("Ana", "Bea", "Cid")] == ["at_risk", "customer", ""]
    assert party("Cid").custom == {"owner": "Nobody", "stage": "Warm"}


def test_it_recognises_an_external_id_before_all_else(bring_in: BringIn) -> None:
    bring_in("ID,Name,Email\n7,Ana Ozola,ana@acme.example\n")
    assert counts(bring_in("ID,Name,Email\n7,Ana Holm,ana.holm@acme.example\n")) == (1, 0, 1, 0, 0, 0)
    assert counts(bring_in("ID,Name,Email\n8,Ana Ozola,ana@acme.example\n")) == (1, 1, 0, 0, 0, 0)


def test_it_makes_an_organisation_once_whether_named_or_listed(bring_in: BringIn, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "CHUNK", 2)
    text = "account,sector,subsidiary_of\nAcme,tea,Global\nBest,tea,Acme\nCool,tea,Global\nGlobal,tea,\n"
    assert counts(bring_in(text)) == (4, 4, 0, 0, 0, 0)
    parents = dict(Party.objects.values_list("name", "organisation__name"))
    assert parents == {"Acme": "Global", "Best": "Acme", "Cool": "Global", "Global": None}
    assert Party.objects.organisations().count() == 4


def test_it_writes_nothing_outside_its_acts(bring_in: BringIn, ana: User) -> None:
    one = bring_in(SMALL)
    verbs = list(Act.objects.filter(source_kind="import").order_by("pk").values_list("verb", "source"))
    assert verbs == [
        ("import.started", str(one.pk)),
        ("import.part", str(one.pk)),
        ("import.finished", str(one.pk)),
    ]
    with act("person.created", actor=actor_for(ana), source=COMMAND, at=now()) as writer:
        writer.create(Party(name="Later"))
    assert counts(bring_in("Name\nLater\n")) == (1, 1, 0, 0, 0, 0)
