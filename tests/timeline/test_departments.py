"""What logistics, finance, marketing and IT begin their day with, beside what everybody does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Promise
from rapport.customers.timeline.queries import (
    consents_lately,
    owed_by_department,
    promised_to_firm,
    quiet_by_stage,
)
from rapport.customers.timeline.services import (
    Promised,
    Said,
    close_promise,
    make_promise,
    record_interaction,
)
from rapport.doors.connect.imports.models import Import
from rapport.foundation.accounts.services import change_user, set_grant
from rapport.foundation.kernel.actors.models import Department, User
from rapport.foundation.kernel.clock.rules import now
from tests.cast import BACKEND, Cast, doing, part, person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
type Page = Callable[[str], str]


@pytest.fixture
def berg(cast: Cast) -> Party:
    one = person(cast.actor("ana"), "Mrs Berg", owner=cast.ana, stage="customer")
    part(cast.actor("ana"), "addresses", one, city="Riga")
    return one


def placed(cast: Cast, who: str, department: str) -> None:
    user = getattr(cast, who)
    there = Department.objects.get(key=department)
    change_user(user, seen=user.version, **doing(cast.actor("dace")), department=there)
    user.refresh_from_db()


def promised(
    cast: Cast, who: str, party: Party, words: str, days: int = 0, *, is_ours: bool = True
) -> Promise:
    due = now().date() + days * DAY
    return make_promise(party, Promised(words, due, is_ours=is_ours), **doing(cast.actor(who))).record


def page_of(cast: Cast, who: str) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=getattr(cast, who).pk), backend=BACKEND)
    return client.get("/").content.decode()


def test_logistics_sees_what_the_department_owes_whoever_of_the_shift_promised_it(
    cast: Cast, berg: Party
) -> None:
    for who in ("ana", "mira"):
        placed(cast, who, "logistics")
    late = promised(cast, "mira", berg, "the pallet", -1)
    promised(cast, "mira", berg, "a word from them", is_ours=False)
    promised(cast, "mira", berg, "later", 1)
    promised(cast, "mira", berg, "half a year ago", -180)
    promised(cast, "tomas", berg, "of service")
    promised(cast, "ana", berg, "my own")
    close_promise(promised(cast, "mira", berg, "kept"), **doing(cast.actor("mira")))

    (one,) = owed_by_department(cast.actor("ana"), now().date())
    assert (one.owed.promise, one.who, one.town, one.owed.tone) == (late, "Mira", "Riga", "late")
    assert "Owed by your department" in page_of(cast, "ana")
    assert "Owed by your department" not in page_of(cast, "tomas")
    placed(cast, "mira", "finance")
    assert "Owed by your department" not in page_of(cast, "ana"), "nothing is owed"


def test_finance_sees_what_was_promised_to_anybody_here_and_is_due(cast: Cast, berg: Party) -> None:
    paid = promised(cast, "mira", berg, "They pay on Friday", -2, is_ours=False)
    promised(cast, "mira", berg, "we promised", -2)
    promised(cast, "mira", berg, "not due", 2, is_ours=False)
    promised(cast, "ana", berg, "to me, which stands in its own section", is_ours=False)

    placed(cast, "ana", "finance")
    assert [one.owed.promise for one in promised_to_firm(cast.actor("ana"), now().date())] == [paid]
    page = page_of(cast, "ana")
    assert "Promised to colleagues, and due" in page
    assert "Promised to colleagues, and due" not in page_of(cast, "mira")


def test_marketing_sees_who_goes_quiet_by_stage_and_who_may_be_written_to(cast: Cast, berg: Party) -> None:
    for weeks in (40, 39, 38, 37, 36, 35):
        said = Said("Said hello.", now() - weeks * 7 * DAY)
        record_interaction([berg], said, **doing(cast.actor("ana")))
    today = now().date()
    for days, is_given in ((40, True), (3, True), (1, False)):
        part(
            cast.actor("ana"), "consents", berg, purpose=f"offers {days}", channel="email", source="form",
            is_given=is_given, said_date=today - days * DAY,
        )  # fmt: skip
    placed(cast, "ana", "marketing")
    ana = cast.actor("ana")

    assert [(one.label, one.value, one.view) for one in quiet_by_stage(ana, now())] == [
        ("Customer", "1", "?view=quiet&stage=customer")
    ]
    assert [(one.purpose, one.is_given) for one in consents_lately(ana, today)] == [
        ("offers 1", False), ("offers 3", True),
    ]  # fmt: skip
    page = page_of(cast, "ana")
    assert "Who is going quiet" in page
    assert "offers 1" in page
    assert "Consent given" not in page_of(cast, "mira")
    set_grant(cast.ana.role, "people", "see", "own", **doing(cast.actor("dace")))
    assert consents_lately(cast.actor("mira"), today) == []


def test_it_sees_what_is_not_well_what_is_parked_and_imports_to_finish(cast: Cast) -> None:
    common = {"path": "x", "size": 1, "kind": "csv", "created_at": now()}
    left = Import.objects.create(
        user=cast.dace, name="left.csv", digest="1", state="finished", counts={"rejected": 12}, **common
    )
    Import.objects.create(user=cast.dace, name="whole.csv", digest="2", state="finished", **common)
    Import.objects.create(user=cast.dace, name="begun.csv", digest="3", state="matched", **common)

    page = page_of(cast, "dace")
    assert "The house" in page
    assert f'href="/imports/{left.pk}/"' in page
    assert "12 rows left out" in page
    assert "begun.csv" in page
    assert "whole.csv" not in page
    placed(cast, "tomas", "it")
    assert "The house" not in page_of(cast, "tomas"), "who may not mend it is not asked to"


def test_a_departments_day_asks_as_many_queries_for_twenty_rows_as_for_one(cast: Cast, berg: Party) -> None:
    departments = ("logistics", "finance", "marketing")
    reader = Client()
    reader.force_login(cast.ana, backend=BACKEND)

    def fill(number: int) -> None:
        one = person(cast.actor("mira"), f"Lund {number}", owner=cast.mira)
        part(cast.actor("mira"), "addresses", one, city="Riga")
        promised(cast, "mira", one, "the pallet")
        promised(cast, "mira", one, "they pay", is_ours=False)
        part(
            cast.actor("mira"), "consents", one, purpose="offers", channel="email", source="form",
            is_given=True, said_date=now().date(),
        )  # fmt: skip

    def asked(department: str) -> int:
        for who in ("ana", "mira"):
            placed(cast, who, department)
        reader.get("/")
        with CaptureQueriesContext(connection) as captured:
            reader.get("/")
        return len(captured)

    fill(0)
    few = [asked(one) for one in departments]
    for number in range(1, 20):
        fill(number)
    assert [asked(one) for one in departments] == few
    assert max(few) <= 20
