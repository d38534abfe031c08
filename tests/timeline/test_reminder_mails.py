"""Reminders by mail: the day in the morning, each reminder at its time, by each one's own clock and language; once, and
never of what one may not see."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Promise, ReminderMail
from rapport.customers.timeline.queries import mail_checks
from rapport.customers.timeline.services import (
    Planned,
    Promised,
    choose_reminders,
    close_promise,
    hand_over,
    mail_reminders,
    make_promise,
    plan_meeting,
    remind,
)
from rapport.doors.operations.health.services import set_mail
from rapport.foundation.accounts.services import change_user, set_grant
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.jobs import services as jobs
from rapport.foundation.kernel.mail.rules import Mail
from rapport.foundation.kernel.records.rules import record_type
from tests.cast import Cast, doing, person
from tests.mails import Kept, mail_server

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def house(cast: Cast, tmp_path: Path) -> Iterator[tuple[Kept, int]]:
    """A home with a real mail server set, and Rapport's own address."""
    before = settings.HOME, settings.PUBLIC_URL
    settings.HOME, settings.PUBLIC_URL = tmp_path, "https://crm.lind.example"
    with mail_server() as (kept, port):
        use(cast, port)
        yield kept, port
    settings.HOME, settings.PUBLIC_URL = before


@pytest.fixture
def berg(cast: Cast) -> Party:
    return person(cast.actor("ana"), "Mrs Berg", owner=cast.ana)


def use(cast: Cast, port: int) -> None:
    mail = Mail("127.0.0.1", port, "none", sender="rapport@lind.example", to="dace@lind.example")
    set_mail(settings.HOME, mail, actor=cast.actor("dace"), at=at(0))


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def live(cast: Cast, who: str, **values: Any) -> None:
    """Give a colleague a clock and a language."""
    user = User.objects.get(pk=getattr(cast, who).pk)
    change_user(user, seen=user.version, **doing(cast.actor("dace")), **values)


def promised(cast: Cast, berg: Party, words: str, day: date, hour: time | None = None) -> Promise:
    return make_promise(berg, Promised(words, day, hour), **doing(cast.actor("ana"))).record


def test_the_morning_tells_the_day_once_by_the_clock_and_in_the_language_of_who_gets_it(
    cast: Cast, berg: Party, house: tuple[Kept, int]
) -> None:
    kept, _ = house
    live(cast, "ana", time_zone="Asia/Kuala_Lumpur", language="en")
    late = promised(cast, berg, "the samples", DAY - timedelta(days=3))
    quote = promised(cast, berg, "the quote\nBcc: all@lind.example", DAY, time(15))
    promised(cast, berg, "not yet", DAY + timedelta(days=1))
    meeting = Planned(at(2, 30), words="the tasting", place="the old mill")
    met = plan_meeting([berg], meeting, **doing(cast.actor("ana"))).record

    assert mail_reminders(at(22, 59, DAY - timedelta(days=1))) == 0
    assert [mail_reminders(at(23, minute, DAY - timedelta(days=1))) for minute in (0, 1, 59)] == [1, 0, 0]

    (mail,) = kept.messages
    assert (mail["Subject"], mail["To"]) == ("Your day: Friday, 20 November 2026", "ana@lind.example")
    assert (mail["From"], mail["Auto-Submitted"], mail["Bcc"]) == (
        "rapport@lind.example", "auto-generated", None,
    )  # fmt: skip
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r", "").replace("\u202f", " ") == (
        "Meetings today\n\n"
        f"- 10:30 the tasting (Mrs Berg), the old mill\n  https://crm.lind.example/meetings/{met.pk}/\n\n"
        "Promised for today\n\n"
        "- 15:00 the quote Bcc: all@lind.example (Mrs Berg)\n"
        f"  https://crm.lind.example/promises/{quote.pk}/\n\n"
        "Late\n\n"
        f"- Tue 17 the samples (Mrs Berg)\n  https://crm.lind.example/promises/{late.pk}/\n\n"
        "Today: https://crm.lind.example/\n"
        "Which mails you get: https://crm.lind.example/reminders/wishing/\n"
    )


