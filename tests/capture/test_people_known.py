"""Names are matched against the firm's own people, in context, and nobody learns of a party they may not see."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.customers.capture.queries import Context
from rapport.customers.capture.rules.reading import Reading
from rapport.customers.capture.services import understand
from rapport.customers.timeline.services import Said, record_interaction
from rapport.foundation.kernel.access.rules import SYSTEM, Actor
from tests.cast import AT, Cast, doing, organisation, person


def read(text: str, actor: Actor = SYSTEM, **context: Any) -> Reading:
    return understand(text, actor=actor, at=AT, language="en", context=Context(**context))


def names(reading: Reading) -> list[str]:
    return [one.name for one in reading.who[0].candidates] if reading.who else []


def test_it_finds_a_person_by_name_by_call_me_name_and_without_marks(cast: Cast) -> None:
    person(SYSTEM, "Søren Kjær", call_me="Bobby")

    for said in ("called søren kjær", "called Soren", "called bobby", "called SØREN KJÆR about pallets"):
        assert names(read(said)) == ["Søren Kjær"], said


def test_it_offers_an_unknown_name_as_new(cast: Cast) -> None:
    who = read("met Sarah Quill at the fair").who

    assert [(one.said, one.is_new) for one in who] == [("Sarah Quill", True)]


def test_it_asks_between_namesakes_and_puts_those_of_the_context_first(cast: Cast) -> None:
    ana = cast.actor("ana")
    berg, holm = person(SYSTEM, "Anna Berg"), person(SYSTEM, "Anna Holm")
    assert [one.why for one in read("called anna", ana).doubts] == ["several"]

    record_interaction([holm], Said("tea", AT), **doing(ana))
    reading = read("called anna", ana)
    assert (names(reading), reading.who[0].is_sure) == (["Anna Holm", "Anna Berg"], False)
    assert "lately" in reading.who[0].candidates[0].why

    reading = read("called anna", ana, page=berg.pk)
    assert (names(reading)[0], reading.who[0].is_sure, reading.doubts) == ("Anna Berg", True, ())


def test_it_prefers_the_people_of_the_firm_whose_page_one_is_on(cast: Cast) -> None:
    firm = organisation(SYSTEM, "Nordpak")
    person(SYSTEM, "Anna Berg")
    inside = person(SYSTEM, "Anna Holm", organisation=firm)

    assert read("called anna", page=firm.pk).who[0].candidates[0].party == inside.pk


def test_it_takes_the_party_of_the_page_where_nobody_is_named(cast: Cast) -> None:
    berg = person(SYSTEM, "Anna Berg")
    who = read("called, no answer", page=berg.pk).who

    assert [(one.span, one.candidates[0].party) for one in who] == [(None, berg.pk)]
    assert read("called, no answer").who == ()


def test_it_finds_the_whole_name_among_any_number_of_namesakes(cast: Cast) -> None:
    wanted = person(SYSTEM, "Anna Berg")
    for number in range(30):
        person(SYSTEM, f"Anna Nummer{number}")

    assert read("called anna berg").who[0].candidates[0].party == wanted.pk
    assert read("called anna berg").who[0].is_sure


def test_it_names_nobody_whom_the_actor_may_not_see(cast: Cast) -> None:
    """Someone with a reach of their own records alone reads the name as new, like one that never was."""
    hidden = person(SYSTEM, "Anna Berg")
    narrow = _only_own(cast.actor("ana"))

    for context in ({}, {"page": hidden.pk}):
        reading = read("called anna berg", narrow, **context)
        assert [(one.said, one.is_new, one.candidates) for one in reading.who] == [("anna berg", True, ())]


def _only_own(actor: Actor) -> Actor:
    from msgspec.structs import replace

    from rapport.foundation.kernel.access.rules import Reach

    return replace(actor, grants=dict.fromkeys(actor.grants, Reach.OWN))


@pytest.mark.parametrize(
    "text", ["called anna about the pallets", "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 9]
)
def test_it_asks_the_database_twice(text: str, cast: Cast) -> None:
    person(SYSTEM, "Anna Berg")
    ana = cast.actor("ana")
    with CaptureQueriesContext(connection) as asked:
        read(text, ana, page=1)

    assert len(asked) <= 2


def test_it_reads_on_an_empty_home(db: None) -> None:
    reading = understand("ringede til Mette, tlf 32123456", actor=SYSTEM, at=AT, language="da")

    assert [one.said for one in reading.who] == ["Mette"]
