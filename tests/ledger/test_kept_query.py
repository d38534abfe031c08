"""A question whose SQL is kept answers as the query it was made of, whatever keys it is given."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Q, QuerySet
from msgspec.structs import replace

from rapport.customers.people.models import Party
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from tests.cast import Cast, organisation, person

COLUMNS = ("pk", "name", "created_at", "custom", "organisation__name")
NAMES = ("Berg", "Żółć", "தமிழ்", 'O"Brien %s')


def asked(keys: Any) -> Any:
    rows = Party.objects.filter(pk__among=keys, created_at__gt=datetime(2020, 1, 1, tzinfo=UTC))
    return rows.exclude(name="Nobody").order_by("-pk").values_list(*COLUMNS)


def test_it_answers_as_the_query_does_for_any_keys_and_again(cast: Cast) -> None:
    keys = [person(cast.actor("ana"), name).pk for name in (*NAMES, "Nobody")]
    kept = KeptQuery(asked)
    for some in (keys[:2], keys, [], {keys[3]}, [10**15]):
        assert kept(some) == list(asked(some))
    assert [row[1] for row in kept(keys)] == list(reversed(NAMES))
    assert all(row[2].tzinfo is not None for row in kept(keys))


def test_it_asks_one_query_which_the_ledger_guards_like_any(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    one, kept = person(cast.actor("ana"), "Berg"), KeptQuery(asked)
    kept([one.pk])
    with django_assert_num_queries(1):
        kept([one.pk])


def of_a_name(organisation: int, actor: Any, name: str | None) -> QuerySet[Party]:
    rows = Party.objects.visible_to(actor).filter(organisation=organisation).select_related("organisation")
    return rows.filter(name=name) if name else rows.order_by("name")


def test_it_makes_records_with_what_they_link_to_for_each_who_asks(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    ana, outsider = cast.actor("ana"), cast.actor("gita")
    firm = organisation(ana, "Lind")
    for name in NAMES:
        person(ana, name, organisation=firm)
    kept = KeptQuery(of_a_name)
    for actor in (ana, outsider, ana):
        for asked_for in (None, NAMES[0], NAMES[1]):
            assert kept(firm.pk, actor, asked_for) == list(of_a_name(firm.pk, actor, asked_for))
    with django_assert_num_queries(1):
        found = kept(firm.pk, ana, None)
        assert {str(one.organisation) for one in found} == {"Lind"}
    assert [one.name for one in kept(firm.pk, ana, NAMES[3])] == [NAMES[3]]
    assert kept(firm.pk + 10**9, ana, None) == []


def test_it_follows_what_somebody_may_see_when_that_changes(cast: Cast) -> None:
    one = person(cast.actor("ana"), "Berg")
    kept = KeptQuery(lambda keys, actor: Party.objects.visible_to(actor).filter(pk__among=keys))
    assert kept([one.pk], cast.actor("ana")) == [one]
    assert kept([one.pk], replace(cast.actor("ana"), grants={})) == []


def test_it_keeps_no_more_ways_than_it_has_room_for(cast: Cast, django_assert_num_queries: Any) -> None:
    one, kept = (
        person(cast.actor("ana"), "Berg"),
        KeptQuery(lambda key, name: Party.objects.filter(pk=key, name=name)),
    )
    for number in range(450):
        assert kept(one.pk, f"Berg {number}") == []
    assert kept(one.pk, "Berg") == [one]
    assert len(kept._ways) <= 200


def test_it_compares_with_days_and_moments_and_refuses_what_shapes_it(cast: Cast) -> None:
    one = person(cast.actor("ana"), "Berg")
    Party.objects.filter(pk=one.pk).update(next_promise_due=date(2026, 3, 1))
    kept = KeptQuery(
        lambda begin, day: Party.objects.filter(created_at__gte=begin, next_promise_due__lt=day).order_by(
            "pk"
        )
    )
    early, late = one.created_at - timedelta(seconds=1), one.created_at + timedelta(microseconds=1)
    assert kept(early.astimezone(ZoneInfo("Asia/Manila")), date(2026, 3, 2)) == [one]
    assert kept(one.created_at, date(2026, 3, 1)) == []
    assert kept(late, date(2026, 3, 2)) == []
    with pytest.raises(ValueError, match="shapes the query"):
        KeptQuery(lambda day: Party.objects.filter(created_at__year=day.year))(date(2026, 3, 1))


def test_it_takes_no_number_of_the_query_itself_for_one_that_was_given(cast: Cast) -> None:
    one, other = (person(cast.actor("ana"), name) for name in NAMES[:2])
    Party.objects.filter(pk=other.pk).update(rhythm_days=30_000)
    kept = KeptQuery(lambda key: Party.objects.filter(Q(pk=key) | Q(rhythm_days=30_000)).order_by("pk"))
    assert kept(one.pk) == [one, other]
    assert kept(other.pk) == [other]


def test_it_is_kept_anew_for_what_is_given_by_name(cast: Cast) -> None:
    keys = [person(cast.actor("ana"), name).pk for name in NAMES]
    kept = KeptQuery(
        lambda some, most: (
            Party.objects.filter(pk__among=some).order_by("pk").values_list("pk", flat=True)[:most]
        )
    )
    assert [kept(keys, most=most) for most in (2, 3, 2)] == [keys[:2], keys[:3], keys[:2]]
