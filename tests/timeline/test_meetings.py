"""A planned meeting: held, moved or missed, each told in the story, each taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction, Meeting, MeetingClosure, MomentParty
from rapport.customers.timeline.queries import meetings_ahead, meetings_unsaid, story
from rapport.customers.timeline.services import (
    EndedBefore,
    Held,
    NobodyThere,
    Planned,
    Promised,
    hold_meeting,
    miss_meeting,
    move_meeting,
    plan_meeting,
)
from rapport.foundation.accounts.services import set_grant
from rapport.foundation.kernel.ledger.queries.history import history
from rapport.foundation.kernel.ledger.services import undo
from rapport.foundation.kernel.records.rules import record_type
from rapport.foundation.kernel.records.services import NotAllowed, delete_record
from tests.cast import AT, BACKEND, Cast, all_records, derived_tables, doing, organisation, person

pytestmark = pytest.mark.django_db
TASTING = Planned(AT + timedelta(hours=2), 45, "in_person", "In the shop", "Tasting the Huila")


@pytest.fixture
def berg(cast: Cast) -> Party:
    ana = cast.actor("ana")
    return person(ana, "Mrs Berg", owner=cast.ana, organisation=organisation(ana, "Havnen"))


def plan(cast: Cast, *parties: Party) -> Meeting:
    return plan_meeting(parties, TASTING, **doing(cast.actor("ana"))).record


def told(party: Party, cast: Cast, who: str = "ana") -> list[tuple[str, str, str]]:
    lines = story(party, cast.actor(who)).lines
    return [(line.headline, line.words, line.meta) for line in lines]


def test_it_is_planned_with_several_and_stands_in_the_story_of_each_and_of_their_organisation(
    cast: Cast, berg: Party
) -> None:
    lund = person(cast.actor("ana"), "Mr Lund")
    plan(cast, berg, lund)
    for one in (berg, lund, berg.organisation):
        assert one is not None
        assert told(one, cast) == [("Ana meets them", "Tasting the Huila", "")]
    berg.refresh_from_db()
    assert berg.last_contact_at is None


def test_held_it_becomes_what_was_said_with_the_promise_and_undo_gives_it_back(
    cast: Cast, berg: Party
) -> None:
    meeting, ana = plan(cast, berg), cast.actor("ana")
    before, derived = all_records(), derived_tables()
    later = {**doing(ana), "at": AT + timedelta(hours=3)}
    held = hold_meeting(meeting, Held("Took the Huila.", 50), Promised("Send two bags", AT.date()), **later)
    said = held.record
    assert (said.at, said.channel, said.minutes, said.words) == (
        TASTING.at,
        "in_person",
        50,
        "Took the Huila.",
    )
    assert told(berg, cast) == [("Ana met them", "Took the Huila.", "")]
    assert [one.words for one in story(berg, ana).lines[0].promises] == ["Send two bags"]
    assert set(said.participants.values_list("party", flat=True)) == {berg.pk, berg.organisation_id}
    berg.refresh_from_db()
    assert berg.last_contact_at == TASTING.at
    assert [one.act.verb for one in history(meeting)] == ["meeting.held", "meeting.planned"]

    undo(held.act or 0, **later)
    assert all_records() == before
    assert derived_tables() == derived
    assert [one.meeting.pk for one in meetings_unsaid(ana, AT + timedelta(hours=3))] == [meeting.pk]


def test_one_told_of_before_its_hour_was_held_now_and_not_in_the_future(cast: Cast, berg: Party) -> None:
    held = hold_meeting(plan(cast, berg), Held("She came early."), **doing(cast.actor("ana")))
    assert held.record.at == AT


def test_missed_it_stays_in_the_story_with_the_word_why_and_is_no_contact(cast: Cast, berg: Party) -> None:
    meeting, ana = plan(cast, berg), cast.actor("ana")
    act = miss_meeting(meeting, "She was ill.", **doing(ana))
    assert told(berg, cast) == [("Ana was to meet them: missed", "Tasting the Huila", "She was ill.")]
    assert meetings_ahead(ana, AT.date(), AT) == []
    berg.refresh_from_db()
    assert berg.last_contact_at is None
    undo(act, **doing(ana))
    assert told(berg, cast) == [("Ana meets them", "Tasting the Huila", "")]
    assert [one.meeting.pk for one in meetings_ahead(ana, AT.date(), AT)] == [meeting.pk]


def test_moved_it_stands_at_its_new_hour_and_its_history_knows_the_old(cast: Cast, berg: Party) -> None:
    meeting, ana = plan(cast, berg), cast.actor("ana")
    tomorrow = TASTING.at + timedelta(days=1)
    act = move_meeting(meeting, tomorrow, 30, **doing(ana))
    meeting.refresh_from_db()
    assert (meeting.at, meeting.minutes) == (tomorrow, 30)
    assert set(MomentParty.objects.values_list("at", flat=True)) == {tomorrow}
    changed = {field.name: (field.before, field.after) for field in history(meeting)[0].fields}
    assert changed["minutes"] == (45, 30)
    assert act is not None
    undo(act, **doing(ana))
    meeting.refresh_from_db()
    assert (meeting.at, meeting.minutes) == (TASTING.at, 45)
    assert move_meeting(meeting, TASTING.at, 45, **doing(ana)) is None


def test_the_second_of_two_who_say_how_it_went_is_told_who_was_first(cast: Cast, berg: Party) -> None:
    meeting = plan(cast, berg)
    miss_meeting(meeting, **doing(cast.actor("mira")))
    standing = all_records()
    with pytest.raises(EndedBefore, match="Mira"):
        hold_meeting(meeting, Held("We talked."), **doing(cast.actor("ana")))
    with pytest.raises(EndedBefore):
        move_meeting(meeting, AT, **doing(cast.actor("ana")))
    assert all_records() == standing


def test_one_whose_it_is_not_changes_nothing(cast: Cast, berg: Party) -> None:
    meeting = plan(cast, berg)
    standing = all_records()
    for who in ("tomas", "gita", "arvo"):
        with pytest.raises(NotAllowed):
            hold_meeting(meeting, Held("x"), **doing(cast.actor(who)))
        with pytest.raises(NotAllowed):
            miss_meeting(meeting, **doing(cast.actor(who)))
    with pytest.raises(NotAllowed):
        plan_meeting([berg], TASTING, **doing(cast.actor("gita")))
    assert all_records() == standing


def test_nobody_is_met_whom_one_may_not_see(cast: Cast, berg: Party) -> None:
    set_grant(cast.tomas.role, "people", "see", "own", **doing(cast.actor("dace")))
    with pytest.raises(NobodyThere):
        plan_meeting([berg], TASTING, **doing(cast.actor("tomas")))
    assert not Meeting.objects.exists()


def test_deleting_what_was_said_asks_again_how_it_went(cast: Cast, berg: Party) -> None:
    meeting, ana = plan(cast, berg), cast.actor("ana")
    held = hold_meeting(meeting, Held("Wrong words."), **doing(ana))
    delete_record(record_type("interactions"), held.record, **doing(ana))
    assert not MeetingClosure.objects.exists()
    assert [one.meeting.pk for one in meetings_unsaid(ana, TASTING.at)] == [meeting.pk]


def test_a_meeting_with_nobody_but_one_who_is_deleted_goes_along(cast: Cast) -> None:
    ana = cast.actor("ana")
    alone = person(ana, "Alone", owner=cast.ana)
    plan(cast, alone)
    before = all_records()
    act = delete_record(record_type("people"), alone, **doing(ana))
    assert not Meeting.objects.exists()
    undo(act, **doing(ana))
    assert all_records() == before
    assert len(story(alone, ana).lines) == 1


@pytest.fixture
def ana(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ana, backend=BACKEND)
    return client


def test_it_is_planned_by_a_plain_form_and_stands_on_today_and_on_the_page(
    cast: Cast, berg: Party, ana: Client
) -> None:
    page = ana.get(f"/people/{berg.pk}/").content.decode()
    assert f"/parties/{berg.pk}/planning/" in page
    assert ana.get(f"/parties/{berg.pk}/planning/").status_code == 200
    at = timezone.localtime() + timedelta(days=30)
    sent = {"at": f"{at:%Y-%m-%d}T10:00", "until": "10:45", "channel": "video", "words": "The new machine"}
    answer = ana.post(f"/parties/{berg.pk}/planning/", sent)
    assert (answer.status_code, answer["Location"]) == (303, f"/people/{berg.pk}/")
    meeting = Meeting.objects.get()
    assert (meeting.minutes, meeting.channel, meeting.owner_id) == (45, "video", cast.ana.pk)
    assert "The new machine" in ana.get(f"/people/{berg.pk}/?channel=meeting").content.decode()


@pytest.mark.parametrize(("minutes", "status"), [(10, 303), (20, 422)])
def test_it_may_have_begun_while_the_form_was_filled_in(
    cast: Cast, berg: Party, ana: Client, minutes: int, status: int
) -> None:
    at = timezone.localtime() - timedelta(minutes=minutes)
    sent = {"at": f"{at:%Y-%m-%dT%H:%M}", "channel": "video", "words": "The new machine"}
    assert ana.post(f"/parties/{berg.pk}/planning/", sent).status_code == status


WRONG = [
    ({"at": "9999-12-31T10:00"}, "too far off"),
    ({"at": "2020-01-01T10:00"}, "has passed"),
    ({"at": "2099-01-01T10:00", "until": "09:00"}, "end before it begins"),
    ({"at": "2099-01-01T10:00", "until": "10:00"}, "end before it begins"),
    ({"at": "2099-01-01T10:00", "others": "Nobody Known"}, "Nobody is called"),
    ({"at": "tomorrow"}, "valid date"),
    ({"at": "2099-01-01T10:00", "channel": "pigeon"}, "valid choice"),
]


@pytest.mark.parametrize(("wrong", "says"), WRONG)
def test_an_hour_that_cannot_be_is_said_and_what_was_typed_is_kept(
    cast: Cast, berg: Party, ana: Client, wrong: dict[str, str], says: str
) -> None:
    sent = {"channel": "phone", "words": "The new machine", **wrong}
    answer = ana.post(f"/parties/{berg.pk}/planning/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert "The new machine" in page
    assert not Meeting.objects.exists()


def test_one_past_its_hour_is_asked_about_on_today_until_somebody_says(
    cast: Cast, berg: Party, ana: Client
) -> None:
    common: dict[str, Any] = {**doing(cast.actor("ana")), "at": datetime(2026, 1, 1, tzinfo=UTC)}
    first = plan_meeting([berg], Planned(common["at"], words="Long ago"), **common).record
    second = plan_meeting([berg], Planned(common["at"], words="Long ago too"), **common).record
    page = ana.get("/").content.decode()
    assert page.count("How did it go?") == 1
    assert "Long ago" in page
    held = ana.post(f"/meetings/{first.pk}/holding/", {"words": "We spoke.", "from": "today"})
    assert (held.status_code, held["Location"]) == (303, "/")
    assert Interaction.objects.get().words == "We spoke."
    missed = ana.post(f"/meetings/{second.pk}/missing/", {"why": "Ill", "from": "today"})
    assert (missed.status_code, missed["Location"]) == (303, "/")
    assert "How did it go?" not in ana.get("/").content.decode()
    assert "Ill" in ana.get(f"/meetings/{second.pk}/").content.decode()
    assert ana.post(f"/meetings/{second.pk}/missing/").status_code == 409
    assert ana.post(f"/meetings/{first.pk}/holding/", {"words": ""}).status_code == 422


def test_the_next_of_the_day_stands_on_today_with_the_last_words(cast: Cast, berg: Party) -> None:
    actor = cast.actor("ana")
    hold_meeting(plan(cast, berg), Held("Make the coffee worth getting up for."), **doing(actor))
    meeting = plan(cast, berg)
    (one,) = meetings_ahead(actor, AT.date(), AT)
    assert (one.meeting.pk, one.party, one.state) == (meeting.pk, berg, "planned")
    assert meetings_ahead(cast.actor("mira"), AT.date(), AT) == []
