"""What the capture line understands. Nothing here writes: what is saved, the person decides."""

import re
from datetime import datetime

from rapport.customers.capture.queries import Context, people_known
from rapport.customers.capture.rules.cards import CardReading, read_card
from rapport.customers.capture.rules.reading import Reading
from rapport.customers.capture.rules.understanding import finish, sketch
from rapport.customers.people.services import home_region
from rapport.foundation.kernel.access.rules import Actor

NOWHERE = Context()
# What a database cannot hold is looked up as a space, of the same length, so that every place in the text stays true.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def understand(
    text: str, *, actor: Actor, at: datetime, language: str, context: Context = NOWHERE
) -> Reading:
    """What a sentence says: who, how, what was promised, by when, what was learnt, and what is in doubt.

    `at` is now, aware of its zone: days and hours are counted in the reader's own zone, and so are those of the
    reading. A language without a grammar is read as English. Never raises for any text; a text beyond
    `words.LONGEST` characters is read by its beginning and kept whole in the note."""
    drawn = sketch(_UNKEEPABLE.sub(" ", text), at, language, home_region() if _has_number(text) else None)
    known, page = people_known(drawn.words, actor=actor, at=at, context=context)
    return finish(drawn, known, page)


def _has_number(text: str) -> bool:
    """The firm's country is asked for only where a phone number may stand."""
    return sum(char.isdigit() for char in text[:2_000]) >= 6


def read_signature(text: str) -> CardReading:
    """What a pasted e-mail signature or business card says of somebody: fields, each to be ticked. Never raises."""
    return read_card(text)
