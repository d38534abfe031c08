"""Makes granian keep to WSGI (PEP 3333) where it does not.

It loses headers when an application calls start_response only as its answer is first read, and its body
overflows on read(-1). So the body is read through a bounded window, never whole, and the first piece of the
answer is drawn before the headers go out."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# The stated limit of one upload; a larger address book is better split, or brought in by `rapport import`.
LIMIT = 2 * 2**30
WINDOW = 64 * 1024


class Source(Protocol):
    """What the server gives as the body."""

    def read(self, size: int = ..., /) -> bytes: ...


class Body:
    """A body of `length` bytes, read from `source` as it is asked for and never beyond its end."""

    def __init__(self, source: Source, length: int) -> None:
        self._source = source
        self._left = length
        self._kept = b""

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes, or all that is left."""
        wanted = self._left + len(self._kept) if size is None or size < 0 else size
        pieces = [self._kept]
        have = len(self._kept)
        while have < wanted and (piece := self._pull(wanted - have)):
            pieces.append(piece)
            have += len(piece)
        everything = b"".join(pieces)
        self._kept = everything[wanted:]
        return everything[:wanted]

    def readline(self, size: int | None = -1) -> bytes:
        """One line with its end, or at most `size` bytes of it."""
        most = None if size is None or size < 0 else size
        found = self._kept.find(b"\n")
        while found < 0 and (most is None or len(self._kept) < most):
            before = len(self._kept)
            if not (piece := self._pull(WINDOW)):
                break
            self._kept += piece
            found = self._kept.find(b"\n", before)
        end = found + 1 if found >= 0 else len(self._kept)
        end = end if most is None else min(end, most)
        line, self._kept = self._kept[:end], self._kept[end:]
        return line

    def readlines(self, hint: int | None = None) -> list[bytes]:
        """The lines that are left, or enough of them to pass `hint` bytes."""
        lines: list[bytes] = []
        total = 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint and total >= hint:
                break
        return lines

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _pull(self, size: int) -> bytes:
        """The next bytes of the source; none at its end."""
        size = min(size, self._left, WINDOW)
        piece = self._source.read(size) if size > 0 else b""
        self._left = self._left - len(piece) if piece else 0
        return piece


class Answer:
    """The pieces of an answer of which the first has been drawn."""

    def __init__(self, first: bytes, rest: Iterator[bytes], inner: object) -> None:
        self._first: bytes | None = first
        self._rest = rest
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._rest)

    def close(self) -> None:
        """Tell the application that its answer has gone out, or never will."""
        if close := getattr(self._inner, "close", None):
            close()


def conformant(application: WSGIApplication, *, limit: int = LIMIT) -> WSGIApplication:
    """The application with a body it may read in any way, and an answer whose headers are never lost.

    A body beyond `limit` bytes is answered 413 before any of it is read."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = _length(environ)
        if length > limit:
            return _too_large(start_response, limit)
        environ["wsgi.input"] = Body(environ["wsgi.input"], length)
        environ["wsgi.multiprocess"] = True
        answer = application(environ, start_response)
        if isinstance(answer, list | tuple) or not getattr(answer, "streaming", True):
            return _whole(answer)
        pieces = iter(answer)
        return Answer(next(pieces, b""), pieces, answer)

    return serve


def _length(environ: WSGIEnvironment) -> int:
    text = str(environ.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _whole(answer: Iterable[bytes]) -> list[bytes]:
    """An answer that does not stream goes out in one piece, which is twice as quick in granian."""
    try:
        return [b"".join(answer)]
    finally:
        close: Callable[[], Any] | None = getattr(answer, "close", None)
        if close:
            close()


def _too_large(start_response: StartResponse, limit: int) -> list[bytes]:
    words = f"This upload is larger than {limit / 2**30:g} GiB. Use `rapport import FILE` for it.\n".encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(words)))]
    start_response("413 Content Too Large", [*headers, ("Connection", "close")])
    return [words]
