"""Measured in this process: the story, who is going quiet, the capture line at every key, and search with a typo."""

import random
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from benchmarks import homes
from benchmarks.rows import Row, row_of, timed

SENTENCES = (
    "called maria jensen, wants the price of 20 kilos by friday 10, send her the list tomorrow",
    "met søren lindholm at the fair, promised to write the agreement on 3 december",
    "murugan wrote that the grinder rattles, ring him back in two days",
)


def rows() -> Iterator[Row]:
    """Nothing is written; the first and last keys of a sentence are read alike."""
    homes.setup()
    from rapport.customers.people.models import Party
    from rapport.customers.timeline.models import MomentParty
    from rapport.customers.timeline.queries import going_quiet, story
    from rapport.foundation.kernel.access.queries import actor_for
    from rapport.foundation.kernel.actors.models import User
    from rapport.foundation.kernel.clock.rules import now

    actor, at = actor_for(User.objects.get(email="dace@practice.example")), now()
    told = [row.party for row in MomentParty.objects.filter(pk__gt=0).order_by("-pk")[:400]]
    longest = list(Party.objects.filter(pk__in=told).order_by("pk")[:60])
    yield row_of("story, first page", timed([partial(story, party, actor) for party in longest]))
    pages = [(party, older) for party in longest if (older := story(party, actor, size=5).older)]
    deep = [partial(story, party, actor, before=older) for party, older in pages]
    if deep:
        yield row_of("story, a page deep by key", timed(deep))
    yield row_of("going quiet, of one owner", timed([partial(going_quiet, actor, at)] * 40))
    yield row_of("capture, parse per key", timed(_keys(actor, at)), target=30)
    yield row_of("search, one typo, in process", timed(_typos(actor)), target=40)


def _keys(actor: Any, at: datetime) -> list[partial[Any]]:
    """Every beginning of the sentences, as it is read while somebody types."""
    from rapport.customers.capture.services import understand

    texts = [text[:length] for text in SENTENCES for length in range(3, len(text) + 1)]
    return [partial(understand, text, actor=actor, at=at, language="en") for text in texts]


def _typos(actor: Any) -> list[partial[Any]]:
    """Words of names with two neighbouring letters swapped, always the same."""
    from rapport.customers.people.models import Party
    from rapport.foundation.kernel.search.queries import find_forgiving

    chance = random.Random(7)
    words = [word for name in Party.objects.order_by("pk").values_list("name", flat=True)[:400]
             for word in name.split() if len(word) >= 5]  # fmt: skip
    asked = []
    for word in chance.sample(words, min(100, len(words))):
        place = chance.randrange(1, len(word) - 2)
        asked.append(word[:place] + word[place + 1] + word[place] + word[place + 2 :])
    return [partial(find_forgiving, text, actor=actor, limit=8) for text in asked]
