"""Names, phones, e-mail addresses and dates: how they compare and sort. Pure."""

from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.foundation.kernel.search.rules import fold, words_in


@lru_cache(maxsize=50_000)
def e164(text: str, region: str | None) -> str:
    """The number in E.164, digits and all; empty when it is no valid number (it is then kept as typed).

    `region` is the ISO 3166 code that a number without a country code belongs to; None when not known.
    Source of the rules: Google's libphonenumber."""
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


def sort_key(name: str) -> str:
    """A name as lists sort it: words folded, in the order they are written; names without words come last."""
    return " ".join(fold(word) for word in words_in(name))[:200] or "\uffff"


def comparable(name: str) -> frozenset[str]:
    """The words of a name, for asking whether two names agree."""
    return frozenset(fold(word) for word in words_in(name))


def names_agree(one: str, other: str) -> bool:
    """True when the words of one name are all among the words of the other, or one is empty."""
    first, second = comparable(one), comparable(other)
    return first <= second or second <= first
