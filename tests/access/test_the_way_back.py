"""Who is not signed in is sent to the door, and comes back to where they wanted to go."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("length", "comes_back"), [(10, True), (7_000, True), (30_000, False), (60_000, False)]
)
def test_an_address_is_come_back_to_unless_that_would_be_too_long_for_a_server(
    client: Client, length: int, comes_back: bool
) -> None:
    wanted = f"/search/?q={quote('ü') * (length // 6)}"
    location = client.get(wanted)["Location"]
    assert urlsplit(location).path == "/accounts/login/"
    assert len(location) < 65_000
    assert ("next" in parse_qs(urlsplit(location).query)) is comes_back
