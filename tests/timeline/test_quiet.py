"""Who is going quiet: on Today, in the lists, and let be for a while."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Promise
from rapport.customers.timeline.queries import (
    expected,
    firm_figures,
    going_quiet,
    spoken_lately,
    without_next_step,
)
from rapport.customers.timeline.services import (
    Planned,
    Promised,
    Said,
    close_promise,
    let_be,
    make_promise,
    plan_meeting,
    record_interaction,
)
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.actors.models import Department
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.rules import COMMAND
from rapport.foundation.kernel.ledger.services import act, undo
from rapport.foundation.kernel.records.rules import record_type
from rapport.foundation.kernel.records.services import NotAllowed, edit_record
from tests.cast import AT, BACKEND, Cast, doing, organisation, person

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[str], Client]


@pytest.fixture
def signed_in(cast: Cast) -> SignedIn:
    def client_of(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name), backend=BACKEND)
        return client

    return client_of


def spoken_with(cast: Cast, name: str, *days_ago: int, **values: object) -> Party:
    """Somebody of Ana's, unless another owner is named, spoken with so many days before the test's day."""
    ana = cast.actor("ana")
    one = person(ana, name, **({"owner": cast.ana, "team": cast.sellers} | values))
    for each in sorted(days_ago, reverse=True):
        said = Said(f"said {each} days ago", AT - timedelta(days=each))
        record_interaction([one], said, **doing(ana))
    one.refresh_from_db()
    return one


def test_a_call_that_nobody_answered_is_no_contact_and_a_message_left_is_one(cast: Cast) -> None:
    ana, one = cast.actor("ana"), spoken_with(cast, "Rings out", 30)
    spoken = AT - timedelta(days=30)
    said = record_interaction([one], Said("Rang", AT, outcome="no_answer"), **doing(ana))
    one.refresh_from_db()
    assert (one.last_contact_at, one.quiet_from) == (spoken, spoken + timedelta(days=60))
    edit_record(record_type("interactions"), said.record, {"outcome": "left_message"}, **doing(ana))
    one.refresh_from_db()
    assert one.last_contact_at == AT
    never = person(ana, "Never reached")
    record_interaction([never], Said("Rang", AT, outcome="no_answer"), **doing(ana))
    never.refresh_from_db()
    assert (never.last_contact_at, never.quiet_from) == (None, None)


def test_today_names_mine_with_their_rhythm_and_last_words_whoever_fell_silent_last_first(cast: Cast) -> None:
    ana = cast.actor("ana")
    spoken_with(cast, "Weekly", 72, 65, 58, 51)
    spoken_with(cast, "Once", 61)
    spoken_with(cast, "Lately", 3)
    spoken_with(cast, "Never")
    spoken_with(cast, "Mira's", 90, owner=cast.mira)
    spoken_with(cast, "Left", 90, stage="former")
    found = going_quiet(ana, AT)
    told = [(str(one.party), one.rhythm, one.words, one.with_whom) for one in found]
    assert told == [
        ("Once", "", "said 61 days ago", "Ana"),
        ("Weekly", "usually every 7 days, now 7 weeks", "said 51 days ago", "Ana"),
    ]
    assert found.number == "2"
    assert going_quiet(ana, AT, limit=1).number == "1+"


def test_an_organisation_is_told_by_its_people_unless_they_are_not_quiet(cast: Cast) -> None:
    ana = cast.actor("ana")
    firm = organisation(ana, "Havnen", owner=cast.ana)
    spoken_with(cast, "Mrs Berg", 90, organisation=firm)
    alone = organisation(ana, "Alone", owner=cast.ana)
    record_interaction([alone], Said("x", AT - timedelta(days=80)), **doing(ana))
    assert [str(one.party) for one in going_quiet(ana, AT)] == ["Alone", "Mrs Berg"]


def test_no_private_words_stand_beside_whom_they_were_with(cast: Cast) -> None:
    one = spoken_with(cast, "Mrs Berg", 90)
    secret = Said("CANARY", AT - timedelta(days=70), is_private=True)
    record_interaction([one], secret, **doing(cast.actor("ana")))
    assert [each.words for each in going_quiet(cast.actor("ana"), AT)] == ["said 90 days ago"]
    assert [each.words for each in spoken_lately(cast.actor("gita"), AT)] == ["said 90 days ago"]


def test_letting_be_takes_one_off_today_for_a_rhythm_and_undo_brings_them_back(
    cast: Cast, signed_in: SignedIn
) -> None:
    one, ana = spoken_with(cast, "Mrs Berg", 400), signed_in("ana")
    assert "Going quiet" in ana.get("/").content.decode()
    answer = ana.post(f"/parties/{one.pk}/letting-be/", {"from": "today"})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    one.refresh_from_db()
    assert one.let_be_until == timezone.localdate() + timedelta(days=30)
    act = Act.objects.get(verb="person.let_be")
    assert act.actor == cast.ana.pk
    page = ana.get("/").content.decode()
    assert "Going quiet" not in page
    assert f"/acts/{act.pk}/undoing/" in page
    undo(act.pk, **doing(cast.actor("ana")))
    assert "Going quiet" in ana.get("/").content.decode()


def test_letting_be_is_refused_to_whoever_may_not_change_the_party(cast: Cast, signed_in: SignedIn) -> None:
    one = spoken_with(cast, "Mrs Berg", 400)
    until = AT.date() + timedelta(days=30)
    with pytest.raises(NotAllowed):
        let_be(one, until, **doing(cast.actor("tomas")))
    assert signed_in("gita").post(f"/parties/{one.pk}/letting-be/").status_code == 403
    assert signed_in("ana").post("/parties/999999/letting-be/").status_code == 404
    one.refresh_from_db()
    assert one.let_be_until is None
    assert let_be(one, until, **doing(cast.actor("ana"))) is not None
    assert let_be(one, until, **doing(cast.actor("ana"))) is None


def test_something_is_promised_from_today_and_one_is_back_there(cast: Cast, signed_in: SignedIn) -> None:
    one, ana = spoken_with(cast, "Mrs Berg", 400), signed_in("ana")
    due = (timezone.localdate() + timedelta(days=1)).isoformat()
    said = {"words": "Ring her", "whose": "ours", "due": due, "from": "today"}
    answer = ana.post(f"/parties/{one.pk}/promising/", said)
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert Promise.objects.get().party_id == one.pk


def test_the_front_desk_sees_whom_anybody_spoke_with_and_sales_do_not(
    cast: Cast, signed_in: SignedIn
) -> None:
    one = spoken_with(cast, "Mrs Berg", 2)
    (heard,) = spoken_lately(cast.actor("gita"), AT)
    assert (heard.party.pk, heard.words, heard.with_whom) == (one.pk, "said 2 days ago", "Ana")
    assert "Spoken with lately" in signed_in("gita").get("/").content.decode()
    assert "Spoken with lately" not in signed_in("ana").get("/").content.decode()


def test_the_list_has_a_view_of_them_that_goes_with_its_filters(cast: Cast, signed_in: SignedIn) -> None:
    spoken_with(cast, "Mrs Berg", 400)
    spoken_with(cast, "Mr Dahl", 500, owner=cast.mira)
    spoken_with(cast, "Ms Lind", 1)
    ana = signed_in("ana")

    def names(address: str) -> list[str]:
        return [str(row) for row in ana.get(address).context["rows"]]

    assert names("/people/?view=quiet") == ["Mrs Berg", "Mr Dahl"]
    assert names("/people/?view=quiet&owner=me") == ["Mrs Berg"]
    assert names("/people/?view=quiet&sort=name") == ["Mr Dahl", "Mrs Berg"]
    assert names("/people/?view=waiting") == []
    assert names("/organisations/?view=quiet") == []
    assert 'href="?view=quiet"' in ana.get("/people/").content.decode()
    assert ana.get("/people/?view=nonsense").status_code == 400
    assert ana.get("/promises/?view=quiet").status_code == 400


def test_the_front_desk_sees_who_is_expected_today_and_by_whom(cast: Cast, signed_in: SignedIn) -> None:
    one, ana = spoken_with(cast, "Mrs Berg"), cast.actor("ana")
    today = timezone.localtime().replace(hour=12, minute=0)
    for at in (today, today + timedelta(days=1), today - timedelta(days=1)):
        plan_meeting([one], Planned(at, place="the shop"), **doing(ana))
    (found,) = expected(cast.actor("gita"), today.date(), today)
    assert (found.party, found.meeting.at, found.meeting.owner_id) == (one, today, cast.ana.pk)
    assert "Expected today" in signed_in("gita").get("/").content.decode()
    assert "Expected today" not in signed_in("ana").get("/").content.decode()


def test_management_sees_how_the_firm_stands_and_nobody_by_name(cast: Cast, signed_in: SignedIn) -> None:
    ana, dace = cast.actor("ana"), cast.actor("dace")
    late, mine, _gone = (
        spoken_with(cast, "Mrs Berg", 90), spoken_with(cast, "Nobody's", 90, owner=None, team=None),
        spoken_with(cast, "Left", 90, stage="former"),
    )  # fmt: skip
    make_promise(late, Promised("late", AT.date() - timedelta(days=1)), **doing(ana))
    kept = make_promise(mine, Promised("kept", AT.date()), **doing(ana)).record
    close_promise(kept, **doing(ana))
    close_promise(
        make_promise(mine, Promised("let go", AT.date()), **doing(ana)).record, is_kept=False, **doing(ana)
    )
    told = [(one.label, one.value) for one in firm_figures(dace, AT.date(), AT)]
    assert told == [
        ("Wait for a promise of ours", "1"),
        ("Going quiet", "2"),
        ("Quiet, with no owner", "1"),
        ("Promises kept", "1"),
    ]
    with act("user.changed", actor=SYSTEM, source=COMMAND, at=AT) as writer:
        writer.update(cast.dace, department=Department.objects.get(key="management").pk)
    page = signed_in("dace").get("/").content.decode()
    assert "The firm and its customers" in page
    assert "Ana" not in page
    assert "The firm and its customers" not in signed_in("ana").get("/").content.decode()


def test_sales_sees_prospects_with_whom_nothing_stands_to_be_done(cast: Cast, signed_in: SignedIn) -> None:
    ana = cast.actor("ana")
    bare = spoken_with(cast, "Bare", 3, stage="prospect")
    planned, promised = (spoken_with(cast, name, stage="prospect") for name in ("Planned", "Promised"))
    theirs = spoken_with(cast, "Theirs", stage="prospect")
    spoken_with(cast, "Customer", stage="customer")
    spoken_with(cast, "Miras", stage="prospect", owner=cast.mira)
    plan_meeting([planned], Planned(AT + timedelta(days=1)), **doing(ana))
    kept = make_promise(promised, Promised("a list", AT.date()), **doing(ana)).record
    make_promise(theirs, Promised("a word", AT.date(), is_ours=False), **doing(ana))
    assert [one.party for one in without_next_step(ana, AT)] == [bare]
    close_promise(kept, **doing(ana))
    assert {one.party for one in without_next_step(ana, AT + timedelta(days=2))} == {bare, planned, promised}
    page = signed_in("ana").get("/").content.decode()
    assert "Prospects with no next step" in page
    assert f"/parties/{bare.pk}/promising/" in page
    for who in ("tomas", "gita", "arvo", "dace"):
        assert "no next step" not in signed_in(who).get("/").content.decode(), who


@pytest.mark.sqlite
def test_whether_its_people_tell_of_an_organisation_is_asked_of_them_alone(cast: Cast) -> None:
    """Looked up among all that are mine, it takes as long as the firm is large."""
    with CaptureQueriesContext(connection) as asked:
        going_quiet(cast.actor("ana"), AT)
    (quiet,) = [query["sql"] for query in asked if "quiet_from" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {quiet}")
        steps = [row[3] for row in cursor.fetchall()]
    assert [step for step in steps if "U0 USING" in step and "(organisation_id=?)" in step], steps
