"""Who was there, corrected; what came of it; and colleagues named with an @, told on Today until they take note."""

import pytest
from django.test import Client

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction, Mention, Participant
from rapport.customers.timeline.queries import mentions_of, story
from rapport.customers.timeline.rules.mentions import named
from rapport.customers.timeline.services import (
    NotNamed,
    NotTheOnlyOne,
    Said,
    add_participant,
    record_interaction,
    remove_participant,
    take_mention,
)
from rapport.foundation.accounts.services import set_grant
from rapport.foundation.kernel.ledger.services import undo
from rapport.foundation.kernel.records.services import NotAllowed, may_undo
from tests.cast import AT, BACKEND, Cast, all_records, derived_tables, doing, organisation, person

pytestmark = pytest.mark.django_db
COLLEAGUES = {1: "Ana", 2: "Ana Lund", 3: "Tomas Ozols", 4: "முருகன்", 5: "Søren Kjær", 6: "Søren Holm"}


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("Ask @Ana about it", [1]),
        ("Ask @ana lund, and @Tomas.", [2, 3]),
        ("@tomas @Tomas Ozols", [3]),
        ("@முருகன் knows", [4]),
        ("@Søren knows", []),
        ("@Søren Holm knows", [6]),
        ("@Analund", []),
        ("ana@ana.example", []),
        ("@ Ana, @, @nobody", []),
    ],
)
def test_a_colleague_is_named_by_the_full_name_or_by_a_first_word_of_one_alone(
    words: str, keys: list[int]
) -> None:
    assert named(words, COLLEAGUES) == keys


@pytest.fixture
def berg(cast: Cast) -> Party:
    return person(cast.actor("ana"), "Mrs Berg", owner=cast.ana)


def record(cast: Cast, berg: Party, said: Said) -> Interaction:
    return record_interaction([berg], said, **doing(cast.actor("ana"))).record


def test_the_story_says_how_long_it_took_what_came_of_it_and_how_they_seemed(cast: Cast, berg: Party) -> None:
    record(cast, berg, Said("Rang twice.", AT, minutes=11, outcome="left_message", feeling="mixed"))
    line = story(berg, cast.actor("ana")).lines[0]
    assert (line.more, line.meta) == ("11 min · Left a message", "They seemed: mixed")


def test_who_is_named_finds_it_on_today_until_taking_note_and_undo_brings_it_back(
    cast: Cast, berg: Party
) -> None:
    record(cast, berg, Said("Asks for @Tomas, the @mira of service, not @Ana", AT))
    tomas = cast.actor("tomas")
    (one,) = mentions_of(tomas)
    assert (one.by, one.parties) == ("Ana", [berg])
    assert len(mentions_of(cast.actor("mira"))) == 1
    assert mentions_of(cast.actor("ana")) == []
    client = Client()
    client.force_login(cast.tomas, backend=BACKEND)
    assert "You were named" in client.get("/").content.decode()
    taken = take_mention(one.mention, **doing(tomas))
    assert mentions_of(tomas) == []
    assert len(mentions_of(cast.actor("mira"))) == 1
    with pytest.raises(NotNamed):
        take_mention(one.mention, **doing(tomas))
    assert may_undo(taken, tomas)
    undo(taken, **doing(tomas))
    assert len(mentions_of(tomas)) == 1
    assert client.post(f"/mentions/{one.mention.pk}/noticing/", {"from": "today"}).status_code == 303
    assert "You were named" not in client.get("/").content.decode()


def test_nobody_is_told_of_what_they_may_not_see(cast: Cast, berg: Party) -> None:
    record(cast, berg, Said("Only for me, not for @Tomas", AT, is_private=True))
    assert not Mention.objects.exists()
    record(cast, berg, Said("For @Mira, and @Tomas", AT))
    set_grant(cast.tomas.role, "people", "see", "own", **doing(cast.actor("dace")))
    assert mentions_of(cast.actor("tomas")) == []
    record(cast, berg, Said("Again for @Tomas", AT))
    assert Mention.objects.filter(user=cast.tomas).count() == 1
    mention = Mention.objects.get(user=cast.mira)
    with pytest.raises(NotNamed):
        take_mention(mention, **doing(cast.actor("ana")))


