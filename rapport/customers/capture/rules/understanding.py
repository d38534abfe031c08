"""Reads a sentence: first what its own words say (`sketch`), then, with the parties known, all of it (`finish`)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import replace

from rapport.customers.capture.rules.facts import facts_by_shape
from rapport.customers.capture.rules.grammar import Grammar, grammar
from rapport.customers.capture.rules.moments import Found, find_moments
from rapport.customers.capture.rules.names import (
    Known,
    Run,
    known_runs,
    new_runs,
    searchable,
    who_of,
)
from rapport.customers.capture.rules.promises import Scene, clauses, promises
from rapport.customers.capture.rules.rare_days import rare_day
from rapport.customers.capture.rules.reading import (
    Candidate,
    Doubt,
    Fact,
    FactKind,
    How,
    Moment,
    Promise,
    Reading,
    Span,
    Who,
    due_text,
)
from rapport.customers.capture.rules.words import Token, analysed, note_of, span_of, tokens_of

# A promise further ahead than this is more likely a slip of the finger.
FAR_YEARS = 5


class Contact(Struct, frozen=True):
    """A phrase that says how one spoke, with its tokens."""

    start: int
    end: int
    channel: str
    direction: str


class Sketch(Struct, frozen=True):
    """What the words alone say. `words` are those that names are looked up by: each place with its forms."""

    text: str
    at: datetime
    grammar: Grammar
    tokens: Sequence[Token]
    facts: Sequence[Fact]
    moments: Sequence[Found]
    contacts: Sequence[Contact]
    blocked: set[int]
    words: Sequence[tuple[int, tuple[str, ...]]]


def sketch(text: str, at: datetime, language: str, region: str | None) -> Sketch:
    """Read all that needs no knowledge of the firm. `at` is the reader's own time, aware of its zone."""
    known = grammar(language)
    tokens = tokens_of(text)
    facts = facts_by_shape(text[: analysed(text)], tokens, known, region)
    held = _tokens_in(tokens, [fact.span for fact in facts])
    contacts = [one for one in _contacts(tokens, known) if not _is_label(one, held, facts)]
    phrases = {place for one in contacts if one.end - one.start > 1 for place in range(one.start, one.end)}
    moments = [
        one
        for one in find_moments(tokens, known, at)
        if not (held | phrases) & set(range(one.start, one.end))
    ]
    if not moments and (rare := rare_day(text, tokens, held | phrases, known, at)):
        moments = [rare]
    blocked = held | {place for one in moments for place in range(one.start, one.end)}
    contacts = [one for one in contacts if not blocked & set(range(one.start, one.end))]
    return Sketch(
        text, at, known, tokens, facts, moments, contacts, blocked, searchable(tokens, blocked, known)
    )


def _tokens_in(tokens: Sequence[Token], spans: Sequence[Span]) -> set[int]:
    return {
        at
        for at, token in enumerate(tokens)
        if any(s.start < token.end and token.start < s.end for s in spans)
    }


def _is_label(one: Contact, held: Collection[int], facts: Sequence[Fact]) -> bool:
    """`e-mail anna@…` names an address: nobody wrote to anybody."""
    has_address = any(fact.kind == FactKind.EMAIL for fact in facts)
    return one.end in held or (has_address and one.channel == "email" and one.direction == "subject")


def _contacts(tokens: Sequence[Token], known: Grammar) -> list[Contact]:
    found: list[Contact] = []
    here = 0
    while here < len(tokens):
        match = known.contacts.match(tokens, here, {})
        if match is None:
            here += 1
            continue
        meaning = match[0].meaning
        found.append(Contact(here, match[1], meaning.get("channel", ""), meaning.get("direction", "subject")))
        here = match[1]
    return found


def finish(drawn: Sketch, known: Sequence[Known], page: Candidate | None = None) -> Reading:
    """The reading, with the parties that its words may name and the one whose page one is on."""
    tokens, rules = drawn.tokens, drawn.grammar
    named = known_runs(tokens, drawn.blocked, rules, known)
    people = {at for run, _some in named for at in range(run.start, run.end)}
    free = drawn.blocked | people
    new = new_runs(tokens, free, rules, _cues(drawn), {one.start for one in drawn.contacts}, people)
    people |= {at for run in new for at in range(run.start, run.end)}
    parts = clauses(tokens, drawn.moments, rules, _starts(drawn))
    learnt, settled, used = _facts_by_words(drawn, parts, people)
    moments = [one for one in drawn.moments if one not in used]
    calls = {at: one.direction for one in drawn.contacts for at in range(one.start, one.end)}
    scene = Scene(drawn.text, drawn.at, tokens, rules, moments, calls, people, settled, drawn.blocked)
    made, loose = promises(scene, parts)
    in_promise = {at for _one, where in made for at in where}
    how = _how(drawn, people, in_promise | settled)
    when = _when(moments, in_promise, loose)
    who = who_of(tokens, drawn.text, named, _real_names(new, settled))
    who = who or ([Who(page.name, None, (page,))] if page else [])
    facts = tuple(sorted([*drawn.facts, *learnt], key=lambda fact: fact.span))
    reading = Reading(
        text=drawn.text,
        note=note_of(drawn.text),
        language=rules.language,
        who=tuple(who),
        how=how,
        when=when.moment if when else None,
        promises=tuple(one for one, _where in made),
        loose_due=loose.moment if loose and loose is not when else None,
        facts=facts,
    )
    return replace(reading, doubts=tuple(_doubts(reading, drawn.at)))