def test_nobody_is_written_to_of_a_day_that_brings_nothing(
    cast: Cast, berg: Party, house: tuple[Kept, int]
) -> None:
    promised(cast, berg, "long late", DAY - timedelta(days=9))
    assert mail_reminders(at(8)) == 0
    promised(cast, berg, "since yesterday", DAY)
    assert [mail_reminders(at(hour, day=DAY + timedelta(days=1))) for hour in (6, 7, 8)] == [0, 1, 0]
    assert house[0].messages[0].get_content().count("\n- ") == 2


def test_each_reminder_goes_at_its_time_and_once(cast: Cast, berg: Party, house: tuple[Kept, int]) -> None:
    kept, _ = house
    ana = cast.actor("ana")
    choose_reminders(morning_hour=None, **doing(ana))
    live(cast, "ana", time_zone="Europe/Riga", language="en")
    promised(cast, berg, "the quote", DAY, time(15))
    plan_meeting([berg], Planned(at(14), words="the tasting"), **doing(ana))
    remind(record_type("people"), berg.pk, at(16), "her birthday", **doing(ana))

    sent = {hour: mail_reminders(hour) for hour in (at(12, 59), at(13), at(13, 45), at(16), at(16, 1))}

    assert list(sent.values()) == [0, 1, 1, 1, 0]
    assert [mail["Subject"].replace("\u202f", " ") for mail in kept.messages] == [
        "15:00 the quote (Mrs Berg)", "16:00 the tasting (Mrs Berg)", "18:00 her birthday",
    ]  # fmt: skip
    assert f"https://crm.lind.example/people/{berg.pk}/" in kept.messages[2].get_content()
    assert len({mail["Message-ID"] for mail in kept.messages}) == 3


def test_what_was_in_flight_when_the_worker_was_killed_goes_again_as_the_same_mail(
    cast: Cast, berg: Party, house: tuple[Kept, int]
) -> None:
    kept, _ = house
    promised(cast, berg, "the quote", DAY)
    promised(cast, berg, "the call", DAY, time(8))
    assert mail_reminders(at(8)) == 2
    # The server had it, and the worker was killed before it could say so.
    ReminderMail.objects.filter(about__startswith="promises").update(sent_at=None)

    assert [mail_reminders(at(8, minute)) for minute in (1, 2)] == [1, 0]

    first, second = (mail for mail in kept.messages if mail["Subject"].startswith("08:00"))
    assert first["Message-ID"] == second["Message-ID"]


def test_nobody_is_told_of_what_they_no_longer_see_keep_or_may_sign_in_for(
    cast: Cast, berg: Party, house: tuple[Kept, int]
) -> None:
    kept, port = house
    theirs = person(cast.actor("mira"), "Mr CANARY", owner=cast.mira)
    use(cast, 1)
    promised(cast, theirs, "CANARY", DAY, time(8))
    done = promised(cast, berg, "CANARY", DAY, time(8))
    given = promised(cast, berg, "the quote", DAY, time(8))
    assert mail_reminders(at(8)) == 0, "the server is away"

    use(cast, port)
    hand_over(given, User.objects.get(pk=cast.dace.pk), **doing(cast.actor("ana")))
    for kind in ("people", "promises"):
        set_grant(cast.ana.role, kind, "see", "own", **doing(cast.actor("dace")))
    close_promise(done, **doing(cast.actor("ana")))
    mail_reminders(at(8, 30))
    assert [mail["To"] for mail in kept.messages] == ["dace@lind.example"]
    assert not any("CANARY" in mail.as_string() for mail in kept.messages)
    assert not ReminderMail.objects.exclude(refusal="").exists(), "nothing waits for what nobody wants"

    assert mail_reminders(at(8, day=DAY + timedelta(days=1))) == 1, "it was left open, and is late"
    live(cast, "mira", role=cast.dace.role)
    live(cast, "dace", is_active=False)
    assert mail_reminders(at(8, day=DAY + timedelta(days=2))) == 0


