"""How the firm stands with its customers, for whoever leads it: the whole firm, and nobody by name."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.customers.people.models import Party, PartyQuerySet, is_quiet
from rapport.customers.timeline.models import PromiseClosure
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.queries import active_users

# No list is counted further; and how many days back a promise counts as kept lately.
COUNTED_TO, LATELY = 1_000, 30


class Figure(Struct, frozen=True):
    """A number with what it counts, what it is out of, and the view of the list of people that has those it counts."""

    label: str
    value: str
    beside: str
    view: str = ""


def firm_figures(actor: Actor, day: date, at: datetime) -> Sequence[Figure]:
    """How many people wait for us, go quiet, and go quiet with nobody to look after them; and how promises are kept."""
    people = Party.objects.visible_to(actor).people()
    quiet = people.filter(is_quiet(at))
    lists = [
        (_("Wait for a promise of ours"), people.filter(next_promise_due__lt=day), "?view=waiting"),
        (_("Going quiet"), quiet, "?view=quiet"),
        (_("Quiet, with no owner"), quiet.filter(owner=None), "?view=quiet&owner="),
    ]
    counted = [Figure(label, _count(rows), _("people"), view) for label, rows, view in lists]
    return [*counted, *_kept(at)]


def _count(rows: PartyQuerySet) -> str:
    found = rows.order_by()[: COUNTED_TO + 1].count()
    return f"{found:,}" if found <= COUNTED_TO else _("more than %(count)s") % {"count": f"{COUNTED_TO:,}"}


def _kept(at: datetime) -> list[Figure]:
    """Of the last that came to an end, for a large firm has thousands; nothing where none did."""
    # Asked for by key alone: with a condition on who closed it, thousands would be read to be sorted.
    lately = PromiseClosure.objects.order_by("-pk").filter(at__gt=at - timedelta(days=LATELY), at__lte=at)
    here = active_users()
    closed = list(lately.values_list("is_kept", "promise__is_ours", "by")[:COUNTED_TO])
    ours = [is_kept for is_kept, is_ours, by in closed if is_ours and by in here]
    if not ours:
        return []
    beside = _("of %(all)s in %(days)s days") if len(closed) < COUNTED_TO else _("of the last %(all)s")
    return [Figure(_("Promises kept"), str(sum(ours)), beside % {"all": len(ours), "days": LATELY})]
