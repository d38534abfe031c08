"""The properties of one vCard: unfolding, parameters, transfer encodings and escapes.

Sources: vCard 2.1 (versit 1996), RFC 2426 (3.0) sections 2.6 and 4, RFC 6350 (4.0) sections 3.2 to 3.4, RFC 6868.
Written by hand because vobject refuses the files of Android, iPhone and Outlook.
"""

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

_NAME = rb"^(?:(?P<group>[A-Za-z0-9-]+)\.)?(?P<name>[A-Za-z0-9-]+)"
_HEAD = re.compile(_NAME + rb'(?P<params>(?:;(?:"[^"]*"|[^":])*)?):(?P<value>.*)$', re.DOTALL)
_LOOSE_HEAD = re.compile(_NAME + rb"(?P<params>(?:;[^:]*)?):(?P<value>.*)$", re.DOTALL)
_PARAM_ENDS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"}
_QUOTED_PRINTABLE = re.compile(rb";(?:ENCODING=)?QUOTED-PRINTABLE(?:;|$)", re.IGNORECASE)
_BASE64 = re.compile(rb";(?:ENCODING=)?(?:BASE64|B)(?:;|$)", re.IGNORECASE)


class Property(Struct, frozen=True):
    """One property: `types` in lower case; `params` in upper case without TYPE; `data` is the value as it came."""

    name: str
    group: str
    types: tuple[str, ...]
    params: tuple[tuple[str, str], ...]
    data: bytes
    version: str = "3.0"

    def param(self, name: str) -> str:
        """The first value of a parameter, or nothing."""
        return next((value for key, value in self.params if key == name), "")

    @property
    def text(self) -> str:
        """The whole value as one text, decoded and unescaped, without white space around it."""
        return _unescape(self._decode(self.data), self.version).strip()

    @property
    def is_guessed(self) -> bool:
        """Whether the value was not in the encoding it promised (UTF-8 when it promised none)."""
        raw = quopri.decodestring(self.data) if self._is_quoted_printable else self.data
        try:
            raw.decode(_codec(self.param("CHARSET")))
        except UnicodeError:
            return True
        return False

    @property
    def binary(self) -> bytes:
        """The bytes of a base64 value or a data: address; nothing when it is neither."""
        data = self.data.strip()
        if data[:5].lower() == b"data:" and b";base64," in data:
            data = data.partition(b";base64,")[2]
        elif self.param("ENCODING") not in {"BASE64", "B"}:
            return b""
        letters = re.sub(rb"[\s=]", b"", data)
        # Cut photos are common; what is whole in them is kept, as every viewer does.
        whole = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
        try:
            return base64.b64decode(whole + b"=" * (-len(whole) % 4), validate=True)
        except binascii.Error:
            return b""

    def parts(self, separator: str = ";") -> list[str]:
        """The components of a structured value (`;`) or the members of a list (`,`).

        Android encodes a semicolon inside a component as =3B, so quoted-printable is taken apart before it is decoded.
        """
        if self._is_quoted_printable:
            pieces = [self._decode(piece) for piece in re.split(rb"(?<!\\)" + separator.encode(), self.data)]
        else:
            pieces = _apart(self._decode(self.data), separator)
        return [_unescape(piece, self.version).strip() for piece in pieces]

    @property
    def _is_quoted_printable(self) -> bool:
        return self.param("ENCODING") == "QUOTED-PRINTABLE"

    def _decode(self, data: bytes) -> str:
        if self._is_quoted_printable:
            data = quopri.decodestring(data)
        return decode(data, self.param("CHARSET")).replace("\r\n", "\n").replace("\r", "\n")


def decode(data: bytes, charset: str = "") -> str:
    """Text in the promised charset, else UTF-8, else Windows-1252, which every byte fits into.

    A value that promised its charset and is cut in the middle of a letter keeps what can be read.
    """
    codec = _codec(charset)
    for name, errors in ((codec, "strict"), (codec if charset else "cp1252", "replace")):
        try:
            return data.decode(name, errors)
        except UnicodeError:
            continue
    return data.decode("cp1252", "replace")


