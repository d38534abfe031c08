"""The frame of a page is kept between requests; each reader meets their own, with its own path and token."""

import re

import pytest
from django.test import Client

from tests.cast import BACKEND, Cast

pytestmark = pytest.mark.django_db


def page(cast: Cast, who: str, path: str) -> str:
    client = Client(enforce_csrf_checks=True)
    client.force_login(getattr(cast, who), backend=BACKEND)
    return client.get(path).content.decode()


def test_it_shows_each_reader_their_own_name_and_places(cast: Cast) -> None:
    for _again in range(2):
        dace, gita = page(cast, "dace", "/people/"), page(cast, "gita", "/people/")
        assert ("<bdi>Dace</bdi>" in dace, "<bdi>Dace</bdi>" in gita) == (True, False)
        assert ('href="/admin/users/"' in dace, 'href="/admin/users/"' in gita) == (True, False)


def test_it_puts_in_the_path_of_each_request_escaped(cast: Cast) -> None:
    page(cast, "ana", "/people/")
    found = page(cast, "ana", '/people/?q="><script>alert(1)</script>')
    assert "<script>alert(1)" not in found
    assert set(re.findall(r'name="next" value="([^"]*)"', page(cast, "ana", "/organisations/"))) == {
        "/organisations/"
    }


def test_it_gives_no_two_requests_the_same_token(cast: Cast) -> None:
    tokens = [
        set(re.findall(r'name="csrfmiddlewaretoken" value="(\w{64})"', page(cast, "ana", "/people/")))
        for _again in range(2)
    ]
    assert [len(some) for some in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
