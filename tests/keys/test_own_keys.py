"""Keys of one's own: chosen on a page, kept for the user, shown and obeyed on every page, undone like anything."""

from typing import Any

import pytest
from django.test import Client

from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.ledger.models import Act
from rapport.foundation.ui.keys import KEYS, own_letters
from tests.cast import BACKEND, Cast, all_records

pytestmark = pytest.mark.django_db


def letters(**changes: str) -> dict[str, str]:
    """The form as shipped, with some letters changed."""
    return {key.name: key.letter for key in KEYS} | changes


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana, backend=BACKEND)
    return client


def test_it_keeps_own_letters_for_the_user_on_every_page(ana: Client, cast: Cast) -> None:
    answer = ana.post("/me/keys/", letters(capture="Q", new="c"))

    assert (answer.status_code, answer["Location"]) == (303, "/me/keys/")
    assert User.objects.get(pk=cast.ana.pk).keys == "cq nc"
    assert b'data-keymap="cq nc"' in ana.get("/people/").content
    assert Act.objects.order_by("-pk")[0].verb == "user.keys_changed"
    other = Client()
    other.force_login(cast.mira, backend=BACKEND)
    assert b"data-keymap" not in other.get("/people/").content


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"capture": "n"}, "N is taken already"),
        ({"capture": ""}, "This field is required"),
        ({"capture": "\x7f"}, "One sign that the keyboard has"),
        ({"capture": "qq"}, "at most 1 character"),
    ],
)
def test_it_refuses_a_letter_that_cannot_be_in_words_and_changes_nothing(
    ana: Client, cast: Cast, changes: dict[str, str], words: str
) -> None:
    standing = all_records()

    answer = ana.post("/me/keys/", letters(**changes))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert all_records() == standing


def test_it_goes_back_to_the_shipped_keys_and_that_can_be_undone(ana: Client, cast: Cast) -> None:
    ana.post("/me/keys/", letters(keys="ø"))
    ana.post("/me/keys/", {"shipped": "1"})
    assert User.objects.get(pk=cast.ana.pk).keys == ""

    act = Act.objects.order_by("-pk")[0]
    answer = ana.post(f"/acts/{act.pk}/undoing/")

    assert answer.status_code == 303
    assert User.objects.get(pk=cast.ana.pk).keys == "?ø"


def test_it_lets_nobody_undo_the_keys_of_another(ana: Client, cast: Cast) -> None:
    ana.post("/me/keys/", letters(capture="q"))
    act: Any = Act.objects.order_by("-pk")[0]
    other = Client()
    other.force_login(cast.mira, backend=BACKEND)

    assert other.post(f"/acts/{act.pk}/undoing/").status_code == 404
    assert User.objects.get(pk=cast.ana.pk).keys == "cq"


@pytest.mark.parametrize(
    ("kept", "own"), [("", {}), ("cq", {"c": "q"}), ("cqq n", {}), ("?ø nå", {"?": "ø", "n": "å"})]
)
def test_it_reads_pairs_and_passes_over_the_rest(kept: str, own: dict[str, str]) -> None:
    assert own_letters(kept) == own
