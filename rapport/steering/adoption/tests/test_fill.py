"""Filling the practice company: it is believable, the same for the same seed, and written through the ledger."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import phonenumbers
import pytest
from django.core.management import call_command

from rapport.customers.people.models import ContactPoint, Party
from rapport.customers.people.rules import sort_key
from rapport.customers.timeline.models import Interaction, Promise
from rapport.customers.timeline.queries import promises_coming, promises_due
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.actors.models import Firm, User
from rapport.foundation.kernel.ledger.models import Act, Change, LongAct
from rapport.foundation.kernel.search.models import Document
from rapport.foundation.kernel.search.queries import find
from rapport.steering.adoption.queries import practice_act, sign_in
from rapport.steering.adoption.rules import BLOCK, Plan, block, blocks_of, shape
from rapport.steering.adoption.services import fill, filling
from rapport.steering.adoption.services.writing import write
from tests.cast import all_records, derived_tables

AT = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
SMALL = Plan(people=120)


def test_it_is_of_a_thousand_people_180_organisations_and_20_households() -> None:
    shapes = [shape(BLOCK) for _number in range(blocks_of(Plan()))]
    assert [sum(part) for part in zip(*shapes, strict=True)] == [180, 20, 1_000]


def test_it_gives_the_same_company_for_the_same_seed_and_another_for_another() -> None:
    assert block(Plan(), 1) == block(Plan(), 1)
    assert block(Plan(seed=8), 1) != block(Plan(), 1)


def test_it_makes_a_block_without_those_before_it() -> None:
    assert block(Plan(people=1_000_000), 3) == block(Plan(people=10_000), 3)


def test_it_gives_phones_that_are_valid_in_their_country() -> None:
    phones = [(one.country.code, *phone) for one in block(Plan(), 0) for phone in one.phones]
    assert len(phones) > 400
    for country, typed, normal, _label in phones:
        number = phonenumbers.parse(typed, None)
        assert phonenumbers.is_valid_number_for_region(number, country), typed
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == normal


def test_it_gives_nobody_an_address_outside_example_or_one_that_somebody_else_has() -> None:
    emails = [email for number in range(3) for one in block(Plan(), number) for email in one.emails]
    assert len(emails) == len(set(emails)) > 1_000
    assert all(email.isascii() and email.endswith(".example") for email in emails)


def test_it_gives_tamils_their_names_in_tamil() -> None:
    tamils = [one for one in block(Plan(), 0) if one.kind == "person" and one.country.code == "IN"]
    assert tamils and all("\u0b80" <= one.native_name[-2] <= "\u0bff" for one in tamils)


@pytest.mark.django_db
def test_it_writes_every_row_through_the_ledger_as_one_long_act() -> None:
    filled = fill(SMALL, at=AT)
    assert Party.objects.count() == 120
    assert LongAct.objects.get(act=filled.act).state == "finished"
    made = Change.objects.filter(act__part_of=filled.act, op="c")
    assert made.filter(after__contains='"sort_key"').count() == 0
    records = all_records()
    written = {
        label for label, rows in records.items() if rows and label.startswith(("people.", "timeline."))
    }
    assert made.count() == sum(len(records[label]) for label in written)
    assert Document.objects.filter(record_type__in=("people", "organisations", "households")).count() == 120


@pytest.mark.django_db
def test_it_derives_what_the_projections_would() -> None:
    from rapport.foundation.kernel.search.services import rebuild

    fill(SMALL, at=AT)
    before = derived_tables()
    rebuild()
    assert derived_tables()["documents"] == before["documents"]
    for party in Party.objects.all():
        assert party.sort_key == sort_key(party.name)
    spoken = Interaction.objects.filter(participants__party__in=Party.objects.all()).order_by("-at").first()
    assert spoken is not None
    assert (
        Party.objects.order_by("-last_contact_at").exclude(last_contact_at=None)[0].last_contact_at
        == spoken.at
    )


@pytest.mark.long
@pytest.mark.django_db
def test_it_leaves_something_to_do_today_and_lets_colleagues_in_with_the_password_it_says() -> None:
    fill(Plan(), at=AT)
    email, password = sign_in() or ("", "")
    dace = User.objects.get(email=email)
    assert dace.check_password(password)
    actor = actor_for(dace)
    due = promises_due(actor, AT.date())
    assert {one.promise.due_date < AT.date() for one in due} == {True, False}
    assert promises_coming(actor, AT.date())
    assert Promise.objects.filter(is_ours=False).exists()
    assert not Interaction.objects.filter(at__gt=AT).exists()
    departments = User.objects.filter(email__endswith="@practice.example").values_list(
        "department", flat=True
    )
    assert len(set(departments)) > 3
    assert find("முருகன்", actor=actor)
    assert find("murugan", actor=actor)


@pytest.mark.django_db
def test_it_founds_a_firm_where_there_is_none_and_leaves_one_that_is_there() -> None:
    fill(SMALL, at=AT)
    assert Firm.objects.get().name == "Lind & Bērziņš"


@pytest.mark.django_db
def test_it_does_nothing_the_second_time() -> None:
    first = fill(SMALL, at=AT)
    before, acts = all_records(), Act.objects.count()
    second = fill(Plan(people=240), at=AT + timedelta(days=3))
    assert (second.act, second.people, second.was_there) == (first.act, 120, True)
    assert all_records() == before
    assert Act.objects.count() == acts


@pytest.mark.long
@pytest.mark.django_db
def test_it_goes_on_where_it_was_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "BLOCKS", 1)
    parts = []

    def broken(*args: object) -> None:
        parts.append(args)
        if len(parts) == 2:
            raise KeyboardInterrupt
        write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(filling, "write", broken)
    with pytest.raises(KeyboardInterrupt):
        fill(Plan(people=1_300), at=AT)
    assert Party.objects.count() == BLOCK
    monkeypatch.setattr(filling, "write", write)
    filled = fill(Plan(people=5), at=AT + timedelta(days=1))
    assert (filled.people, filled.was_there) == (1_300, False)
    assert Party.objects.count() == 1_300
    assert (
        ContactPoint.objects.filter(type="email").values("normal").distinct().count()
        == ContactPoint.objects.filter(type="email").count()
    )


@pytest.mark.django_db
def test_its_command_says_how_to_sign_in_on_its_last_line_and_that_it_is_there_already() -> None:
    first, second = StringIO(), StringIO()
    call_command("fill_practice_company", "--people", "120", stdout=first)
    call_command("fill_practice_company", "--people", "120", stdout=second)
    last = first.getvalue().splitlines()[-1]
    started = practice_act()
    assert started is not None
    assert last == "Sign in with dace@practice.example and the password " + (sign_in() or ("", ""))[1]
    assert second.getvalue().splitlines() == [
        "The practice company is there already: 120 people and organisations, all invented.",
        last,
    ]
