"""What happened, brought in as a table: each row becomes an interaction with whom it names, and goes again with one
Undo."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction, Moment, MomentParty, Participant
from rapport.doors.connect.imports import services
from rapport.doors.connect.imports.models import Import
from rapport.doors.connect.imports.rules.recognition import Place
from rapport.doors.connect.imports.services import bringing, reading
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.rules import COMMAND
from rapport.foundation.kernel.ledger.services import act
from rapport.foundation.kernel.records.services import undo_act
from tests.imports.firm import BringIn, counts, everything

CALLS = (
    "Date,Customer,Company,Channel,Direction,Outcome,Notes,Amount,Sales rep\n"
    "2024-03-05 14:30,Ana Ozola,Acme A/S,Phone,Inbound,Left message,Wants a quote,120 kr,Bo Seller\n"
    "2024-03-06,Ana Ozola,Acme A/S,Fax,Outbound,,Sent the quote,,Somebody Else\n"
    "2024-03-07,Bo Holm,,E-mail,,Agreed,,,\n"
)


def derived() -> tuple[object, ...]:
    """The story and what is measured of each party, which no act records."""
    columns = ("name", "last_contact_at", "quiet_from", "rhythm_days")
    return (
        sorted(Moment.objects.values_list("record", "at")),
        sorted(MomentParty.objects.values_list("party", "at")),
        sorted(Party.objects.values_list(*columns), key=str),
    )


def what_was(name: str) -> list[tuple[Any, ...]]:
    rows = Interaction.objects.filter(participants__party__name=name).order_by("at")
    return list(rows.values_list("at", "channel", "direction", "outcome", "words", "owner__name"))


def test_it_records_each_row_with_whom_it_names(bring_in: BringIn, bo: User) -> None:
    one = bring_in(CALLS, "calls.csv")
    assert (one.holds, counts(one)) == ("history", (3, 3, 0, 0, 0, 0))
    first = datetime(2024, 3, 5, 14, 30, tzinfo=UTC)
    second, third = (datetime(2024, 3, day, 12, tzinfo=UTC) for day in (6, 7))
    assert what_was("Ana Ozola") == what_was("Acme A/S")
    assert what_was("Ana Ozola") == [
        (first, "phone", "theirs", "left_message", "Wants a quote\nAmount: 120 kr", "Bo Seller"),
        (second, "", "ours", "", "Sent the quote\nChannel: Fax · Sales rep: Somebody Else", None),
    ]
    assert what_was("Bo Holm") == [(third, "email", "ours", "agreed", "From calls.csv", "Ana Admin")]
    kinds = dict(Party.objects.values_list("name", "kind"))
    assert kinds == {"Ana Ozola": "person", "Acme A/S": "organisation", "Bo Holm": "person"}
    assert Party.objects.get(name="Acme A/S").last_contact_at == second
    assert MomentParty.objects.count() == 5
    assert Act.objects.filter(source_kind="import", verb="import.part").count() == 1
    assert one.rows.get(line=2).record == Interaction.objects.get(at=first).pk


def test_it_finds_whom_is_there_already(bring_in: BringIn) -> None:
    bring_in(
        "ID,Name,Email,Phone\n7,Ana Ozola,ana@acme.example,\n,Bo Holm,,32 12 34 56\n,Cid,,\n", "people.csv"
    )
    bring_in("Company,VAT\nAcme A/S,1\n", "firms.csv")
    before = Party.objects.count()
    one = bring_in(
        "Customer id,Customer,Email,Phone,Date,Direction\n"
        "7,,,,2024-03-01,in\n,,ANA@acme.example,,2024-03-02,in\n,,,+45 32123456,2024-03-03,in\n"
        ",cid,,,2024-03-04,in\n,ACME A/S,,,2024-03-05,in\n",
        "calls.csv",
    )
    assert (counts(one), Party.objects.count()) == ((5, 5, 0, 0, 0, 0), before)
    names = Participant.objects.order_by("interaction__at").values_list("party__name", flat=True)
    assert list(names) == ["Ana Ozola", "Ana Ozola", "Bo Holm", "Cid", "Acme A/S"]


def test_it_creates_nothing_the_second_time(bring_in: BringIn) -> None:
    bring_in(CALLS, "calls.csv")
    before = everything()
    assert counts(bring_in(CALLS, "calls.csv")) == (3, 0, 0, 3, 0, 0)
    more = CALLS + "2024-03-08,Bo Holm,,Phone,,,Called again,,\n"
    assert counts(bring_in(CALLS, "calls.csv")) == (3, 0, 0, 3, 0, 0)
    assert everything() == before
    assert counts(bring_in(more, "calls.csv")) == (4, 1, 0, 3, 0, 0)


def test_it_knows_a_happening_by_its_number(bring_in: BringIn) -> None:
    table = "Order id,Date,Customer,Amount\n{}\n"
    bring_in(table.format("A1,2024-03-01,Ana,10\nA2,2024-03-02,Ana,20"), "orders.csv")
    one = bring_in(
        table.format("A1,2024-03-01,Ana,11\nA3,2024-03-03,Ana,5\nA3,2024-03-03,Ana,6"), "orders.csv"
    )
    assert counts(one) == (3, 1, 0, 0, 2, 0)
    assert [words for *_rest, words, _owner in what_was("Ana")] == [
        "Amount: 10 · Order id: A1",
        "Amount: 20 · Order id: A2",
        "Amount: 5 · Order id: A3",
    ]
    other = bring_in("Invoice no,Date,Customer\nA1,2024-04-01,Ana\n", "invoices.csv")
    assert counts(other) == (1, 1, 0, 0, 0, 0)


def test_it_rejects_rows_without_whom_or_when_and_says_why(bring_in: BringIn) -> None:
    one = bring_in(
        "Date,Customer,Channel,Notes\n,Ana,Phone,x\n2024-03-01,,Phone,y\n31/02/2024,Ana,Phone,z\n"
        "2198-01-01,Ana,Phone,w\n,,,\n9999-01-01,Ana,,\n",
        "calls.csv",
    )
    assert counts(one) == (6, 0, 0, 0, 0, 6)
    assert list(one.rows.order_by("line").values_list("reason", flat=True)) == [
        "The row does not say when.",
        "The row does not say with whom: it has no name, organisation, e-mail, phone or number.",
        "Date, 31/02/2024: there is no day 31/02/2024.",
        "The day it tells of has not come yet.",
        "The row is empty.",
        "Date, 9999-01-01: its year cannot be right.",
    ]
    assert not Interaction.objects.exists() and not Party.objects.exists()


def test_it_does_not_guess_which_of_two_it_was_with(bring_in: BringIn) -> None:
    bring_in("Name,Email\nAna,a@one.example\nAna,a@two.example\n", "people.csv")
    one = bring_in("Date,Customer,Channel\n2024-03-01,Ana,Phone\n", "calls.csv")
    assert counts(one) == (1, 0, 0, 0, 0, 1)
    assert "Several here fit" in one.rows.get().reason


def begun(text: str, user: User, **settings: Any) -> Import:
    one = services.begin_import(io.BytesIO(text.encode()), "calls.csv", actor=actor_for(user), at=now())
    return services.map_columns(one, [Place(*place) for place in one.mapping], **settings)


def test_it_adds_nobody_where_nobody_is_to_be_added(bring_in: BringIn, ana: User) -> None:
    bring_in("Name\nBo Holm\n", "people.csv")
    one = begun(CALLS, ana, adds_unknown=False)
    services.match(one, actor=actor_for(ana))
    assert counts(one) == (3, 1, 0, 0, 0, 2)
    services.bring_in(one, actor=actor_for(ana), at=now())
    assert (counts(one), Party.objects.count()) == ((3, 1, 0, 0, 0, 2), 1)
    assert "nobody is to be added" in one.rows.filter(verdict="rejected")[0].reason


def test_it_says_before_what_it_does_after(ana: User) -> None:
    one = begun(CALLS, ana)
    before = everything()
    services.match(one, actor=actor_for(ana))
    assert (counts(one), everything()) == ((3, 3, 0, 0, 0, 0), before)
    services.bring_in(one, actor=actor_for(ana), at=now())
    assert counts(one) == (3, 3, 0, 0, 0, 0)


def test_it_takes_all_back_the_story_included(bring_in: BringIn, ana: User) -> None:
    bring_in("Date,Customer,Channel\n2024-01-01,Ana Ozola,Phone\n", "calls.csv")
    before, told = everything(), derived()
    one = bring_in(CALLS, "calls.csv")
    after = everything()
    assert counts(one)[1] == 3 and derived() != told
    undone = undo_act(one.long_act or 0, actor=actor_for(ana), source=COMMAND, at=now())
    assert (everything(), derived()) == (before, told)
    undo_act(undone.act or 0, actor=actor_for(ana), source=COMMAND, at=now())
    assert everything() == after


def test_it_goes_on_where_it_was_killed(ana: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "CHUNK", 2)
    rows = "".join(f"2024-03-0{n + 1},Person {n % 2},Call\n" for n in range(7))
    one = begun(f"Date,Customer,Type\n{rows}", ana)
    real, seen = reading.chunks, list[Any]()

    def killed(*args: Any) -> Iterator[Any]:
        for chunk in real(*args):
            if len(seen) == 2:
                raise KeyboardInterrupt
            seen.append(chunk)
            yield chunk

    with monkeypatch.context() as broken:
        broken.setattr(bringing, "chunks", killed)
        with pytest.raises(KeyboardInterrupt):
            services.bring_in(one, actor=actor_for(ana), at=now())
    assert (Interaction.objects.count(), Party.objects.count()) == (4, 2)
    one = Import.objects.get()
    services.bring_in(one, actor=actor_for(ana), at=now())
    assert (counts(one), Interaction.objects.count()) == ((7, 7, 0, 0, 0, 0), 7)
    assert sorted(Party.objects.values_list("name", flat=True)) == ["Person 0", "Person 1"]


def test_it_puts_a_rejected_row_right(ana: User, bring_in: BringIn) -> None:
    one = bring_in("Date,Customer,Channel\n31/02/2024,Ana,Phone\n2024-03-01,Ana,Call\n", "calls.csv")
    assert counts(one) == (2, 1, 0, 0, 0, 1)
    done = services.put_right(one, {2: {0: "29/02/2024"}}, actor=actor_for(ana), at=now())
    assert (done, counts(one)) == ((1, 0), (2, 2, 0, 0, 0, 0))
    assert [row[0].day for row in what_was("Ana")] == [29, 1]


def test_it_sees_only_whom_the_importer_may_see(bring_in: BringIn, bo: User) -> None:
    from rapport.foundation.accounts.services import set_grant

    bring_in("Name,Email\nAna Ozola,ana@acme.example\n", "people.csv")
    set_grant(bo.role, "people", "see", "own", actor=SYSTEM, source=COMMAND, at=now())
    one = bring_in("Date,Email,Direction\n2024-03-01,ana@acme.example,in\n", "calls.csv", user=bo)
    assert counts(one) == (1, 1, 0, 0, 0, 0)
    assert sorted(Party.objects.values_list("name", "owner__name")) == [
        ("", "Bo Seller"),
        ("Ana Ozola", "Ana Admin"),
    ]


def test_it_records_what_was_with_one_whom_the_importer_may_not_change(bring_in: BringIn, bo: User) -> None:
    bring_in("Name,Email\nAna Ozola,ana@acme.example\n", "people.csv")
    one = bring_in("Date,Email,Direction\n2024-03-01,ana@acme.example,in\n", "calls.csv", user=bo)
    assert (counts(one), Party.objects.count()) == ((1, 1, 0, 0, 0, 0), 1)


@pytest.mark.parametrize(("zone", "hour"), [("UTC", 9), ("Europe/Riga", 7), ("Asia/Kuala_Lumpur", 1)])
def test_it_takes_an_hour_for_the_importers_and_a_day_for_everybodys(
    bring_in: BringIn, ana: User, zone: str, hour: int
) -> None:
    with act("user.edited", actor=actor_for(ana), source=COMMAND, at=now()) as writer:
        writer.update(ana, time_zone=zone)
    bring_in("Date,Customer,Channel\n2024-03-01 09:00,Ana,Phone\n2024-03-02,Ana,Phone\n", "calls.csv")
    assert [row[0] for row in what_was("Ana")] == [
        datetime(2024, 3, 1, hour, tzinfo=UTC),
        datetime(2024, 3, 2, 12, tzinfo=UTC),
    ]
