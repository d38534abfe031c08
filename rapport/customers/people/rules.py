"""Names, phones, e-mail addresses: how they compare and sort; where the clock stands for whom. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from itertools import chain
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.foundation.kernel.search.rules import fold, words_in


@lru_cache(maxsize=50_000)
def e164(text: str, region: str | None) -> str:
    """The number in E.164, digits and all; empty when it is no valid number (it is then kept as typed).

    `region` is the ISO 3166 code that a number without a country code belongs to; None when not known.
    Source of the rules: Google's libphonenumber."""
    if (plain := _plainly_written(text, region)) is not None:
        return plain
    # Imported where it is first needed: its tables of all countries cost a tenth of a second and memory.
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    formatted = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return f"{formatted};ext={number.extension}" if number.extension else formatted


def _plainly_written(text: str, region: str | None) -> str | None:
    """The number in E.164 where nothing needs the library's parser, which takes five times as long: digits with a
    country's code before them or none, no prefix to be dialled first, valid where the country begins. Else None."""
    if not _PLAIN_NUMBER.fullmatch(text):
        return None
    digits = text.translate(_PUNCTUATION)
    if text[0] == "+":
        country = _country_of(digits[:3])
        digits = digits[len(country) :]
        plan = _numbering_plan(country)
    else:
        country = _country_in(region)
        plan = _numbering_plan(country)
        # It may hold the code of its own country, or one behind the prefix for dialling abroad.
        if plan is None or digits.startswith(country) or plan.abroad.match(digits):
            return None
    if plan is None or digits[0] == "0" or plan.prefix.match(digits) or not plan.holds(digits):
        return None
    return f"+{country}{digits}"


@lru_cache(maxsize=2_000)
def _country_of(digits: str) -> str:
    """The country's code that these digits begin with; empty for none."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    codes = (digits[:length] for length in (1, 2, 3) if digits[0] != "0")
    return next((code for code in codes if int(code) in COUNTRY_CODE_TO_REGION_CODE), "")


@cache
def _country_in(region: str | None) -> str:
    """The code of a region's country; empty for none."""
    from phonenumbers import country_code_for_region

    return str(country_code_for_region(region) or "") if region else ""


_PUNCTUATION = str.maketrans("", "", "+ ().-")
_PLAIN_NUMBER = re.compile(r"\+?[0-9](?:[ ().-]{0,3}[0-9]){6,14}", re.ASCII)
_NEVER = re.compile(r"(?!)")
_KINDS = (
    "mobile", "fixed_line", "toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "pager", "uan",
    "voicemail",
)  # fmt: skip


class _NumberingPlan(Struct, frozen=True):
    """What libphonenumber knows of the first region of a country's code: the prefixes that are dialled there, and
    for any number and for each kind its lengths (none: any) and its pattern."""

    abroad: re.Pattern[str]
    prefix: re.Pattern[str]
    whole: tuple[frozenset[int], re.Pattern[str]]
    kinds: tuple[tuple[frozenset[int], re.Pattern[str]], ...]

    def holds(self, digits: str) -> bool:
        """True for a valid number of one of the kinds."""
        return _is_of(digits, *self.whole) and any(_is_of(digits, *kind) for kind in self.kinds)


def _is_of(digits: str, lengths: frozenset[int], pattern: re.Pattern[str]) -> bool:
    return (not lengths or len(digits) in lengths) and pattern.fullmatch(digits) is not None


@cache
def _numbering_plan(country: str) -> _NumberingPlan | None:
    """The plan of a country's code; None where the first digits tell its regions apart, or there is no such code."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(country or 0))
    known = PhoneMetadata.metadata_for_region(regions[0], None) if regions else None
    if known is None or known.leading_digits is not None:
        return None

    def kind(name: str) -> tuple[frozenset[int], re.Pattern[str]]:
        found = getattr(known, name)
        pattern = found.national_number_pattern if found is not None else None
        return (
            frozenset(found.possible_length or () if found is not None else ()),
            re.compile(pattern) if pattern else _NEVER,
        )

    return _NumberingPlan(
        abroad=re.compile(known.international_prefix or _NEVER.pattern),
        prefix=re.compile(known.national_prefix_for_parsing or _NEVER.pattern),
        whole=kind("general_desc"),
        kinds=tuple(kind(name) for name in _KINDS),
    )


@lru_cache(maxsize=50_000)
def international(text: str) -> str:
    """An E.164 number with the spaces its country writes."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return text
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def normal_email(text: str) -> str:
    """An address as it compares: without outer space, in lower case."""
    return text.strip().casefold()


def check_email(text: str) -> None:
    """Raise ValidationError, saying what is wrong, when text is no e-mail address. Nothing is looked up."""
    from email_validator import EmailNotValidError, validate_email

    if "@" not in text:
        raise ValidationError(_("It lacks the @, as in name@firm.example."))
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValidationError(str(error)) from error


@lru_cache(maxsize=20_000)
def sort_key(name: str) -> str:
    """A name as lists sort it: words folded, in the order they are written; names without words come last."""
    return " ".join(fold(word) for word in words_in(name))[:200] or "\uffff"


@lru_cache(maxsize=20_000)
def comparable(name: str) -> frozenset[str]:
    """The words of a name, for asking whether two names agree."""
    return frozenset(fold(word) for word in words_in(name))


def names_agree(one: str, other: str) -> bool:
    """True when the words of one name are all among the words of the other, or one is empty."""
    first, second = comparable(one), comparable(other)
    return first <= second or second <= first


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """True for the name of a time zone of the IANA database, such as Europe/Riga."""
    return name in _zones()


def zone_of(own: str, countries: Iterable[str], phones: Iterable[str], at: datetime) -> ZoneInfo | None:
    """The zone a party lives in: its own; else that of the country of its addresses (as written), else of its phones
    (in E.164). None where none of them tells, or the country's zones disagree on the hour at this moment."""
    if is_zone(own):
        return ZoneInfo(own)
    # One after the other: what a database must be asked for is asked only where what came before did not tell.
    codes = chain(map(_country_written, countries), map(_country_of_phone, phones))
    return next(filter(None, (_one_zone(code, at) for code in codes)), None)


def _one_zone(country: str, at: datetime) -> ZoneInfo | None:
    zones = [ZoneInfo(name) for name in _zones_of(country)]
    return zones[0] if zones and len({at.astimezone(zone).utcoffset() for zone in zones}) == 1 else None


@cache
def _zones_of(country: str) -> tuple[str, ...]:
    """The zones of an ISO 3166 code, by Unicode's CLDR; none for 001, the world."""
    of = get_global("zone_territories")
    return tuple(sorted(zone for zone in of if of[zone] == country and country.isalpha() and is_zone(zone)))


@cache
def _countries() -> Mapping[str, str]:
    """ISO 3166 codes by code and by name, as they are written in the languages of the product's readers."""
    found = {
        name.casefold(): code
        for language in ("ta", "fil", "ms", "lv", "da", "en")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    return found | {code.casefold(): code for code in found.values()}


def _country_written(text: str) -> str:
    return _countries().get(text.strip().casefold(), "")


@lru_cache(maxsize=10_000)
def _country_of_phone(normal: str) -> str:
    """The country of a number in E.164; empty for one that belongs to none, as toll-free numbers do."""
    import phonenumbers

    try:
        number = phonenumbers.parse(normal, None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(number) or ""