def test_one_who_was_there_too_is_added_with_the_organisation_and_taken_back(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    said = record(cast, berg, Said("Tasted it", AT))
    lund = person(ana, "Mr Lund", organisation=organisation(ana, "Havnen"))
    standing, derived = all_records(), derived_tables()
    act = add_participant(said, lund, **doing(ana))
    assert len(story(lund, ana).lines) == 1
    assert lund.organisation is not None
    assert len(story(lund.organisation, ana).lines) == 1
    lund.refresh_from_db()
    assert lund.last_contact_at == AT
    assert add_participant(said, lund, **doing(ana)) is None
    undo(act or 0, **doing(ana))
    assert all_records() == standing
    assert derived_tables() == derived


def test_one_who_was_not_there_is_removed_but_not_the_last(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    said = record(cast, berg, Said("Tasted it", AT))
    add_participant(said, person(ana, "Mr Lund"), **doing(ana))
    act = remove_participant(Participant.objects.get(party=berg), **doing(ana))
    assert story(berg, ana).lines == []
    with pytest.raises(NotTheOnlyOne):
        remove_participant(Participant.objects.get(), **doing(ana))
    assert Interaction.objects.filter(pk=said.pk).exists()
    undo(act, **doing(ana))
    assert len(story(berg, ana).lines) == 1


def test_one_whose_it_is_not_and_one_who_may_not_be_seen_change_nothing(cast: Cast, berg: Party) -> None:
    said = record(cast, berg, Said("Tasted it", AT))
    hidden = person(cast.actor("dace"), "Hidden", owner=cast.dace)
    mine = record_interaction(
        [person(cast.actor("tomas"), "Mine", owner=cast.tomas)], Said("x", AT), **doing(cast.actor("tomas"))
    ).record
    standing = all_records()
    for who in ("tomas", "gita", "arvo"):
        with pytest.raises(NotAllowed):
            add_participant(said, berg, **doing(cast.actor(who)))
        with pytest.raises(NotAllowed):
            remove_participant(said.participants.get(), **doing(cast.actor(who)))
    assert all_records() == standing
    set_grant(cast.tomas.role, "people", "see", "own", **doing(cast.actor("dace")))
    with pytest.raises(NotAllowed):
        add_participant(mine, hidden, **doing(cast.actor("tomas")))
    client = Client()
    client.force_login(cast.tomas, backend=BACKEND)
    answer = client.post(f"/interactions/{mine.pk}/joining/", {"others": "Hidden"})
    assert (answer.status_code, "Nobody is called Hidden" in answer.content.decode()) == (422, True)
    assert client.get(f"/interactions/{said.pk}/joining/").status_code == 404
    assert client.post(f"/participants/{said.participants.get().pk}/leaving/").status_code == 404


def test_who_was_there_is_corrected_by_plain_forms(cast: Cast, berg: Party) -> None:
    said = record(cast, berg, Said("Tasted it", AT))
    person(cast.actor("ana"), "Mr Lund", owner=cast.ana)
    client = Client()
    client.force_login(cast.ana, backend=BACKEND)
    path = f"/interactions/{said.pk}/joining/"
    assert path in client.get(f"/interactions/{said.pk}/").content.decode()
    assert client.post(path, {"others": ""}).status_code == 422
    assert client.post(path, {"others": "Mr Lund"}).status_code == 303
    first = said.participants.get(party=berg)
    assert client.post(f"/participants/{first.pk}/leaving/").status_code == 303
    last = said.participants.get()
    assert client.post(f"/participants/{last.pk}/leaving/").status_code == 409
