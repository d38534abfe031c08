"""Facts learnt in passing that have a shape of their own: addresses, numbers, links, amounts of money."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from rapport.customers.capture.rules.grammar import Grammar
from rapport.customers.capture.rules.reading import Fact, FactKind, Span
from rapport.customers.capture.rules.words import Token
from rapport.customers.people.rules import e164, normal_email

# Each repetition is bounded, so that none of these can take long on any text.
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+'-]{1,64}@(?:[\w\u0300-\u036f\u0b80-\u0bff-]{1,63}\.){1,8}[\w\u0b80-\u0bff-]{2,63}"
)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']{2,500}", re.I)
_PHONE = re.compile(r"(?<![\w.,:/@-])(?:\+|00)?\(?\d(?:[\s().\-/]{0,2}\d){5,15}(?![\w@]|[.,:/-]\d)")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\Z")
_HOURS = re.compile(r".*\b\d{1,2}[:.]\d{2}\b")
SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "₹": "INR", "₱": "PHP", "¥": "JPY", "₩": "KRW", "₫": "VND"}
_CODES = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "DKK",
        "SEK",
        "NOK",
        "ISK",
        "CHF",
        "PLN",
        "CZK",
        "INR",
        "MYR",
        "PHP",
        "SGD",
        "IDR",
        "THB",
        "AUD",
        "CAD",
        "NZD",
        "JPY",
        "CNY",
        "HKD",
        "KRW",
        "VND",
        "AED",
        "ZAR",
    ]
)


def facts_by_shape(text: str, tokens: Sequence[Token], grammar: Grammar, region: str | None) -> list[Fact]:
    """Addresses, links, phone numbers and amounts, in the order of the text; none lies in another.

    `region` is the country that a phone number without a country code belongs to."""
    found: list[Fact] = []
    for some in (_emails(text), _links(text), _phones(text, grammar, region), _amounts(tokens, grammar)):
        found += [fact for fact in some if not any(_touch(fact.span, one.span) for one in found)]
    return sorted(found, key=lambda fact: fact.span)


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _emails(text: str) -> Iterator[Fact]:
    for match in _EMAIL.finditer(text) if "@" in text else ():
        said = match[0].rstrip("-'")
        yield Fact(FactKind.EMAIL, normal_email(said), said, Span(match.start(), match.start() + len(said)))


def _links(text: str) -> Iterator[Fact]:
    for match in _LINK.finditer(text):
        said = match[0].rstrip(".,;:!?)")
        yield Fact(FactKind.LINK, said, said, Span(match.start(), match.start() + len(said)))


def _phones(text: str, grammar: Grammar, region: str | None) -> Iterator[Fact]:
    home = region or grammar.options.get("region")
    for match in _PHONE.finditer(text):
        said = match[0].strip()
        if _DATE.match(said) or (_HOURS.match(said) and "+" not in said):
            continue
        number = e164(said, home)
        if number or said.startswith(("+", "00")) or _is_announced(text[: match.start()], grammar):
            yield Fact(FactKind.PHONE, number or said, said, Span(match.start(), match.start() + len(said)))


def _is_announced(before: str, grammar: Grammar) -> bool:
    words = re.findall(r"[^\W\d_]+", before[-40:].casefold())[-2:]
    return any(word in grammar.options.get("number_words", ()) for word in words)


def _amounts(tokens: Sequence[Token], grammar: Grammar) -> Iterator[Fact]:
    used = -1
    for at, token in enumerate(tokens):
        if token.kind != "number" or (amount := amount_of(token.text)) is None:
            continue
        end = at + 1
        if end < len(tokens) and (times := grammar.options.get("times", {}).get(tokens[end].folded)):
            amount, end = amount * times, end + 1
        before = currency_of(tokens[at - 1], grammar) if at and at - 1 > used else ""
        after = currency_of(tokens[end], grammar) if end < len(tokens) else ""
        if not before and not after:
            continue
        used = end if after else used
        start = tokens[at if after else at - 1].start
        span = Span(start, tokens[end if after else end - 1].end)
        said = " ".join(one.text for one in tokens[at if after else at - 1 : end + 1 if after else end])
        code = after or before
        yield Fact(FactKind.MONEY, f"{amount} {code}", said, span, amount, code)


def currency_of(token: Token, grammar: Grammar) -> str:
    """The ISO 4217 code that a sign or a word stands for; empty for none."""
    if token.text in SIGNS:
        return SIGNS[token.text]
    if token.text.upper() in _CODES:
        return token.text.upper()
    return str(grammar.look_up("currencies", token.folded) or "") if token.is_word else ""


def amount_of(text: str) -> Decimal | None:
    """A number as people write it: the last of two different signs is the decimal one; one before three digits
    parts thousands. None when it is no number, such as a date."""
    if any(sign in text for sign in ":/-"):
        return None
    marks = [sign for sign in text if sign in ".,"]
    if len(set(marks)) == 2:
        if marks.count(marks[-1]) > 1:
            return None
        text = text.replace(marks[0], "").replace(marks[-1], ".")
    elif marks:
        groups = text.split(marks[0])
        if all(len(group) == 3 for group in groups[1:]) and groups[0] != "0":
            text = "".join(groups)
        elif len(groups) == 2:
            text = ".".join(groups)
        elif all(len(group) in {2, 3} for group in groups[1:]) and len(groups[-1]) == 3:
            text = "".join(groups)  # 1,50,000 as in India
        else:
            return None
    return Decimal(text)
