"""Names, phones, e-mail addresses and dates: how they compare and sort. Pure."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

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


@dataclass(frozen=True)
class _NumberingPlan:
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
