from typing import Any

import pytest
from django.test import Client

TOKEN = "a token of the firm's own"
pytestmark = pytest.mark.django_db


def test_it_answers_numbers_to_whoever_knows_the_token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN

    answer = Client().get("/metrics/", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status_code == 200
    assert b'rapport_check_ok{check="migrations"} 1.0' in answer.content
    assert b"rapport_acts_sealed" in answer.content


@pytest.mark.parametrize(("token", "given"), [(TOKEN, "another"), (TOKEN, ""), ("", ""), ("", "x")])
def test_it_is_not_there_for_anybody_else(token: str, given: str, settings: Any) -> None:
    settings.METRICS_TOKEN = token

    assert Client().get("/metrics/", headers={"Authorization": f"Bearer {given}"}).status_code == 404
