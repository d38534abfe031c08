"""Who is named: known parties by the words of their names, in context; and names that nobody is known by."""

from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from rapport.customers.capture.rules.grammar import Grammar
from rapport.customers.capture.rules.reading import Candidate, Who
from rapport.customers.capture.rules.words import Token, folded, phrase, span_of

_MOST = 8
_CONTEXT = {"page": 0.3, "lately": 0.2, "colleague": 0.1, "mine": 0.1}


class Known(Struct, frozen=True):
    """A party that whoever writes may see, with all it is called. `why` holds what the context says for it."""

    party: int
    record_type: str
    name: str
    subtitle: str = ""
    also: tuple[str, ...] = ()
    why: frozenset[str] = frozenset()


class Run(Struct, frozen=True):
    """Tokens that name somebody: from `start` to before `end`."""

    start: int
    end: int
    matched: int = 0
    is_full: bool = False


def searchable(
    tokens: Sequence[Token], blocked: Collection[int], grammar: Grammar, most: int = 24
) -> list[tuple[int, tuple[str, ...]]]:
    """The words that may be of a name, each with its place and the forms to look it up by."""
    words = [
        (at, grammar.forms(token.folded))
        for at, token in enumerate(tokens)
        if token.is_word and at not in blocked and _may_name(token, grammar)
    ]
    return words[:most]


def _may_name(token: Token, grammar: Grammar) -> bool:
    return token.is_capital or any(
        form not in grammar.known_words for form in grammar.forms(token.folded)[:1]
    )


def known_runs(
    tokens: Sequence[Token], blocked: Collection[int], grammar: Grammar, known: Sequence[Known]
) -> list[tuple[Run, list[Candidate]]]:
    """Where known parties are named: the longest names first, then in order; none overlaps another."""
    forms = [frozenset(grammar.forms(token.folded)) if token.is_word else frozenset() for token in tokens]
    found: list[tuple[Run, Known]] = []
    for party in known:
        runs = [
            run
            for name in dict.fromkeys([party.name, *party.also])
            for run in _runs(phrase(name), tokens, forms, blocked, grammar)
            if run.is_full
            or run.matched > 1
            or _stands_alone(party, name, tokens[run.start], forms[run.start])
        ]
        best: dict[int, Run] = {}
        for run in sorted(runs, key=lambda run: (run.matched, run.is_full)):
            best[run.start] = run
        found += [(run, party) for run in best.values()]
    return _settle(found)


def _runs(
    words: Sequence[str],
    tokens: Sequence[Token],
    forms: Sequence[frozenset[str]],
    blocked: Collection[int],
    grammar: Grammar,
) -> Iterator[Run]:
    own = frozenset(words)
    at = 0
    while at < len(tokens):
        if at in blocked or not (own & forms[at]) or grammar.is_("name_parts", tokens[at]):
            at += 1
            continue
        start, matched = at, set(own & forms[at])
        while at + 1 < len(tokens) and at + 1 not in blocked and (more := own & forms[at + 1]) - matched:
            matched |= more
            at += 1
        at += 1
        if at - start == 1 and not _may_name(tokens[start], grammar):
            continue
        yield Run(start, at, at - start, at - start >= len(own))


def _stands_alone(party: Known, name: str, token: Token, forms: frozenset[str]) -> bool:
    """One word names a person by any of its names, an organisation by its first."""
    words = phrase(name)
    if len(token.folded) < 3 and not token.is_capital and token.text.isascii():
        return False
    return party.record_type == "people" or words[0] in forms


def _settle(found: list[tuple[Run, Known]]) -> list[tuple[Run, list[Candidate]]]:
    taken: set[int] = set()
    settled: list[tuple[Run, list[Candidate]]] = []
    for run, _party in sorted(found, key=lambda one: (-one[0].matched, not one[0].is_full, one[0].start)):
        place = set(range(run.start, run.end))
        if place & taken:
            continue
        taken |= place
        same = [(other, party) for other, party in found if (other.start, other.end) == (run.start, run.end)]
        some = sorted((_candidate(*one) for one in same), key=lambda one: (-one.score, one.name, one.party))
        settled.append((run, some[:_MOST]))
    return sorted(settled, key=lambda one: one[0].start)


