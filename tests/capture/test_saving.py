"""From a sentence to the story: what is saved, what is asked first, and that one Undo takes all of it back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rapport.customers.people.models import ContactPoint, Party, Remembered
from rapport.customers.timeline.models import Interaction, Note, Promise
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.kernel.ledger.services import undo
from tests.cast import BACKEND, Cast, all_records, doing, organisation, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana, backend=BACKEND)
    return client


@pytest.fixture
def kavitha(cast: Cast) -> Party:
    firm = organisation(cast.actor("ana"), "Madras Filter House", owner=cast.ana)
    return person(cast.actor("ana"), "Kavitha Ramanathan", owner=cast.ana, organisation=firm)


def said(client: Client, text: str, **values: Any) -> Any:
    return client.post("/capture/", {"text": text, **values})


def test_one_sentence_is_a_call_with_a_promise_in_both_stories_as_one_act(
    ana: Client, cast: Cast, kavitha: Party
) -> None:
    before, acts = all_records(), Act.objects.count()
    answer = said(ana, "called Kavitha, wants 3 more seats, promised to send the quote tomorrow at 15:00")
    assert (answer.status_code, answer.url) == (303, f"/people/{kavitha.pk}/")
    (interaction,) = Interaction.objects.all()
    assert (interaction.channel, interaction.direction) == ("phone", "ours")
    assert interaction.words.startswith("called Kavitha, wants 3 more seats")
    (promise,) = Promise.objects.all()
    assert promise.due_date == timezone.localdate() + timedelta(days=1)
    assert (str(promise.due_time), promise.party_id, promise.owner_id) == (
        "15:00:00",
        kavitha.pk,
        cast.ana.pk,
    )
    assert Act.objects.count() == acts + 1
    for party in (kavitha, kavitha.organisation):
        page = ana.get(f"/{party.record_type}/{party.pk}/").content.decode()  # type: ignore[union-attr]
        assert "wants 3 more seats" in page
    undo(Act.objects.latest("id").pk, **doing(cast.actor("ana")))
    assert all_records() == before


def test_on_a_page_the_sentence_is_about_whom_the_page_is_about(ana: Client, kavitha: Party) -> None:
    assert said(ana, "wants the invoice again", page=kavitha.pk).status_code == 303
    assert Interaction.objects.get().participants.filter(party=kavitha).exists()


def test_namesakes_are_asked_about_and_nothing_is_written_until_one_is_chosen(
    ana: Client, cast: Cast, kavitha: Party
) -> None:
    other = person(cast.actor("ana"), "Kavitha Nair", owner=cast.mira)
    answer = said(ana, "called Kavitha about the price")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Kavitha Nair" in page
    assert "Kavitha Ramanathan" in page
    assert not Interaction.objects.exists()
    assert said(ana, "called Kavitha about the price", who_0=other.pk, touched="who_0").status_code == 303
    assert Interaction.objects.get().participants.filter(party=other).exists()


def test_a_party_that_was_not_offered_is_not_taken(ana: Client, cast: Cast, kavitha: Party) -> None:
    stranger = person(cast.actor("ana"), "Somebody Else")
    answer = said(ana, "called Kavitha about the price", who_0=stranger.pk, touched="who_0")
    assert answer.status_code == 422
    assert not Interaction.objects.exists()


def test_an_unknown_name_is_offered_as_new_and_added_with_what_was_learnt(ana: Client, cast: Cast) -> None:
    text = "met Ragnar Thorsen, his email is ragnar@fjord.example"
    answer = said(ana, text)
    assert answer.status_code == 422
    assert "Add " in answer.content.decode()
    assert not Party.objects.exists()
    assert said(ana, text, who_0="new", touched="who_0").status_code == 303
    ragnar = Party.objects.get()
    assert (ragnar.name, ragnar.owner_id) == ("Ragnar Thorsen", cast.ana.pk)
    assert ContactPoint.objects.get(party=ragnar).value == "ragnar@fjord.example"


def test_a_promise_without_a_day_asks_for_it(ana: Client, kavitha: Party) -> None:
    text = "called Kavitha, promised to send samples"
    assert said(ana, text).status_code == 422
    assert not Interaction.objects.exists()
    day = (timezone.localdate() + timedelta(days=4)).isoformat()
    assert said(ana, text, due_0=day, touched="due_0").status_code == 303
    assert Promise.objects.get().due_date.isoformat() == day


def test_a_day_that_may_be_two_is_picked(ana: Client, kavitha: Party) -> None:
    text = "called Kavitha, promised to send the list on 03/04"
    answer = said(ana, text)
    assert answer.status_code == 422
    days = re.findall(r'name="pick_0" value="([^"]+)"', answer.content.decode())
    assert {day[5:] for day in days} == {"04-03", "03-04"}
    # As the page sends it: with every control it has, the day's own field empty.
    seen = {"read": text, "due_0": "", "time_0": "", "promise_0": "send the list", "who_0": kavitha.pk}
    assert said(ana, text, pick_0=days[1], **seen).status_code == 303
    assert Promise.objects.get().due_date.isoformat() == days[1]


def test_what_was_corrected_by_hand_holds_over_what_was_read(ana: Client, kavitha: Party) -> None:
    text = "called Kavitha, promised to send the quote tomorrow"
    values = {"channel": "video", "promise_0": "Send the long quote", "whose_0": "theirs"}
    assert said(ana, text, touched=",".join(values), **values).status_code == 303
    assert Interaction.objects.get().channel == "video"
    promise = Promise.objects.get()
    assert (promise.words, promise.is_ours) == ("Send the long quote", False)


def test_controls_of_an_older_sentence_do_not_count(ana: Client, kavitha: Party) -> None:
    """Enter came before the reading of the last words did: what stands in the sentence counts."""
    text = "called Kavitha, promised to send the quote tomorrow"
    assert said(ana, text, read="called Kavitha", channel="letter", who_0="none").status_code == 303
    assert Interaction.objects.get().channel == "phone"


@pytest.mark.parametrize("due", ["2020-01-01", "9999-12-31", "soon"])
def test_a_day_that_cannot_be_is_said(ana: Client, kavitha: Party, due: str) -> None:
    text = "called Kavitha, promised to send samples"
    answer = said(ana, text, due_0=due, touched="due_0")
    assert answer.status_code == 422
    assert "samples" in answer.content.decode()
    assert not Interaction.objects.exists()


def test_nobody_and_nothing_are_asked_for(ana: Client) -> None:
    for text in ("", "   ", "promised to send samples tomorrow"):
        assert said(ana, text).status_code == 422
    assert not Interaction.objects.exists()


def test_a_hundred_thousand_characters_are_kept_whole(ana: Client, kavitha: Party) -> None:
    text = "called Kavitha. " + "she said so. " * 7_600
    assert said(ana, text[:100_000]).status_code == 303
    assert Interaction.objects.get().words == text[:100_000].strip()


def test_a_nul_in_a_sentence_is_read_over_and_refused_when_it_is_saved(ana: Client, kavitha: Party) -> None:
    text = "called Kav\x00itha Kavitha\x00 about the price"
    assert ana.get("/capture/reading/", {"text": text}).status_code == 200
    assert said(ana, text).status_code == 422
    assert not Interaction.objects.exists()


def test_sent_twice_it_is_written_once(ana: Client, kavitha: Party) -> None:
    for _again in range(2):
        assert said(ana, "called Kavitha about the price", key="once").status_code == 303
    assert Interaction.objects.count() == 1


def test_a_birthday_and_a_name_to_be_called_by_are_kept(ana: Client, kavitha: Party) -> None:
    assert said(ana, "called Kavitha, her birthday is 5 May").status_code == 303
    assert (Remembered.objects.get().day, Remembered.objects.get().month) == (5, 5)


def test_a_preference_is_pinned_only_when_it_is_ticked(ana: Client, kavitha: Party) -> None:
    text = "called Kavitha, she prefers mornings"
    assert said(ana, text).status_code == 303
    assert not Note.objects.exists()
    assert said(ana, text, fact_0="on", touched="facts").status_code == 303
    assert Note.objects.get().is_pinned


def test_whoever_may_only_read_has_no_line(client: Client, cast: Cast, kavitha: Party) -> None:
    client.force_login(cast.arvo, backend=BACKEND)
    assert "capture-form" not in client.get("/").content.decode()
    assert said(client, "called Kavitha about the price").status_code == 403
    assert not Interaction.objects.exists()


def test_the_reading_as_one_types_writes_nothing_and_shows_each_part(ana: Client, kavitha: Party) -> None:
    before = all_records()
    text = "called Kavitha, promised to send the quote tomorrow"
    page = ana.get("/capture/reading/", {"text": text}).content.decode()
    assert "Kavitha Ramanathan" in page
    assert "send the quote" in page
    assert (timezone.localdate() + timedelta(days=1)).isoformat() in page
    assert all_records() == before


def test_it_saves_and_stays_for_who_has_more_to_say(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana, backend=BACKEND)
    person(cast.actor("ana"), "Kavitha Ramanathan", owner=cast.ana)
    said = {"text": "called Kavitha", "stay": "1"}

    answer = client.post("/capture/", said)
    assert (answer.status_code, answer["Location"]) == (303, "/capture/")

    answer = client.post("/capture/", said, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "captured")
    assert b"Recorded: Kavitha Ramanathan" in answer.content
    assert b"/undoing/" in answer.content
