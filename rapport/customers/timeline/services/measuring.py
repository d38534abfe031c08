"""What is measured of each party inside every act: when we last spoke, how often, when that is quiet, what is due."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Func, Max, Min, TextField

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Outcome, Participant, Promise
from rapport.customers.timeline.rules.rhythm import quiet_from, rhythm_of
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


def measure(keys: Iterable[int]) -> None:
    """Set all measures of these parties from what was said and promised."""
    parties = Party.objects.filter(pk__among=list(keys))
    before = {key: values for key, *values in parties.values_list("pk", "let_be_until", *COLUMNS)}
    spoken = _spoken(before)
    due = dict(
        Promise.objects.open()
        .filter(party__among=list(before), is_ours=True)
        .values_list("party")
        .annotate(Min("due_date"))
    )
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
    rows = Participant.objects.filter(party__among=list(keys), interaction__is_private=False)
    rows = rows.exclude(interaction__outcome=Outcome.NO_ANSWER)
    days: dict[int, dict[date, datetime]] = defaultdict(dict)
    by_day = rows.values_list("party", UtcDay("interaction__at")).annotate(Max("interaction__at"))
    for party, day, last in by_day.order_by():
        days[party][date.fromisoformat(day)] = last
    return {party: (max(some.values()), rhythm_of(some)) for party, some in days.items()}


def measure_rest(keys: Iterable[int]) -> None:
    """Set anew from when on these parties are quiet, for somebody may have said to let them be."""
    rows = Party.objects.filter(pk__among=list(keys)).exclude(last_contact_at=None)
    changed = [
        (quiet, key)
        for key, last, rhythm, until, was in rows.values_list(
            "pk", "last_contact_at", "rhythm_days", "let_be_until", "quiet_from"
        )
        if (quiet := quiet_from(last, rhythm, until)) != was
    ]
    set_columns(Party, ["quiet_from"], changed)