def _cues(drawn: Sketch) -> set[int]:
    """Where a name may begin: behind a verb of contact, behind `with`, with the articles of names skipped."""
    tokens, phrases = drawn.tokens, drawn.grammar.phrases
    places = {one.end for one in drawn.contacts}
    for at in range(len(tokens)):
        end, behind = phrases["before_name"].end(tokens, at), phrases["with"].end(tokens, at)
        if end > at:
            places.add(end)
        if at < behind < len(tokens) and tokens[behind].is_capital:
            places.add(behind)
    more = places
    while more := {
        end
        for at in more
        if at < len(tokens)
        for name in ("before_name", "with")
        if (end := phrases[name].end(tokens, at)) > at and end not in places
    }:
        places |= more
    return places


def _starts(drawn: Sketch) -> set[int]:
    """Where a clause may begin behind `and`: at a cue of a promise, a verb of contact, or somebody who acts."""
    names = (
        "ours",
        "theirs",
        "promised",
        "deeds",
        "our_deeds",
        "their_deeds",
        "must",
        "we",
        "they",
        "prefers",
    )
    lists = [drawn.grammar.phrases[name] for name in names]
    found = {at for at in range(len(drawn.tokens)) if any(some.end(drawn.tokens, at) > at for some in lists)}
    return found | {one.start for one in drawn.contacts}


def _facts_by_words(
    drawn: Sketch, parts: Sequence[tuple[int, int]], people: Collection[int]
) -> tuple[list[Fact], set[int], list[Found]]:
    """What the words themselves say of somebody; with the tokens this settles and the moments it uses up."""
    facts: list[Fact] = []
    settled: set[int] = set()
    used: list[Found] = []
    for start, end in parts:
        for at in range(start, end):
            for name in ("birthday", "call_me", "prefers"):
                after = drawn.grammar.phrases[name].end(drawn.tokens, at)
                if after == at or at in settled:
                    continue
                if name == "birthday":
                    fact, moment = _birthday(drawn, start, end)
                    used += [moment] if moment else []
                    settled |= set(range(start, end)) if moment else set()
                elif name == "call_me":
                    fact, held = _call_me(drawn, at, after, end)
                    settled |= held
                else:
                    fact, held = _preference(drawn, start, at, after, end, people)
                    used += [one for one in drawn.moments if fact and held & set(range(one.start, one.end))]
                    settled |= held
                facts += [fact] if fact else []
    return facts, settled, used


def _birthday(drawn: Sketch, start: int, end: int) -> tuple[Fact | None, Found | None]:
    for one in drawn.moments:
        if start <= one.start < end and one.moment.clock is None:
            span, day = one.moment.span, one.moment.day
            return Fact(FactKind.BIRTHDAY, f"{day:%m-%d}", span.of(drawn.text), span), one
    return None, None


def _call_me(drawn: Sketch, at: int, after: int, end: int) -> tuple[Fact | None, set[int]]:
    """The name beside the cue: behind it, or before it where the verb comes last."""
    tokens = drawn.tokens
    if drawn.grammar.options.get("verb_last"):
        start, after = at - 1, at
    else:
        start = after
        after = start + 1
        while after < end and tokens[after].is_capital and tokens[start].is_capital:
            after += 1
    if start < 0 or start >= end or not tokens[start].is_word:
        return None, set()
    if tokens[start].folded in drawn.grammar.known_words and not tokens[start].is_capital:
        return None, set()
    span = span_of(tokens, start, after)
    return Fact(FactKind.CALL_ME, span.of(drawn.text), span.of(drawn.text), span), set(
        range(start, after)
    ) | {at}


