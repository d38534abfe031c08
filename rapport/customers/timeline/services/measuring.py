"""What is measured of each party inside every act: when we last spoke, how often, when that is quiet, what is due."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Func, Max, Min, TextField

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Outcome, Participant, Promise
from rapport.customers.timeline.rules.rhythm import quiet_from, rhythm_of
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from rapport.foundation.kernel.ledger.services.rows import set_columns

COLUMNS = ("last_contact_at", "next_promise_due", "rhythm_days", "quiet_from")


class UtcDay(Func):
    """The day of a moment in UTC as text: many times quicker than Django's own, which SQLite asks Python for."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Moments are text there, the day first."""
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 10)", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """A year beyond 9999 cannot be written, so that the text is always as long."""
        template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
        return self.as_sql(compiler, connection, template=template, **extra)


_measures = KeptQuery(
    lambda keys: Party.objects.filter(pk__among=keys).values_list("pk", "let_be_until", *COLUMNS)
)
_due = KeptQuery(
    lambda keys: (
        Promise.objects.open()
        .filter(party__among=keys, is_ours=True)
        .values_list("party")
        .annotate(Min("due_date"))
    )
)
_days = KeptQuery(
    lambda keys: (
        Participant.objects.filter(party__among=keys, interaction__is_private=False)
        .exclude(interaction__outcome=Outcome.NO_ANSWER)
        .values_list("party", UtcDay("interaction__at"))
        .annotate(Max("interaction__at"))
        .order_by()
    )
)


def measure(keys: Iterable[int]) -> None:
    """Set all measures of these parties from what was said and promised."""
    before = {key: values for key, *values in _measures(keys)}
    spoken = _spoken(before)
    due = {row[0]: row[1] for row in _due(before)}
    changed = []
    for key, (let_be_until, *was) in before.items():
        last, rhythm = spoken.get(key, (None, None))
        now = [last, due.get(key), rhythm, quiet_from(last, rhythm, let_be_until)]
        if now != was:
            changed.append((*now, key))
    set_columns(Party, COLUMNS, changed)


def _spoken(keys: Iterable[int]) -> dict[int, tuple[datetime, int | None]]:
    """When we last spoke with each of these parties, and how often we do. What is private counts for nobody;
    where nobody answered, nothing was said."""
    days: dict[int, dict[date, datetime]] = defaultdict(dict)
    for party, day, last in _days(keys):
        days[party][date.fromisoformat(day)] = last
    return {party: (max(some.values()), rhythm_of(some)) for party, some in days.items()}


def measure_rest(keys: Iterable[int]) -> None:
    """Set anew from when on these parties are quiet, for somebody may have said to let them be."""
    changed = [
        (quiet, key)
        for key, until, last, _due_on, rhythm, was in _measures(keys)
        if last is not None and (quiet := quiet_from(last, rhythm, until)) != was
    ]
    set_columns(Party, ["quiet_from"], changed)
