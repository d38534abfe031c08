"""A question whose SQL is kept answers as the query it was made of, whatever keys it is given."""

from datetime import UTC, datetime
from typing import Any

from rapport.customers.people.models import Party
from rapport.foundation.kernel.ledger.queries.by_keys import ByKeys
from tests.cast import Cast, person

COLUMNS = ("pk", "name", "created_at", "custom", "organisation__name")
NAMES = ("Berg", "Żółć", "தமிழ்", 'O"Brien %s')


def asked(keys: Any) -> Any:
    rows = Party.objects.filter(pk__among=keys, created_at__gt=datetime(2020, 1, 1, tzinfo=UTC))
    return rows.exclude(name="Nobody").order_by("-pk").values_list(*COLUMNS)


def test_it_answers_as_the_query_does_for_any_keys_and_again(cast: Cast) -> None:
    keys = [person(cast.actor("ana"), name).pk for name in (*NAMES, "Nobody")]
    kept = ByKeys(asked)
    for some in (keys[:2], keys, [], {keys[3]}, [10**15]):
        assert [tuple(row) for row in kept(some)] == list(asked(some))
    assert [row[1] for row in kept(keys)] == list(reversed(NAMES))
    assert all(row[2].tzinfo is not None for row in kept(keys))


def test_it_asks_one_query_which_the_ledger_guards_like_any(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    one, kept = person(cast.actor("ana"), "Berg"), ByKeys(asked)
    kept([one.pk])
    with django_assert_num_queries(1):
        kept([one.pk])
