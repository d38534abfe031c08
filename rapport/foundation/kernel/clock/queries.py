"""Whether the clock can be trusted: it is held against the machine's own count of seconds, which nobody can set."""

import time
from datetime import timedelta

# A time service moves a clock that is right by less.
LEAST_SECONDS = 30.0
_seen: list[float] = []
_jump: list[tuple[float, float]] = []


def jumped(within: timedelta) -> timedelta | None:
    """By how much the clock was set last, if that was so short a time ago and while this process asked now and then."""
    counted = _counted()
    ahead = time.time() - counted
    if _seen and abs(ahead - _seen[0]) >= LEAST_SECONDS:
        _jump[:] = [(counted, ahead - _seen[0])]
    _seen[:] = [ahead]
    if not _jump or counted - _jump[0][0] > within.total_seconds():
        return None
    return timedelta(seconds=round(_jump[0][1]))


def _counted() -> float:
    """Seconds since some moment. Where the system tells, those in which the machine slept are counted too: a laptop
    that wakes up is no clock that jumped."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