def _candidate(run: Run, party: Known) -> Candidate:
    names = [len(phrase(name)) or 1 for name in (party.name, *party.also)]
    score = 0.5 if run.is_full else 0.5 * min(1.0, run.matched / min(names))
    score = max(score, 0.25) + sum(_CONTEXT[why] for why in party.why)
    why = ("name", *sorted(party.why, key=lambda one: -_CONTEXT[one]))
    return Candidate(party.party, party.record_type, party.name, party.subtitle, round(score, 3), why)


def new_runs(
    tokens: Sequence[Token],
    blocked: Collection[int],
    grammar: Grammar,
    cues: Collection[int],
    heads: Collection[int],
    named: Collection[int] = (),
) -> list[Run]:
    """Names of nobody known: behind a cue (`with`, a verb of contact), before one, two capitals in a row, or a capital
    behind somebody `named` and an `and`."""
    found: list[Run] = []
    for at in range(len(tokens)):
        if found and at < found[-1].end:
            continue
        is_also = at > 1 and grammar.is_("and", tokens[at - 1]) and tokens[at].is_capital
        is_also = is_also and (at - 2 in named or bool(found and found[-1].end == at - 1))
        is_cued = at in cues or is_also
        end = _end_of_name(tokens, at, blocked, grammar)
        if is_cued and (capital := _end_of_capitals(tokens, at, blocked)) - at >= 2:
            end = max(end, capital)
        if end == at:
            continue
        capitals = sum(token.is_capital for token in tokens[at:end])
        is_head = end in heads and (
            at == 0 or tokens[at - 1].kind == "sign" or bool(grammar.options.get("verb_last"))
        )
        if is_cued and not capitals and end < len(tokens) and _is_open(tokens, end, blocked, grammar):
            end = at + 1
        if (is_cued or is_head or (capitals >= 2 and at > 0)) and end - at <= 4:
            found.append(Run(at, end))
    return found


def _end_of_name(tokens: Sequence[Token], at: int, blocked: Collection[int], grammar: Grammar) -> int:
    end, capitals = at, tokens[at].is_capital
    while end < len(tokens) and end not in blocked and tokens[end].is_word:
        token = tokens[end]
        is_part = end > at and grammar.is_("name_parts", token)
        if not is_part and (_is_known(token, grammar) or (capitals and not token.is_capital)):
            break
        end += 1
    while end > at and grammar.is_("name_parts", tokens[end - 1]):
        end -= 1
    return end


def _end_of_capitals(tokens: Sequence[Token], at: int, blocked: Collection[int]) -> int:
    """A firm may be called by words of the trade, all in capitals: `Kopi Kampung`."""
    end = at
    while end < len(tokens) and end not in blocked and tokens[end].is_capital:
        end += 1
    return end


def _is_known(token: Token, grammar: Grammar) -> bool:
    if token.folded in grammar.known_words:
        return True
    endings = (*grammar.our_endings, *grammar.their_endings)
    return bool(endings) and not token.is_capital and token.folded.endswith(endings)


def _is_open(tokens: Sequence[Token], end: int, blocked: Collection[int], grammar: Grammar) -> bool:
    return end not in blocked and tokens[end].is_word and not _is_known(tokens[end], grammar)


def who_of(
    tokens: Sequence[Token], text: str, known: Sequence[tuple[Run, list[Candidate]]], new: Sequence[Run]
) -> list[Who]:
    """Everybody named, in order; a party named twice counts once."""
    found: list[Who] = []
    met: set[int | str] = set()
    for run, candidates in sorted([*known, *((run, []) for run in new)], key=lambda one: one[0].start):
        span = span_of(tokens, run.start, run.end)
        key: int | str = candidates[0].party if candidates else folded(span.of(text))
        if key not in met:
            met.add(key)
            found.append(Who(span.of(text), span, tuple(candidates), is_sure=is_sure(candidates)))
    return found


def is_sure(candidates: Sequence[Candidate]) -> bool:
    """True when nothing has to be asked: nobody else fits as well, or it is whose page one is on."""
    if len(candidates) < 2 or "page" in candidates[0].why:
        return True
    first, second = (_by_name(one) for one in candidates[:2])
    return first > second and first >= max(_by_name(one) for one in candidates[1:])


def _by_name(one: Candidate) -> float:
    return round(one.score - sum(_CONTEXT.get(why, 0) for why in one.why), 3)
