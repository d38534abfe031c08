"""What a file is, by what it holds: the few kinds that may be attached, and whether one is what its name says."""

import zipfile
from collections.abc import Sequence
from typing import BinaryIO

from msgspec import Struct

# Bytes. One file of this size is what most mail servers still carry.
LARGEST = 25 * 2**20
# So many first bytes decide.
HEAD = 64 * 1024


class FileKind(Struct, frozen=True):
    """A kind of file: its media type, the endings its name may have, and how its content begins, at which byte.

    `inside` is the name of a file that a packed one of this kind holds."""

    media: str
    endings: tuple[str, ...]
    begins: tuple[tuple[int, bytes], ...]
    inside: str = ""


_PACKED = ((0, b"PK\x03\x04"),)
_OLE = ((0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
KINDS = (
    FileKind("application/pdf", ("pdf",), ((0, b"%PDF-"),)),
    FileKind("image/png", ("png",), ((0, b"\x89PNG\r\n\x1a\n"),)),
    FileKind("image/jpeg", ("jpg", "jpeg"), ((0, b"\xff\xd8\xff"),)),
    FileKind("image/gif", ("gif",), ((0, b"GIF8"),)),
    FileKind("image/webp", ("webp",), ((0, b"RIFF"), (8, b"WEBP"))),
    FileKind("image/heic", ("heic",), ((4, b"ftyphei"),)),
    FileKind("image/heic", ("heic",), ((4, b"ftypmif1"),)),
    FileKind("audio/mpeg", ("mp3",), ((0, b"ID3"),)),
    FileKind("audio/mpeg", ("mp3",), ((0, b"\xff\xfb"),)),
    FileKind("audio/wav", ("wav",), ((0, b"RIFF"), (8, b"WAVE"))),
    FileKind("audio/ogg", ("ogg", "oga", "opus"), ((0, b"OggS"),)),
    FileKind("audio/mp4", ("m4a",), ((4, b"ftypM4A"),)),
    FileKind("video/mp4", ("mp4",), ((4, b"ftypisom"),)),
    FileKind("video/mp4", ("mp4",), ((4, b"ftypmp4"),)),
    FileKind("video/quicktime", ("mov",), ((4, b"ftypqt"),)),
    FileKind(f"{_OFFICE}wordprocessingml.document", ("docx",), _PACKED, "word/document.xml"),
    FileKind(f"{_OFFICE}spreadsheetml.sheet", ("xlsx",), _PACKED, "xl/workbook.xml"),
    FileKind(f"{_OFFICE}presentationml.presentation", ("pptx",), _PACKED, "ppt/presentation.xml"),
    FileKind(f"{_OPEN}text", ("odt",), (*_PACKED, (38, b"application/vnd.oasis.opendocument.text"))),
    FileKind(
        f"{_OPEN}spreadsheet", ("ods",), (*_PACKED, (38, b"application/vnd.oasis.opendocument.spreadsheet"))
    ),
    FileKind("application/msword", ("doc",), _OLE),
    FileKind("application/vnd.ms-excel", ("xls",), _OLE),
    FileKind("application/vnd.ms-outlook", ("msg",), _OLE),
)
# Text has no beginning of its own: it is what reads as text from the first byte on.
TEXTS = {
    "txt": "text/plain",
    "csv": "text/csv",
    "eml": "message/rfc822",
    "ics": "text/calendar",
    "vcf": "text/vcard",
}
ENDINGS = tuple(dict.fromkeys([*(ending for kind in KINDS for ending in kind.endings), *TEXTS]))


def ending_of(name: str) -> str:
    """What stands behind the last point of a name, in small letters."""
    return name.rpartition(".")[2].lower()


def media_type(name: str, head: bytes, inside: Sequence[str] = ()) -> str:
    """The media type of a file that begins with `head` and, where it is packed, holds these names.

    Empty where it is none of the kinds that may be attached, or not the one that its name says."""
    ending = ending_of(name)
    if ending in TEXTS:
        return TEXTS[ending] if _is_text(head) else ""
    for kind in KINDS:
        begins = all(head[at : at + len(sign)] == sign for at, sign in kind.begins)
        if ending in kind.endings and begins and (not kind.inside or kind.inside in inside):
            return kind.media
    return ""


def names_inside(stream: BinaryIO) -> list[str]:
    """The names of the files in a packed one; empty for one that is none."""
    try:
        with zipfile.ZipFile(stream) as packed:
            return packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        # The last bytes may be half a letter.
        (head[:-4] if len(head) == HEAD else head).decode()
    except UnicodeDecodeError:
        return all(byte >= 0x20 or byte in b"\t\n\r\f" for byte in head) and not head.startswith(
            tuple(sign for kind in KINDS for at, sign in kind.begins if at == 0)
        )
    return not head.startswith(b"%PDF-")


def kept_name(name: str) -> str:
    """A file's name as it is kept: its last part, printable, with its ending, of at most 150 letters."""
    last = name.replace("\\", "/").rpartition("/")[2].encode(errors="ignore").decode()
    said = "".join(char for char in last if char.isprintable()).strip(" .") or "file"
    stem, point, ending = said.rpartition(".")
    return f"{stem[: 149 - len(ending)]}{point}{ending}" if point and len(ending) < 20 else said[:150]
