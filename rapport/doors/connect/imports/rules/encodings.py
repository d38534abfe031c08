"""Which encoding the text of a file is in, decided by its marks, its shape and the user's language."""

import codecs
from typing import Literal

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The whole field of charset-normalizer has a hundred encodings that nobody exports and that win by chance.
_CANDIDATES = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("shift_jis", "euc_jp", "big5", "gb18030", "euc_kr", "koi8_r", "mac_cyrillic", "mac_roman"),
]
_LATIN = {"cp1250", "cp1252", "cp1254", "cp1257"}
_BALTIC = {"lv": "āčēģīķļņōŗšūž", "lt": "ąčęėįšųūž", "et": "äöõüšž"}
_MOST_BYTES = 32 * 1024
_FEWEST_LETTERS = 4  # one é alone is also half a Japanese letter


def encoding_of(sample: bytes, *, language: str) -> str:
    """The Python name of the encoding of a file that begins with `sample`; ASCII is called utf-8.

    Marks first, then UTF-16 by its zeros, strict UTF-8, and charset-normalizer. Latin code pages differ in a few
    letters and short lists hold too few of them, so between those the user's `language` (an IETF tag) decides: without
    it cp1252 and cp1257 came out as cp1250 (design/dependencies.md). Never raises: the last resort is Windows-1252.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if name := _utf16_without_mark(sample):
        return name
    if _is_utf8(sample):
        return "utf-8"
    return _eight_bit(sample, language)


def _utf16_without_mark(sample: bytes) -> Literal["", "utf-16-le", "utf-16-be"]:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if not even and not odd:
        return ""
    name: Literal["utf-16-le", "utf-16-be"] = "utf-16-be" if even > odd else "utf-16-le"
    text = sample[: len(sample) // 2 * 2].decode(name, "replace")
    is_text = "\0" not in text and text.count("\ufffd") <= 1 and ("\n" in text or "\r" in text)
    return name if is_text else ""


def _is_utf8(sample: bytes) -> bool:
    try:
        # Not final: the sample may end in the middle of a letter.
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _eight_bit(sample: bytes, language: str) -> str:
    from charset_normalizer import from_bytes  # here, because it is slow to load and most files are UTF-8

    telling = _telling(sample)
    home = _home(telling, language)
    if sum(byte > 0x7F for byte in telling) < _FEWEST_LETTERS:
        return home
    matches = list(from_bytes(telling, cp_isolation=_CANDIDATES))
    if not matches:
        return home
    best = min(matches, key=lambda match: (round(match.chaos, 2), -match.coherence))
    if best.encoding in _LATIN:
        return home
    if (
        any(match.encoding == home and match.chaos <= best.chaos + 0.02 for match in matches)
        and not best.coherence
    ):
        return home
    return best.encoding


def _telling(sample: bytes) -> bytes:
    """Only the lines with letters outside ASCII: the others would outvote them."""
    lines = [line for line in sample.splitlines(keepends=True) if not line.isascii()]
    if len(lines) > 1 and not sample.endswith((b"\n", b"\r")):
        lines = lines[:-1]  # perhaps cut in the middle of a letter
    return b"".join(lines)[:_MOST_BYTES]


def _home(telling: bytes, language: str) -> str:
    """The Windows code page of the user's language; a Latvian may well get a Danish list, so the letters must agree."""
    alphabet = _BALTIC.get(language.partition("-")[0].lower(), "")
    pairs = zip(telling.decode("cp1257", "replace"), telling.decode("cp1252", "replace"), strict=True)
    # Only letters that the two pages read differently can tell them apart.
    letters = [baltic.casefold() for baltic, western in pairs if baltic != western]
    own = sum(letter in alphabet for letter in letters)
    return "cp1257" if alphabet and own >= 0.8 * len(letters) else "cp1252"