def _preference(
    drawn: Sketch, start: int, at: int, after: int, end: int, people: Collection[int]
) -> tuple[Fact | None, set[int]]:
    tokens = drawn.tokens
    first, last = (start, at) if drawn.grammar.options.get("verb_last") else (after, _end_of_wish(drawn, end))
    while first < last and (
        (
            drawn.grammar.options.get("verb_last")
            and (first in people or drawn.grammar.is_("they", tokens[first]))
        )
        or (first in people and first == after)
        or drawn.grammar.is_("they", tokens[first])
        or drawn.grammar.is_("before_name", tokens[first])
    ):
        first += 1
    if first >= last:
        return None, set()
    span = span_of(tokens, first, last)
    return Fact(FactKind.PREFERENCE, span.of(drawn.text), span.of(drawn.text), span), set(range(at, last))


def _end_of_wish(drawn: Sketch, end: int) -> int:
    """A wish goes on behind a comma where `not` follows: `whatsapp, not email`."""
    tokens = drawn.tokens
    nots = drawn.grammar.options.get("nots", ())
    if end + 1 < len(tokens) and tokens[end].text == "," and tokens[end + 1].folded in nots:
        end += 2
        while end < len(tokens) and tokens[end].is_word:
            end += 1
    return end


def _real_names(new: Sequence[Run], settled: set[int]) -> list[Run]:
    """A nickname just learnt, or a word of a wish, is nobody new."""
    return [run for run in new if not settled & set(range(run.start, run.end))]


def _how(drawn: Sketch, people: Collection[int], away: Collection[int]) -> How | None:
    """The first channel named, and the first verb that says who began; what is promised is no contact yet."""
    some = [one for one in drawn.contacts if one.start not in away]
    if not some:
        return None
    channel = next((one for one in some if one.channel), some[0])
    speaking = next((one for one in some if one.direction), channel)
    direction = speaking.direction
    if direction in {"subject", ""}:
        direction = "theirs" if direction and _is_theirs(drawn, speaking.start, people) else "ours"
    if not channel.channel:
        return None
    return How(channel.channel, direction, span_of(drawn.tokens, channel.start, channel.end))


def _is_theirs(drawn: Sketch, at: int, people: Collection[int]) -> bool:
    """True when somebody of theirs stands right before the verb: `Mette called`."""
    before = at - 1
    while before >= 0 and drawn.grammar.is_("fillers", drawn.tokens[before]):
        before -= 1
    if before < 0 or drawn.tokens[before].kind == "sign":
        return False
    if drawn.grammar.is_("they", drawn.tokens[before]):
        return True
    first = before
    while first > 0 and first - 1 in people:
        first -= 1
    with_it = first > 0 and drawn.grammar.phrases["with"].ends_at(drawn.tokens, first) < first
    return before in people and not with_it


def _when(moments: Sequence[Found], in_promise: Collection[int], loose: Found | None) -> Found | None:
    """When it happened: the first moment outside the promises that lies behind, or is an hour alone."""
    for one in moments:
        is_past = one.is_past or not one.moment.has_day or one.moment.clock is not None
        if is_past and one.start not in in_promise and one is not loose:
            return one
    return None


def _doubts(reading: Reading, at: datetime) -> list[Doubt]:
    found = [
        Doubt(
            "who",
            "several",
            _("Who is meant by %(name)s?") % {"name": one.said},
            one.span,
            _names(one.candidates),
        )
        for one in reading.who
        if not one.is_sure
    ]
    dues = dict.fromkeys([one.due for one in reading.promises if one.due] + [reading.loose_due, reading.when])
    for due in filter(None, dues):
        found += _doubts_of_day(due, at, is_due=due is not reading.when)
    if analysed(reading.text) < len(reading.text):
        found.append(
            Doubt(
                "note", "long", _("Only the beginning was read for who and when; the note keeps every word.")
            )
        )
    return found


def _names(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    return tuple(f"{one.name}, {one.subtitle}" if one.subtitle else one.name for one in candidates)


def _doubts_of_day(due: Moment, at: datetime, *, is_due: bool) -> list[Doubt]:
    part = "due" if is_due else "when"
    if due.others:
        choices = tuple(filter(None, map(due_text, (due, *due.others))))
        return [Doubt(part, "several", _("Which day or hour is meant?"), due.span, choices)]
    if is_due and due.day < at.date():
        return [Doubt(part, "past", _("This day is past."), due.span, (str(due.day),))]
    if is_due and due.day.year > at.year + FAR_YEARS:
        return [Doubt(part, "far", _("This day is far off: is the year right?"), due.span, (str(due.day),))]
    return []


def without_promises(reading: Reading) -> tuple[Promise, ...]:
    """The promises that have no day, which a screen asks for."""
    return tuple(one for one in reading.promises if one.due is None)
