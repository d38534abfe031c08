"""What becomes of a promise: moved with its history, handed over, taken, kept once; and each of it taken back."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Promise, PromiseClosure
from rapport.customers.timeline.queries import kept_lately, left_for, promises_due
from rapport.customers.timeline.services import (
    ClosedBefore,
    NotTheirs,
    Promised,
    close_promise,
    hand_over,
    make_promise,
    move_promise,
    take_promise,
)
from rapport.foundation.kernel.access.models import Grant
from rapport.foundation.kernel.access.rules import SYSTEM, Reach
from rapport.foundation.kernel.ledger.queries.history import history
from rapport.foundation.kernel.ledger.rules import COMMAND
from rapport.foundation.kernel.ledger.services import act, undo
from rapport.foundation.kernel.records.services import NotAllowed
from tests.cast import AT, BACKEND, Cast, doing, person

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture
def berg(cast: Cast) -> Party:
    return person(cast.actor("ana"), "Mrs Berg", owner=cast.ana, team=cast.sellers)


def promise(cast: Cast, berg: Party, due: date = TODAY) -> Promise:
    return make_promise(berg, Promised("the quote", due), **doing(cast.actor("ana"))).record


def test_a_moved_promise_stands_on_its_new_day_and_its_history_knows_the_old(cast: Cast, berg: Party) -> None:
    one, ana = promise(cast, berg), cast.actor("ana")
    moved = move_promise(one, TODAY + timedelta(days=3), time(15, 0), **doing(ana))
    assert promises_due(ana, TODAY) == []
    one.refresh_from_db()
    assert (one.due_date, one.due_time) == (TODAY + timedelta(days=3), time(15, 0))
    berg.refresh_from_db()
    assert berg.next_promise_due == TODAY + timedelta(days=3)
    changed = {field.name: (field.before, field.after) for field in history(one)[0].fields}
    assert changed["due_date"] == (str(TODAY), str(TODAY + timedelta(days=3)))
    assert moved is not None
    undo(moved, **doing(ana))
    assert [row.promise.pk for row in promises_due(ana, TODAY)] == [one.pk]


def test_what_is_handed_over_waits_for_the_colleague_with_the_word_until_it_is_taken(
    cast: Cast, berg: Party
) -> None:
    one = promise(cast, berg)
    hand_over(one, cast.mira, "She likes to be rung before ten.", **doing(cast.actor("ana")))
    mira = cast.actor("mira")
    assert promises_due(cast.actor("ana"), TODAY) == []
    (left,) = left_for(mira, TODAY)
    assert (left.left_by, left.promise.handed_words) == ("Ana", "She likes to be rung before ten.")
    assert promises_due(mira, TODAY) == []
    taken = take_promise(one, **doing(mira))
    assert left_for(mira, TODAY) == []
    assert [row.promise.pk for row in promises_due(mira, TODAY)] == [one.pk]
    assert taken is not None
    undo(taken, **doing(mira))
    assert len(left_for(mira, TODAY)) == 1


def test_moving_what_was_left_takes_it(cast: Cast, berg: Party) -> None:
    one = promise(cast, berg)
    hand_over(one, cast.mira, **doing(cast.actor("ana")))
    move_promise(one, TODAY, time(9, 0), **doing(cast.actor("mira")))
    assert [row.promise.pk for row in promises_due(cast.actor("mira"), TODAY)] == [one.pk]


def test_it_is_not_handed_to_somebody_who_would_not_see_it(cast: Cast, berg: Party) -> None:
    one = promise(cast, berg)
    with act("role.changed", actor=SYSTEM, source=COMMAND, at=AT) as writer:
        grant = Grant.objects.get(role=cast.tomas.role, record_type="people", verb="see")
        writer.update(grant, reach=Reach.OWN)
    with pytest.raises(NotTheirs):
        hand_over(one, cast.tomas, **doing(cast.actor("ana")))
    one.refresh_from_db()
    assert (one.owner_id, one.handed_by_id) == (cast.ana.pk, None)


def test_one_whose_it_is_not_moves_nothing(cast: Cast, berg: Party) -> None:
    one = promise(cast, berg)
    with pytest.raises(NotAllowed):
        move_promise(one, TODAY + timedelta(days=1), **doing(cast.actor("gita")))
    one.refresh_from_db()
    assert one.due_date == TODAY


def test_what_is_closed_is_neither_moved_nor_handed_over_nor_kept_again(cast: Cast, berg: Party) -> None:
    one, ana = promise(cast, berg), cast.actor("ana")
    close_promise(one, **doing(ana))
    with pytest.raises(ClosedBefore):
        move_promise(one, TODAY, **doing(ana))
    with pytest.raises(ClosedBefore):
        hand_over(one, cast.mira, **doing(ana))
    with pytest.raises(ClosedBefore):
        close_promise(one, **doing(ana))
    assert PromiseClosure.objects.count() == 1
    assert kept_lately(ana) == (1, 1)


@pytest.fixture
def client_of(cast: Cast) -> Any:
    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name), backend=BACKEND)
        return client

    return signed_in


def test_today_moves_hands_over_and_keeps_by_plain_forms(cast: Cast, berg: Party, client_of: Any) -> None:
    one, ana = promise(cast, berg, timezone.localdate()), client_of("ana")
    later = timezone.localdate() + timedelta(days=2)
    answer = ana.post(f"/promises/{one.pk}/moving/", {"due": later.isoformat(), "from": "today"})
    assert (answer.status_code, answer.url) == (303, "/")
    assert "the quote" in ana.get("/").content.decode()
    answer = ana.post(
        f"/promises/{one.pk}/handing-over/", {"colleague": cast.mira.pk, "words": "yours", "from": "today"}
    )
    assert answer.status_code == 303
    mira = client_of("mira")
    page = mira.get("/").content.decode()
    assert "Left for you" in page
    assert "yours" in page
    assert mira.post(f"/promises/{one.pk}/taking/", {"from": "today"}).status_code == 303
    assert mira.post(f"/promises/{one.pk}/closure/", {"from": "today"}).status_code == 303
    assert PromiseClosure.objects.get().by_id == cast.mira.pk


@pytest.mark.parametrize("due", ["2020-01-01", "9999-12-31", "", "tomorrow"])
def test_a_day_that_cannot_be_is_said_and_moves_nothing(
    cast: Cast, berg: Party, client_of: Any, due: str
) -> None:
    one = promise(cast, berg)
    answer = client_of("ana").post(f"/promises/{one.pk}/moving/", {"due": due})
    assert answer.status_code == 422
    one.refresh_from_db()
    assert one.due_date == TODAY


def test_a_colleague_nobody_has_is_refused(cast: Cast, berg: Party, client_of: Any) -> None:
    one = promise(cast, berg)
    for wrong in ("", "999999", str(cast.ana.pk), "x"):
        assert (
            client_of("ana").post(f"/promises/{one.pk}/handing-over/", {"colleague": wrong}).status_code
            == 422
        )
