"""A failure of ours is answered in words, with a code that can be said aloud."""

import errno
import logging
import re

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from rapport.foundation.ui.views.shell import server_error


def answered(failure: Exception) -> HttpResponse:
    try:
        raise failure
    except Exception:
        return server_error(RequestFactory().get("/"))


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (ValueError("x"), 500, "Something of ours broke"),
        (OperationalError("database is locked"), 503, "The database is busy"),
        (OperationalError("database or disk is full"), 507, "The disk is full"),
        (OSError(errno.ENOSPC, "No space left on device"), 507, "The disk is full"),
    ],
)
def test_a_failure_says_what_happened(failure: Exception, status: int, words: str) -> None:
    response = answered(failure)
    assert response.status_code == status
    assert words in response.content.decode()


def test_the_code_on_the_page_is_the_code_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        page = answered(ValueError("secret words")).content.decode()
    code = re.search(r"[a-z]+-[a-z]+-\d\d", page)
    assert code
    assert code[0] in caplog.text
    assert "secret words" not in page
