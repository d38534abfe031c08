"""A failure of ours is answered in words, with a code that can be said aloud."""

import errno
import logging
import re

import psycopg.errors
import pytest
from django.db import DatabaseError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from rapport.foundation.ui.views.shell import server_error


def answered(failure: Exception) -> HttpResponse:
    try:
        raise failure
    except Exception:
        return server_error(RequestFactory().get("/"))


def said_by_postgresql(code: str) -> OperationalError:
    """The failure as Django hands it on, in whatever language the server speaks."""
    failure = OperationalError("in other words")
    failure.__cause__ = (
        psycopg.errors.lookup(code)("in other words") if code else psycopg.OperationalError("gone")
    )
    return failure


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (ValueError("x"), 500, "Something of ours broke"),
        (OperationalError("database is locked"), 503, "The database is busy"),
        (said_by_postgresql("55P03"), 503, "The database is busy"),
        (said_by_postgresql("40P01"), 503, "The database is busy"),
        (said_by_postgresql("53100"), 507, "The disk is full"),
        (said_by_postgresql("08006"), 503, "cannot be reached"),
        (said_by_postgresql(""), 503, "cannot be reached"),
        (OperationalError("disk I/O error"), 503, "cannot be reached"),
        (OperationalError("the database file is not there"), 503, "cannot be reached"),
        (DatabaseError("database disk image is malformed"), 503, "cannot be reached"),
        (OperationalError("no such column: x"), 500, "Something of ours broke"),
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
    code = re.search(r"[a-z]+-[a-z]+-\d{3}", page)
    assert code
    assert code[0] in caplog.text
    assert "secret words" not in page
