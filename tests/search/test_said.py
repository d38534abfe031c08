"""What was said, noted and promised is found by its words, by who may see it; a private note by its writer alone."""

import pytest

from rapport.customers.timeline.services import Promised, Said, make_promise, record_interaction, write_note
from rapport.foundation.accounts.services import set_grant
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.ledger.services import undo
from rapport.foundation.kernel.search.queries import find, find_said
from tests.cast import AT, Cast, doing, person

pytestmark = pytest.mark.django_db


def titles(cast: Cast, who: str, text: str) -> list[str]:
    return [str(record) for _kind, record in find_said(text, actor=actor_for(getattr(cast, who)))]


def test_it_finds_words_however_they_are_typed_the_latest_first(cast: Cast) -> None:
    berg = person(SYSTEM, "Berg", owner=cast.ana)
    record_interaction([berg], Said("Wants the Kēnyā roast.", AT), None, **doing(cast.actor("ana")))
    make_promise(berg, Promised("Send kenya samples", AT.date()), **doing(cast.actor("ana")))
    write_note(berg, "Bakes at night.", **doing(cast.actor("ana")))

    assert titles(cast, "mira", "kenya") == ["Send kenya samples", "Wants the Kēnyā roast."]
    assert titles(cast, "mira", "ken ROA") == ["Wants the Kēnyā roast."]
    assert titles(cast, "mira", "tea") == []
    assert find("kenya", actor=cast.actor("ana")) == []


def test_a_private_note_is_found_by_its_writer_alone(cast: Cast) -> None:
    berg = person(SYSTEM, "Berg", owner=cast.ana)
    written = write_note(berg, "Is about to sell.", is_private=True, **doing(cast.actor("ana")))

    assert titles(cast, "ana", "about to sell") == ["Is about to sell."]
    for who in ("mira", "dace", "arvo"):
        assert titles(cast, who, "about to sell") == []

    undo(written.act or 0, **doing(cast.actor("ana")))
    assert titles(cast, "ana", "about to sell") == []


def test_what_was_said_with_whom_one_may_not_see_is_not_found(cast: Cast) -> None:
    hidden = person(cast.actor("tomas"), "Hidden", owner=cast.tomas)
    record_interaction([hidden], Said("Kenya again.", AT), None, **doing(cast.actor("tomas")))
    set_grant(cast.ana.role, "people", "see", "own", **doing(SYSTEM))

    assert titles(cast, "ana", "kenya") == []
    assert titles(cast, "tomas", "kenya") == ["Kenya again."]