def properties_of(lines: Sequence[bytes]) -> Iterator[Property]:
    """The properties of one card in its order, each with the card's version.

    A line that is no property belongs to the value before it, because many programs forget to fold.
    """
    version = _version(lines)
    for line in _unfold(lines, keep_blank=version == "2.1"):
        yield replace(_property(line), version=version)


def _version(lines: Sequence[bytes]) -> str:
    for line in lines:
        if line[:8].upper() == b"VERSION:":
            return decode(line[8:]).strip()
    return "3.0"


def _unfold(lines: Iterable[bytes], *, keep_blank: bool) -> Iterator[bytes]:
    pieces: list[bytes] = []  # joined once at the end: a photo has a hundred thousand lines
    params = b""
    for line in lines:
        head = _head(line)
        if pieces and _goes_on(pieces[-1], line, params, starts=head is not None):
            _join(pieces, line, params, keep_blank=keep_blank)
            continue
        if pieces:
            yield b"".join(pieces)
        pieces, params = [line], head["params"] if head else b""
    if pieces:
        yield b"".join(pieces)


def _goes_on(last: bytes, line: bytes, params: bytes, *, starts: bool) -> bool:
    if _QUOTED_PRINTABLE.search(params):
        return last.endswith(b"=") or not starts
    return line[:1] in (b" ", b"\t") or not starts


def _join(pieces: list[bytes], line: bytes, params: bytes, *, keep_blank: bool) -> None:
    if _BASE64.search(params):
        pieces.append(line.strip())
    elif _QUOTED_PRINTABLE.search(params) and pieces[-1].endswith(b"="):
        pieces[-1] = pieces[-1][:-1]
        pieces.append(line)
    elif line[:1] in (b" ", b"\t"):
        # The fold of 2.1 keeps its blank (versit 2.1.3), the later ones lose it (RFC 6350, section 3.2).
        pieces.append(line if keep_blank else line[1:])
    elif line:
        pieces.append((b"=0A" if _QUOTED_PRINTABLE.search(params) else b"\\n") + line)


def _head(line: bytes) -> re.Match[bytes] | None:
    return _HEAD.match(line) or _LOOSE_HEAD.match(line)


def _property(line: bytes) -> Property:
    head = _head(line)
    if head is None:  # the card's first line is broken: keep it, it will be shown as it is
        return Property("X-UNREADABLE", "", (), (), line)
    types: list[str] = []
    params: list[tuple[str, str]] = []
    for text in filter(None, _PARAM_ENDS.split(decode(head["params"])[1:])):
        key, equals, value = text.partition("=")
        key, value = (key.strip().upper(), value.strip()) if equals else ("", key.strip())
        if not key and value.upper() in _ENCODINGS:
            key = "ENCODING"
        if key in {"", "TYPE"}:
            types += [word.strip().lower() for word in value.replace('"', "").split(",") if word.strip()]
        elif key == "ENCODING":
            params.append((key, value.strip('"').upper()))
        else:
            params.append((key, _uncaret(value.strip('"'))))
    group = (head["group"] or b"").decode("ascii").lower()
    return Property(head["name"].decode("ascii").upper(), group, tuple(types), tuple(params), head["value"])


def _apart(text: str, separator: str) -> list[str]:
    pieces = [""]
    for token in re.findall(r"\\.|[^\\]|\\$", text, re.DOTALL):
        if token == separator:
            pieces.append("")
        else:
            pieces[-1] += token
    return pieces


def _unescape(text: str, version: str) -> str:
    if version == "2.1":  # there only the separators are escaped, and a path such as C:\new must stay
        return re.sub(r"\\([;,:])", r"\1", text)
    # Gmail also escapes the colon and the quotation mark.
    return re.sub(r"\\([nN;,:\\\"])", lambda match: "\n" if match[1] in "nN" else match[1], text)


def _uncaret(value: str) -> str:
    """RFC 6868, section 3.2; some 4.0 programs write backslash n in LABEL instead."""
    value = re.sub(r"\^([n^'])", lambda match: {"n": "\n", "^": "^", "'": '"'}[match[1]], value)
    return value.replace("\\n", "\n").replace("\\,", ",")


def _codec(charset: str) -> str:
    try:
        "x".encode(charset or "utf-8")  # refuses codecs that are no charsets, such as hex
        return codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):
        return "utf-8"
