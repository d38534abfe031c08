"""How often we speak with somebody, and from when on our silence is long for them. Pure.

Which statistic this is, what else was tried on real data and what it is worth there: docs/going-quiet.md."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median

# Days; what is taken for the rhythm of somebody whose own is not known yet.
A_MONTH = 30
# The days of contact that count, the latest ones; and how many a rhythm of one's own takes.
LATEST, ENOUGH = 10, 4
# A rhythm in days is at least a week, for a call every day while something is arranged is none; and at most ten years.
SHORTEST, LONGEST = 7, 3_650
# So many rhythms of silence are long.
LONG_SILENCE = 2


def rhythm_of(contact_days: Iterable[date]) -> int | None:
    """The usual number of days between two days of contact: the median of the latest gaps with two of a month beside
    them, which keep a few odd gaps from making a rhythm. None below `ENOUGH` days of contact."""
    days = sorted(set(contact_days))[-LATEST:]
    if len(days) < ENOUGH:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return min(max(round(median([*gaps, A_MONTH, A_MONTH])), SHORTEST), LONGEST)


def quiet_from(
    last: datetime | None, rhythm: int | None, let_be_until: date | None = None
) -> datetime | None:
    """The moment from which a party counts as going quiet: two rhythms after the last contact, and not before the day
    until which it is let be. None where nothing was ever said, or said beyond the calendar's end."""
    if last is None:
        return None
    try:
        silent = last + timedelta(days=LONG_SILENCE * (rhythm or A_MONTH))
    except OverflowError:
        return None
    return max(silent, datetime.combine(let_be_until, time.min, UTC)) if let_be_until else silent