def test_a_server_that_says_no_is_asked_again_more_and_more_seldom_and_the_care_page_says_so(
    cast: Cast, berg: Party, house: tuple[Kept, int]
) -> None:
    kept, _ = house
    kept.refusal = "451 greylisted, later please"
    promised(cast, berg, "the quote", DAY)
    assert [one.ok for one in mail_checks(at(7))] == [True]

    tried = [mail_reminders(at(7) + minute * MINUTE) for minute in (0, 1, 2, 5, 6, 13, 14)]
    (row,) = ReminderMail.objects.filter(sent_at=None)
    assert (sum(tried), row.tries) == (0, 4), "at 0, 2, 6 and 14 minutes"
    (check,) = mail_checks(at(7, 15))
    assert (check.is_alarming, check.detail) == (
        True, "1 waiting, the first to ana@lind.example: 451 greylisted, later please",
    )  # fmt: skip

    kept.refusal = ""
    assert mail_reminders(at(7, 31)) == 1
    assert [one.ok for one in mail_checks(at(7, 32))] == [True]
    assert mail_reminders(at(12)) == 0


def test_one_address_that_is_refused_keeps_nobody_else_from_theirs(
    cast: Cast, berg: Party, house: tuple[Kept, int]
) -> None:
    house[0].unknown = "ana@lind.example"
    promised(cast, berg, "the quote", DAY)
    theirs = person(cast.actor("mira"), "Mr Lund", owner=cast.mira)
    make_promise(theirs, Promised("the sample", DAY), **doing(cast.actor("mira")))
    mail_reminders(at(7))
    mail_reminders(at(7, 1))
    assert [mail["To"] for mail in house[0].messages] == ["mira@lind.example"]
    assert mail_checks(at(7, 2))[0].detail == "1 waiting, the first to ana@lind.example: 550 no such mailbox"


def test_without_a_server_or_a_wish_nothing_goes_and_without_an_address_of_ours_no_link_does(
    cast: Cast, berg: Party, house: tuple[Kept, int]
) -> None:
    kept, port = house
    promised(cast, berg, "the quote", DAY, time(8))
    choose_reminders(by_mail=False, morning_hour=None, **doing(cast.actor("ana")))
    assert mail_reminders(at(9)) == 0
    choose_reminders(by_mail=True, morning_hour=None, **doing(cast.actor("ana")))
    (settings.HOME / "mail.json").unlink()
    assert (mail_reminders(at(9)), mail_checks(at(9))) == (0, [])
    use(cast, port)
    settings.PUBLIC_URL = ""
    assert mail_reminders(at(9)) == 1
    assert kept.messages[0].get_content().strip() == "- 08:00 the quote (Mrs Berg)"
    assert mail_reminders(at(21)) == 0, "what is twelve hours late is told by the inbox alone"


def test_the_worker_mails_from_a_thread_of_its_own_which_goes_on_after_an_error() -> None:
    assert jobs._beside["reminder mail"][0] is mail_reminders
    tried, stopped = [], threading.Event()

    def work(at: datetime) -> int:
        tried.append(at)
        if len(tried) > 1:
            stopped.set()
        raise ValueError

    thread = threading.Thread(target=jobs._look_on, args=("", work, 0.01, stopped))
    thread.start()
    thread.join(5)
    assert len(tried) == 2


def test_old_mails_are_forgotten(cast: Cast, berg: Party, house: tuple[Kept, int]) -> None:
    promised(cast, berg, "the quote", DAY)
    mail_reminders(at(8))
    mail_reminders(at(8, day=DAY + timedelta(days=31)))
    assert not ReminderMail.objects.filter(at__lt=at(9)).exists()
