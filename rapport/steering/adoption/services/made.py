"""A made-up party on its way into the database, and who of the firm speaks with it."""

from datetime import date, datetime, timedelta

from msgspec import Struct, field

from rapport.customers.people.models import Party
from rapport.customers.timeline.models.said import Outcome
from rapport.foundation.kernel.actors.models import User
from rapport.steering.adoption.rules import Planned, Somebody, Spoken

FRIDAY = 4


class House(Struct, frozen=True):
    """The colleagues in the order of the rules, and the team of each by the user's key."""

    users: tuple[User, ...]
    teams: dict[int, int]


class Made(Struct):
    """A made-up party, the row it became, and when one spoke with it and must keep a promise."""

    one: Somebody
    row: Party
    whole: "Made | None" = None
    spoke_at: list[datetime] = field(default_factory=list)
    due: date | None = None
    said: list[tuple[Spoken, datetime]] = field(default_factory=list)

    def remember(self, at: datetime) -> None:
        """When what was said was said; the person's organisation took part, but promised is the person alone."""
        for spoken in self.one.spoken:
            moment = moment_of(spoken, at)
            self.said.append((spoken, moment))
            for party in filter(None, (self, self.whole)):
                # A call that nobody answered is no contact.
                party.spoke_at += [moment] if spoken.outcome != Outcome.NO_ANSWER else []
            if spoken.promise and spoken.is_ours and not (spoken.is_kept or spoken.why_dropped):
                due = due_of(spoken, at)
                self.due = min(self.due or due, due)


def moment_of(one: Spoken | Planned, at: datetime) -> datetime:
    """When it was said or will be, seen from `at`; what is over was on a working day, the last before."""
    day = at - timedelta(days=one.days_ago)
    if one.days_ago > 0:
        day -= timedelta(days=max(0, day.weekday() - FRIDAY))
    return day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=one.minute)


def due_of(spoken: Spoken, at: datetime) -> date:
    """The day by which what was promised is due."""
    return at.date() + timedelta(days=spoken.due_in)
