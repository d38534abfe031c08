"""What changed on a record since a version somebody saw."""

import json
from collections.abc import Mapping

from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.models import Change
from rapport.foundation.kernel.ledger.models.kinds import number_of
from rapport.foundation.kernel.ledger.models.values import blank, live_value
from rapport.foundation.kernel.ledger.rules import Clash, Plain, same


def clashes_since(live: Versioned, seen: int, wanted: Mapping[str, Plain]) -> tuple[Clash, ...]:
    """The fields among `wanted` that others changed after version `seen` to something else than is wanted."""
    changes = Change.objects.filter(kind=number_of(type(live)), record=live.pk, version__gt=seen).order_by(
        "id"
    )
    before: dict[str, Plain] = {}
    for text_before, text_after in changes.values_list("before", "after"):
        values = json.loads(text_before)
        for name in json.loads(text_after).keys() | values.keys():
            before.setdefault(name, values.get(name, blank(type(live), name)))
    return tuple(
        Clash(name, mine, live_value(live, name), before[name])
        for name, mine in wanted.items()
        if name in before and not same(mine, live_value(live, name))
    )
