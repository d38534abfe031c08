"""What granian does not keep of WSGI, kept."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.config.conformance import WINDOW, Body, conformant


class Dribble:
    """A source that gives at most `most` bytes at a time and overflows on read(-1), as granian's does."""

    def __init__(self, content: bytes, most: int = 7) -> None:
        self.rest = io.BytesIO(content)
        self.most = most
        self.largest = 0

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            raise OverflowError
        self.largest = max(self.largest, size)
        return self.rest.read(min(size, self.most))


@given(
    st.binary(max_size=400), st.lists(st.tuples(st.sampled_from(["read", "readline"]), st.integers(-1, 50)))
)
def test_it_reads_as_a_file_of_the_stated_length_would(content: bytes, steps: list[tuple[str, int]]) -> None:
    body, file = Body(Dribble(content + b"the next request"), len(content)), io.BytesIO(content)

    for verb, size in steps:
        assert getattr(body, verb)(size) == getattr(file, verb)(size)
    assert list(body) == list(file)


def test_it_ends_where_a_client_broke_off() -> None:
    body = Body(Dribble(b"half"), 1_000)

    assert body.read() == b"half"
    assert body.read() == b""
    assert body.readline() == b""


def test_it_never_asks_for_more_than_its_window() -> None:
    source = Dribble(b"x" * 10 * WINDOW, most=10**9)
    body = Body(source, 10 * WINDOW)

    assert sum(len(piece) for piece in iter(lambda: body.read(3 * WINDOW), b"")) == 10 * WINDOW
    assert source.largest == WINDOW


def _serve(application: Any, environ: dict[str, Any], **more: Any) -> tuple[list[Any], Iterable[bytes]]:
    said: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        said.append((status, headers))

    return said, conformant(application, **more)({"wsgi.input": io.BytesIO()} | environ, start_response)


def test_it_sends_the_headers_of_an_answer_that_names_them_late() -> None:
    def late(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("X-Late", "yes")])
        yield b"a"
        yield b"b"

    said, answer = _serve(late, {})

    assert said == [("200 OK", [("X-Late", "yes")])]
    assert list(answer) == [b"a", b"b"]


def test_it_tells_the_application_that_its_answer_is_over() -> None:
    closed: list[bool] = []

    class Answer:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"a"])

        def close(self) -> None:
            closed.append(True)

    def application(environ: Any, start_response: Any) -> Answer:
        start_response("200 OK", [])
        return Answer()

    _, answer = _serve(application, {})
    answer.close()  # type: ignore[attr-defined]

    assert closed == [True]


def test_it_refuses_a_body_beyond_the_limit_unread() -> None:
    said, answer = _serve(pytest.fail, {"CONTENT_LENGTH": "2049"}, limit=2048)

    assert said[0][0].startswith("413 ")
    assert b"larger than" in b"".join(answer)


@pytest.mark.parametrize("length", ["", "-5", "many", "٣"])
def test_it_takes_a_length_that_is_none_as_no_body(length: str) -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    _, answer = _serve(application, {"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(b"surplus")})

    assert list(answer) == [b""]
