"""The story: paged both ways by key, narrowed by kind, with what is pinned above it."""

from datetime import timedelta

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import Client

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction, Note, Pin
from rapport.customers.timeline.queries import story
from rapport.customers.timeline.services import (
    Planned,
    Promised,
    Said,
    make_promise,
    pin_moment,
    plan_meeting,
    record_interaction,
    unpin_moment,
    write_note,
)
from rapport.foundation.kernel.ledger.services import undo
from rapport.foundation.kernel.records.services import NotAllowed
from tests.cast import AT, BACKEND, Cast, all_records, doing, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def berg(cast: Cast) -> Party:
    return person(cast.actor("ana"), "Mrs Berg", owner=cast.ana)


def say(cast: Cast, berg: Party, words: str, minutes: int = 0) -> Interaction:
    said = Said(words, AT - timedelta(minutes=minutes))
    return record_interaction([berg], said, **doing(cast.actor("ana"))).record


def test_it_is_paged_by_key_to_the_end_and_back(cast: Cast, berg: Party) -> None:
    # Of two at the same moment the later written stands first.
    for words, minutes in (("g", 6), ("f", 5), ("e", 4), ("d", 3), ("c", 3), ("b", 1), ("a", 0)):
        say(cast, berg, words, minutes)
    ana = cast.actor("ana")

    def page(**cursor: str) -> tuple[str, str, str]:
        found = story(berg, ana, size=3, **cursor)
        return "".join(one.words for one in found.lines), found.newer, found.older

    first, newer, older = page()
    assert (first, newer) == ("abc", "")
    second, newer, oldest = page(before=older)
    assert second == "def"
    assert page(after=newer)[0] == "abc"
    last, newer, none = page(before=oldest)
    assert (last, none) == ("g", "")
    back, newest, older = page(after=newer)
    assert back == "def"
    assert page(before=older)[0] == "g"
    assert page(after=newest)[:2] == ("abc", "")
    for wrong in ("x", "_", "9e99_1", "1_x"):
        assert page(after=wrong)[0] == "abc"
    assert page(before="nonsense")[0] == "abc"


def test_it_is_narrowed_to_a_kind_and_counts_each(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    say(cast, berg, "called")
    make_promise(berg, Promised("the quote", AT.date()), **doing(ana))
    write_note(berg, "likes it dark", **doing(ana))
    write_note(berg, "only mine", is_private=True, **doing(ana))
    plan_meeting([berg], Planned(AT, words="tasting"), **doing(ana))
    found = story(berg, ana)
    counts = [(value, count) for value, _label, _icon, count in found.counts]
    assert counts == [("phone", 1), ("meeting", 1), ("promise", 1), ("note", 2)]
    assert found.total == 5
    for channel, words in (("phone", "called"), ("meeting", "tasting"), ("promise", "the quote")):
        assert [one.words for one in story(berg, ana, channel=channel).lines] == [words]
    assert {one[0]: one[3] for one in story(berg, cast.actor("mira")).counts}["note"] == 1


def test_what_is_pinned_stands_above_until_the_pin_is_taken_off_and_undo_of_both(
    cast: Cast, berg: Party
) -> None:
    ana = cast.actor("ana")
    old = say(cast, berg, "If it is here before Pongal we stay.", 60)
    say(cast, berg, "later")
    before = all_records()
    act = pin_moment(old, berg, **doing(ana))
    found = story(berg, ana)
    assert [one.words for one in found.pinned] == ["If it is here before Pongal we stay."]
    assert [one.words for one in found.lines] == ["later", "If it is here before Pongal we stay."]
    assert story(berg, ana, channel="phone").pinned == []
    assert pin_moment(old, berg, **doing(ana)) is None
    pinned = all_records()
    taken = unpin_moment(Pin.objects.get(), **doing(ana))
    assert story(berg, ana).pinned == []
    undo(taken, **doing(ana))
    assert all_records() == pinned
    undo(act or 0, **doing(ana))
    assert all_records() == before


def test_a_private_moment_is_pinned_for_its_writer_alone(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    said = Said("CANARY", AT, is_private=True)
    pin_moment(record_interaction([berg], said, **doing(ana)).record, berg, **doing(ana))
    assert len(story(berg, ana).pinned) == 1
    assert story(berg, cast.actor("mira")).pinned == []


def test_one_whose_it_is_not_pins_nothing_and_nothing_in_a_strangers_story(cast: Cast, berg: Party) -> None:
    said = say(cast, berg, "hello")
    for who in ("tomas", "gita", "arvo"):
        with pytest.raises(NotAllowed):
            pin_moment(said, berg, **doing(cast.actor(who)))
    with pytest.raises(NotAllowed):
        pin_moment(said, person(cast.actor("ana"), "Mr Lund"), **doing(cast.actor("ana")))
    assert not Pin.objects.exists()


def test_it_is_pinned_and_unpinned_by_plain_forms(cast: Cast, berg: Party) -> None:
    said = say(cast, berg, "hello")
    client = Client()
    client.force_login(cast.ana, backend=BACKEND)
    path = f"/interactions/{said.pk}/pinning/"
    assert path in client.get(f"/people/{berg.pk}/").content.decode()
    for wrong in ("", "x", "9" * 30, "999999"):
        assert client.post(path, {"party": wrong}).status_code == 404
    assert client.post(path, {"party": berg.pk}).status_code == 303
    assert "Pinned" in client.get(f"/people/{berg.pk}/").content.decode()
    assert client.post(f"/pins/{Pin.objects.get().pk}/unpinning/").status_code == 303
    assert not Pin.objects.exists()


def test_what_was_saved_is_answered_without_a_second_write_however_many_toasts_nobody_has_read(
    cast: Cast, berg: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that cannot be written would deny what was just saved."""
    monkeypatch.setattr(CookieStorage, "max_cookie_size", 250)  # else some seven hundred
    browser = Client()
    browser.force_login(cast.ana, backend=BACKEND)
    signed_in = dict(browser.session.items())
    for number in range(40):
        answer = browser.post(f"/parties/{berg.pk}/noting/", {"words": f"note {number}"})
        assert answer.status_code == 303
    assert dict(browser.session.items()) == signed_in
    assert Note.objects.count() == 40
    assert 'class="toast" data-toast' in browser.get("/").content.decode().partition("<template")[0]
