"""Reminders: asked for and by themselves, snoozed, done, emptied, private, undone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Meeting, Promise, Reminder, ReminderWish
from rapport.customers.timeline.queries import by_itself, reminder_of, reminders_due, reminders_later
from rapport.customers.timeline.rules.snoozing import snoozed_until
from rapport.customers.timeline.services import (
    NobodyThere,
    Planned,
    Promised,
    choose_reminders,
    close_promise,
    finish,
    make_promise,
    miss_meeting,
    move_meeting,
    move_promise,
    plan_meeting,
    remind,
    snooze,
)
from rapport.foundation.accounts.services import set_grant
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.services import undo
from rapport.foundation.kernel.records.rules import record_type
from rapport.foundation.kernel.records.services import NotAllowed, delete_record, may_undo
from tests.cast import AT, BACKEND, Cast, all_records, doing, person

pytestmark = pytest.mark.django_db
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def berg(cast: Cast) -> Party:
    return person(cast.actor("ana"), "Mrs Berg", owner=cast.ana)


def client_of(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, who), backend=BACKEND)
    return client


def asked(cast: Cast, berg: Party, when: datetime = AT + DAY, words: str = "her birthday") -> Reminder:
    return remind(record_type("people"), berg.pk, when, words, **doing(cast.actor("ana"))).record


def meeting_at(cast: Cast, berg: Party, at: datetime) -> Meeting:
    return plan_meeting([berg], Planned(at, words="the tasting"), **doing(cast.actor("ana"))).record


def promise_at(cast: Cast, berg: Party, day: date, hour: time | None) -> Promise:
    return make_promise(berg, Promised("the quote", day, hour), **doing(cast.actor("ana"))).record


@pytest.mark.parametrize(
    ("how", "at", "until"),
    [
        ("hour", datetime(2026, 11, 20, 16, 30, tzinfo=COPENHAGEN), "2026-11-20T17:30+01:00"),
        ("tomorrow", datetime(2026, 11, 20, 23, 59, tzinfo=COPENHAGEN), "2026-11-21T09:00+01:00"),
        ("week", datetime(2026, 11, 20, 16, 30, tzinfo=COPENHAGEN), "2026-11-23T09:00+01:00"),
        ("week", datetime(2026, 11, 23, 8, 0, tzinfo=COPENHAGEN), "2026-11-30T09:00+01:00"),
        ("hour", datetime(2026, 10, 25, 2, 30, tzinfo=COPENHAGEN), "2026-10-25T02:30+01:00"),
        ("tomorrow", datetime(2026, 3, 28, 12, 0, tzinfo=COPENHAGEN), "2026-03-29T09:00+02:00"),
    ],
)
def test_it_snoozes_for_an_hour_until_tomorrow_morning_or_until_monday(
    how: str, at: datetime, until: str
) -> None:
    assert snoozed_until(how, at).isoformat(timespec="minutes") == until


def test_it_waits_for_its_moment_and_stands_in_the_inbox_then(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    asked(cast, berg)
    assert reminders_due(ana, AT + DAY - MINUTE) == []
    assert [one.what for one in reminders_later(ana, AT)] == ["her birthday"]
    (one,) = reminders_due(ana, AT + DAY)
    assert (one.what, one.record, one.party, one.at) == ("her birthday", berg, berg, AT + DAY)
    assert reminders_later(ana, AT + DAY) == []


def test_it_names_the_record_where_one_said_nothing_oneself(cast: Cast, berg: Party) -> None:
    asked(cast, berg, words="")
    assert reminders_due(cast.actor("ana"), AT + DAY)[0].what == "Mrs Berg"


def test_each_verb_is_one_act_that_only_its_user_takes_back(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    standings, acts = [all_records()], []
    set_ = remind(record_type("people"), berg.pk, AT + DAY, **doing(ana))
    acts.append(set_.act)
    standings.append(all_records())
    one = reminder_of(set_.record.pk, ana)
    assert one is not None
    acts.append(snooze(one, AT + 2 * DAY, **doing(ana)))
    standings.append(all_records())
    assert reminders_due(ana, AT + DAY) == []
    acts.append(finish(reminders_due(ana, AT + 2 * DAY), **doing(ana)))
    standings.append(all_records())
    assert reminders_due(ana, AT + 3 * DAY) == []
    acts.append(choose_reminders(before_meeting=None, before_promise=5, **doing(ana)))

    verbs = ["reminder.set", "reminder.snoozed", "reminder.done", "reminder.chosen"]
    assert [Act.objects.get(pk=act or 0).verb for act in acts] == verbs
    for act, standing in zip(reversed([one or 0 for one in acts]), reversed(standings), strict=True):
        assert may_undo(act, ana)
        assert not may_undo(act, cast.actor("mira"))
        undo(act, **doing(ana))
        assert all_records() == standing


def test_the_inbox_is_emptied_in_one_act_and_comes_back_whole(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    asked(cast, berg, AT, "first")
    asked(cast, berg, AT, "second")
    asked(cast, berg, AT + DAY, "later")
    meeting_at(cast, berg, AT + 5 * MINUTE)
    assert len(reminders_due(ana, AT)) == 3
    act = finish(reminders_due(ana, AT), **doing(ana))
    assert reminders_due(ana, AT) == []
    assert [one.what for one in reminders_later(ana, AT)] == ["later"]
    assert finish(reminders_due(ana, AT), **doing(ana)) is None
    undo(act or 0, **doing(ana))
    assert len(reminders_due(ana, AT)) == 3


def test_a_meeting_comes_by_itself_fifteen_minutes_before_until_somebody_says_how_it_went(
    cast: Cast, berg: Party
) -> None:
    ana, at = cast.actor("ana"), AT + HOUR
    meeting = meeting_at(cast, berg, at)
    standing = all_records()
    assert reminders_due(ana, at - 16 * MINUTE) == []
    (one,) = reminders_due(ana, at - 15 * MINUTE)
    assert (one.key, one.hour, one.what) == (None, at, "Meeting: the tasting")
    assert reminders_due(cast.actor("mira"), at) == []
    assert len(reminders_due(ana, at + 7 * DAY)) == 1
    assert reminders_due(ana, at + 8 * DAY) == []
    assert all_records() == standing, "nothing is stored"
    miss_meeting(meeting, **doing(ana))
    assert reminders_due(ana, at) == []


def test_a_meeting_that_was_done_with_comes_again_when_it_is_moved(cast: Cast, berg: Party) -> None:
    ana, at = cast.actor("ana"), AT + HOUR
    meeting = meeting_at(cast, berg, at)
    finish(reminders_due(ana, at), **doing(ana))
    assert reminders_due(ana, at) == []
    move_meeting(meeting, at + DAY, **doing(ana))
    assert reminders_due(ana, at) == []
    assert [one.hour for one in reminders_due(ana, at + DAY)] == [at + DAY]


def test_a_promise_comes_at_its_hour_by_the_clock_of_who_keeps_it(cast: Cast, berg: Party) -> None:
    from django.utils import timezone

    ana = cast.actor("ana")
    promise = promise_at(cast, berg, date(2026, 11, 20), time(15))
    promise_at(cast, berg, date(2026, 11, 20), None)
    with timezone.override(COPENHAGEN):
        three = datetime(2026, 11, 20, 14, tzinfo=UTC)
        assert reminders_due(ana, three - MINUTE) == []
        (one,) = reminders_due(ana, three)
        assert (one.what, one.party, one.hour) == ("the quote", berg, three)
        snooze(one, three + HOUR, **doing(ana))
        assert reminders_due(ana, three) == []
        assert [one.what for one in reminders_due(ana, three + HOUR)] == ["the quote"]
        move_promise(promise, date(2026, 11, 21), time(15), **doing(ana))
        assert len(reminders_due(ana, three + DAY)) == 2
        close_promise(promise, **doing(ana))
        assert reminders_due(ana, three + DAY) == []


def test_a_user_chooses_how_long_before_and_whether_at_all(cast: Cast, berg: Party) -> None:
    ana, at = cast.actor("ana"), AT + HOUR
    meeting_at(cast, berg, at)
    promise_at(cast, berg, at.date(), at.time())
    choose_reminders(before_meeting=60, before_promise=None, **doing(ana))
    assert [one.kind.key for one in reminders_due(ana, at - HOUR)] == ["meetings"]
    choose_reminders(before_meeting=None, before_promise=0, **doing(ana))
    assert [one.kind.key for one in reminders_due(ana, at)] == ["promises"]
    assert ReminderWish.objects.count() == 1


def test_two_windows_of_one_user_make_one_row(cast: Cast, berg: Party) -> None:
    ana, at = cast.actor("ana"), AT + HOUR
    meeting_at(cast, berg, at)
    first, second = reminders_due(ana, at), reminders_due(ana, at)
    assert finish(first, **doing(ana)) is not None
    assert finish(second, **doing(ana)) is None
    assert snooze(second[0], at + DAY, **doing(ana)) is None
    assert Reminder.objects.count() == 1


def test_nobody_sees_the_reminder_of_another_nor_of_what_is_hidden_or_gone(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    mine = asked(cast, berg, AT, "CANARY")
    for who in ("dace", "mira", "arvo"):
        assert reminders_due(cast.actor(who), AT + DAY) == []
        client = client_of(cast, who)
        for path in ("/", "/reminders/", "/history/", f"/people/{berg.pk}/", f"/people/{berg.pk}/history/"):
            assert b"CANARY" not in client.get(path).content, (who, path)
        for tail in ("snoozing/", "finishing/"):
            assert client.post(f"/reminding/reminders/{mine.pk}/{tail}", {"until": "hour"}).status_code == 404
        assert client.get(f"/reminding/reminders/{mine.pk}/snoozing/").status_code == 404
    gone = delete_record(record_type("people"), berg, **doing(ana))
    assert reminders_due(ana, AT) == []
    undo(gone, **doing(ana))
    assert len(reminders_due(ana, AT)) == 1
    theirs = person(cast.actor("mira"), "Mr Lund", owner=cast.mira)
    remind(record_type("people"), theirs.pk, AT, **doing(ana))
    assert len(reminders_due(ana, AT)) == 2
    set_grant(cast.ana.role, "people", "see", "own", **doing(cast.actor("dace")))
    assert [one.record for one in reminders_due(cast.actor("ana"), AT)] == [berg]


def test_a_meeting_of_another_does_not_come_by_itself_for_me(cast: Cast, berg: Party) -> None:
    meeting = meeting_at(cast, berg, AT)
    assert by_itself("meetings", meeting.pk, cast.actor("ana"), AT) is not None
    assert by_itself("meetings", meeting.pk, cast.actor("mira"), AT) is None
    client = client_of(cast, "mira")
    assert client.post(f"/reminding/meetings/{meeting.pk}/finishing/").status_code == 404


def test_who_changes_nothing_sets_none_and_nobody_sets_one_on_what_is_hidden(cast: Cast, berg: Party) -> None:
    standing = all_records()
    people = record_type("people")
    with pytest.raises(NotAllowed):
        remind(people, berg.pk, AT, **doing(cast.actor("arvo")))
    with pytest.raises(NobodyThere):
        remind(people, berg.pk + 1, AT, **doing(cast.actor("ana")))
    assert client_of(cast, "ana").get(f"/reminding/nothing/{berg.pk}/").status_code == 404
    assert client_of(cast, "ana").get("/reminding/tags/1/").status_code == 404
    assert all_records() == standing


def test_a_reminder_of_mine_keeps_nobody_from_taking_back_what_it_is_about(cast: Cast, berg: Party) -> None:
    planned = plan_meeting([berg], Planned(AT, words="x"), **doing(cast.actor("ana")))
    remind(record_type("meetings"), planned.record.pk, AT, **doing(cast.actor("tomas")))
    assert not undo(planned.act or 0, **doing(cast.actor("ana"))).kept
    assert reminders_due(cast.actor("tomas"), AT) == []


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("9999-12-31T23:59", "too far off"),
        ("0001-01-01T00:00", "That hour has passed"),
        ("2020-01-01T09:00", "That hour has passed"),
        ("", "This field is required"),
        ("tomorrow", "Enter a valid date"),
    ],
)
def test_a_moment_that_cannot_be_is_told_and_what_was_typed_is_kept(
    cast: Cast, berg: Party, at: str, words: str, zone: str
) -> None:
    client = client_of(cast, "ana")
    client.post("/me/", {"name": "Ana", "language": "en", "time_zone": zone, "version": 1})
    answer = client.post(f"/reminding/people/{berg.pk}/", {"at": at, "words": "her <b>birthday</b>"})
    page = answer.content.decode()
    assert (answer.status_code, words in page, "her &lt;b&gt;birthday" in page) == (422, True, True)
    assert not Reminder.objects.exists()


def test_by_plain_forms_one_is_set_snoozed_moved_and_done(cast: Cast, berg: Party) -> None:
    client = client_of(cast, "ana")
    path = f"/reminding/people/{berg.pk}/"
    assert path in client.get(f"/people/{berg.pk}/").content.decode()
    assert "Nothing to think of now" in client.get("/reminders/").content.decode()
    later = (now() + DAY).strftime("%Y-%m-%dT%H:%M")
    assert client.post(path, {"at": later, "words": "her birthday"})["Location"] == f"/people/{berg.pk}/"
    one = Reminder.objects.get()
    mine = f"/reminding/reminders/{one.pk}/"
    assert "her birthday" in client.get("/reminders/").content.decode()
    assert "her birthday" not in client.get("/").content.decode()
    assert client.get("/reminders/count/").content.decode().strip() == ""

    snooze_of(cast, one, now() - MINUTE)
    assert "her birthday" in client.get("/").content.decode()
    assert client.get("/reminders/count/").content.decode().split("<")[0].strip() == "1"
    answer = client.post(f"{mine}snoozing/", {"until": "hour", "from": "today"})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert "her birthday" not in client.get("/").content.decode()
    assert client.get(f"{mine}snoozing/").status_code == 200
    assert client.post(f"{mine}snoozing/", {"at": "2020-01-01T09:00"}).status_code == 422
    answer = client.post(f"{mine}snoozing/", {"at": later, "from": "reminders"})
    assert answer["Location"] == "/reminders/"
    assert client.post(f"{mine}finishing/", {"from": "reminders"}).status_code == 303
    assert client.post(f"{mine}finishing/").status_code == 404
    assert "her birthday" not in client.get("/reminders/").content.decode()


def test_today_says_nothing_twice(cast: Cast, berg: Party) -> None:
    meeting_at(cast, berg, now() - MINUTE)
    client = client_of(cast, "ana")
    assert "How did it go?" in client.get("/").content.decode()
    assert 'id="reminders"' not in client.get("/").content.decode()
    meeting_at(cast, berg, now() + 5 * MINUTE)
    assert "Meeting: the tasting" in client.get("/").content.decode()
    assert client.get("/reminders/").content.decode().count("Done: Meeting") == 2


def snooze_of(cast: Cast, row: Reminder, until: datetime) -> None:
    one = reminder_of(row.pk, cast.actor("ana"))
    assert one is not None
    snooze(one, until, **doing(cast.actor("ana")))


def test_when_one_is_reminded_unasked_is_chosen_on_a_page(cast: Cast) -> None:
    client = client_of(cast, "ana")
    page = client.get("/reminders/wishing/").content.decode()
    assert '<option value="15" selected>' in page
    assert '<option value="0" selected>' in page
    assert client.post("/reminders/wishing/", {"before_meeting": "17"}).status_code == 422
    assert client.post("/reminders/wishing/", {"morning_hour": "24"}).status_code == 422
    sent: dict[str, Any] = {"before_meeting": "", "before_promise": "60", "morning_hour": "6"}
    assert client.post("/reminders/wishing/", sent)["Location"] == "/reminders/"
    wish = ReminderWish.objects.get(user=cast.ana)
    assert (wish.before_meeting, wish.before_promise) == (None, 60)
    assert (wish.morning_hour, wish.by_mail) == (6, False)
    assert '<option value="" selected>' in client.get("/reminders/wishing/").content.decode()
