"""How names, days and numbers are said on screen: pure functions, the clock and the language passed in."""

import functools
import unicodedata
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from msgspec import Struct

# Parts of a name that nobody is called by; the first word of a name is never one of them.
PARTICLES = frozenset(
    [
        "bin",
        "binti",
        "bint",
        "bt",
        "bte",
        "ibn",
        "a/p",
        "a/l",
        "s/o",
        "d/o",
        "p/o",
        "dela",
        "de",
        "la",
        "del",
        "della",
        "di",
        "da",
        "das",
        "do",
        "dos",
        "du",
        "le",
        "van",
        "der",
        "den",
        "von",
        "zu",
        "zur",
        "al",
        "el",
        "y",
        "e",
        "i",
        "&",
        "and",
        "und",
        "og",
        "un",
        "dan",
    ]
)
# What stands around a name in English and nobody is called by.
TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "jr", "sr"])
HUES = 8
RHYTHM_DAYS = 30


@functools.lru_cache(maxsize=10_000)
def initials(name: str) -> str:
    """Return one or two signs for a portrait: the first and the last word a person is called by.

    A script without capitals gives one grapheme, since two of them do not fit.
    """
    words = [word for word in unicodedata.normalize("NFC", name).split() if _letters(word)]
    words = [word for word in words if _bare(word) not in TITLES] or words
    words = words[:1] + [word for word in words[1:] if _bare(word) not in PARTICLES]
    if not words:
        return "?"
    first = _first_grapheme(words[0])
    if len(words) == 1 or first.upper() == first.lower():
        return first.upper()
    return (first + _first_grapheme(words[-1])).upper()


def _bare(word: str) -> str:
    return word.casefold().rstrip(".,")


def hue(key: object) -> int:
    """Return the hue of a portrait, 1 to 8, always the same for the same key."""
    return zlib.crc32(str(key).encode()) % HUES + 1


class Freshness(Struct, frozen=True):
    """How much of the ring is left (0 to 100), its tone, and the words beside it."""

    left: int
    tone: str
    words: str
    title: str


def freshness(
    last: date | None, today: date, *, rhythm_days: int | None = None, long: bool = False
) -> Freshness:
    """Drain a ring over two rhythms: fresh within the first, due within the second, late (going quiet) from then on.

    `rhythm_days` is how often it usually happens; without one a month is taken, and nothing is said to be usual."""
    if last is None:
        return Freshness(0, "", _("Never"), _("Nothing has been said yet"))
    days = max((today - last).days, 0)
    rhythm = rhythm_days or RHYTHM_DAYS
    tone = "accent" if days <= rhythm else "soon" if days < 2 * rhythm else "late"
    left = max(round(100 - 100 * days / (2 * rhythm)), 4)
    ago = ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days} if days else _("Today")
    usual = (
        _("%(ago)s, usually every %(span)s") % {"ago": ago, "span": span(rhythm_days)} if rhythm_days else ago
    )
    short = _("%(count)d d") % {"count": days} if days else ago
    return Freshness(left, tone, ago if long else short, usual)


def span(days: int) -> str:
    """Say how long something is, in the unit people would use: "9 days", "7 weeks", "5 months", "2 years"."""
    if days < 14:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if days < 70:
        weeks = round(days / 7)
        return ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}
    months = round(days / 30.4375)
    if months < 24:
        return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    years = round(days / 365.25)
    return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}


def near_date(at: date | datetime, now: datetime, language: str) -> str:
    """Say a day or a moment as people do near it: "15:00", "Yesterday", "Fri 20", "20 Nov", "20 Nov 2024".

    Both moments must be in the reader's zone already.
    """
    day = at.date() if isinstance(at, datetime) else at
    if day == now.date() and isinstance(at, datetime):
        return format_time(at, "short", locale=babel_locale(language))
    return _near_day(day, now.date(), language)


@functools.lru_cache(maxsize=10_000)
def _near_day(day: date, today: date, language: str) -> str:
    locale, away = babel_locale(language), (day - today).days
    if away == 0:
        return _("Today")
    if away in (-1, 1):
        return _("Tomorrow") if away == 1 else _("Yesterday")
    if abs(away) < 7:
        return str(format_date(day, "EEE d", locale=locale))
    if abs(away) < 180 or day.year == today.year:
        return str(format_skeleton("MMMd", day, locale=locale))
    return str(format_skeleton("yMMMd", day, locale=locale))


def clock(hour: time, language: str) -> str:
    """Say an hour as the reader's clock does: "15:00", "3:00 PM"."""
    return format_time(hour, "short", locale=babel_locale(language))


def full_date(at: date | datetime, language: str) -> str:
    """Say a day, or a moment with its time, with nothing left out."""
    if isinstance(at, datetime):
        return f"{_full_day(at.date(), language)}, {format_time(at, 'short', locale=babel_locale(language))}"
    return _full_day(at, language)


@functools.lru_cache(maxsize=10_000)
def _full_day(day: date, language: str) -> str:
    return format_date(day, "full", locale=babel_locale(language))


def day_heading(day: date, today: date, language: str) -> str:
    """Say a day as the heading over what happened on it: "Today", "Tuesday 17 November"."""
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    pattern = "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y"
    return str(format_date(day, pattern, locale=babel_locale(language)))


def number(value: Decimal | float, language: str) -> str:
    """Write a number as the reader's language does."""
    return format_decimal(value, locale=babel_locale(language))


def money(value: Decimal | float, currency: str, language: str) -> str:
    """Write an amount in its own currency; from a thousand on without decimals."""
    whole = abs(Decimal(value)) >= 1000
    return format_currency(
        round(value) if whole else value,
        currency,
        locale=babel_locale(language),
        format="¤\xa0#,##0" if whole else "¤\xa0#,##0.00",
        currency_digits=False,
    )


def percent(value: Decimal | float, language: str) -> str:
    """Write a share of one as a whole percentage."""
    return format_percent(value, locale=babel_locale(language))


@functools.cache
def babel_locale(language: str) -> Locale:
    """Return the locale of a language; English on screen is British: days before months, hours to 24."""
    try:
        return Locale.parse("en_GB" if language == "en" else language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en_GB")


def language_name(written: str) -> str:
    """A language by its name in the reader's where its code was written, such as `en` or `pt-BR`; else as written."""
    try:
        reader = babel_locale(get_language() or "en")
        return Locale.parse(written.strip().replace("-", "_")).get_display_name(reader) or written
    except (ValueError, UnknownLocaleError):
        return written


def _letters(word: str) -> str:
    word = word.removeprefix("al-").removeprefix("el-")
    for place, sign in enumerate(word):
        if unicodedata.category(sign)[0] in "LN":
            return word[place:]
    return ""


def _first_grapheme(word: str) -> str:
    letters = _letters(word)
    end = 1
    while end < len(letters) and unicodedata.category(letters[end])[0] == "M":
        end += 1
    return letters[:end]
