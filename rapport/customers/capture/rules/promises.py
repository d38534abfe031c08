"""What was promised, by whom: found clause by clause from the cues of the grammar."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from rapport.customers.capture.rules.grammar import Grammar
from rapport.customers.capture.rules.moments import Found
from rapport.customers.capture.rules.reading import Moment, Promise, Span
from rapport.customers.capture.rules.words import Token

_BREAKS = frozenset(",;.!?—\n:()|")


class Scene(Struct, frozen=True):
    """What is known of the sentence by the time its promises are looked for; places are places of tokens."""

    text: str
    at: datetime
    tokens: Sequence[Token]
    grammar: Grammar
    moments: Sequence[Found]
    contacts: Mapping[int, str]
    people: Collection[int]
    settled: Collection[int]
    blocked: Collection[int]

    def has(self, name: str, at: int) -> bool:
        """True when a phrase of the list begins at the token."""
        return self.grammar.phrases[name].end(self.tokens, at) > at

    def ahead(self, start: int, end: int) -> Found | None:
        """The first moment in a clause that does not lie behind."""
        return next((one for one in self.moments if start <= one.start < end and not one.is_past), None)

    def behind(self, start: int, end: int) -> Found | None:
        """A day that is past though it is said as one to come, `by 12 November`: most likely a slip."""
        found = (one for one in self.moments if start <= one.start < end and one.is_past and one.is_announced)
        return next(found, None)


class Cue(Struct, frozen=True):
    """Where a promise begins, where its own words do, whose it is, and where they end (0: with the clause)."""

    start: int
    words: int
    is_ours: bool
    end: int = 0


def clauses(
    tokens: Sequence[Token], moments: Sequence[Found], grammar: Grammar, starts: Collection[int]
) -> list[tuple[int, int]]:
    """The clauses as ranges of tokens: parted at signs, and at `and` before a word that begins one (`starts`)."""
    inside = {at for one in moments for at in range(one.start + 1, one.end)}
    found, start = [], 0
    for at, token in enumerate(tokens):
        is_break = token.text in _BREAKS and at not in inside and not _is_dot_inside(tokens, at, grammar)
        is_and = grammar.is_("and", token) and at + 1 < len(tokens) and at + 1 in starts
        if is_break or is_and:
            found.append((start, at))
            start = at + 1
    return [one for one in [*found, (start, len(tokens))] if one[0] < one[1]]


def _is_dot_inside(tokens: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """A full stop ends no clause behind an abbreviation or a number that goes on."""
    token, before = tokens[at], tokens[at - 1] if at else None
    if token.text != "." or before is None or at + 1 == len(tokens):
        return False
    after = tokens[at + 1]
    if grammar.is_("abbreviations", before):
        return True
    return after.is_glued or (before.kind == "number" and not after.is_capital)


def promises(
    scene: Scene, parts: Sequence[tuple[int, int]]
) -> tuple[list[tuple[Promise, range]], Found | None]:
    """The promises with the tokens each stands in, and a day ahead that belongs to none."""
    found: list[tuple[Promise, range]] = []
    loose: Found | None = None
    for start, end in parts:
        cue = _postfix_cue(scene, start, end) if scene.grammar.options.get("verb_last") else None
        cue = cue or _cue(scene, start, end)
        ahead = scene.ahead(start, end)
        if cue is not None and ahead is None:
            ahead = scene.behind(cue.start, end)
        if cue is not None and (made := _promise(scene, cue, start, end, ahead)):
            found.append((made, range(cue.start, end)))
        elif ahead is not None and found and found[-1][0].due is None and _is_only(scene, ahead, start, end):
            last, where = found[-1]
            found[-1] = Promise(last.words, last.is_ours, last.span, ahead.moment), range(where.start, end)
        elif loose is None and ahead is not None and not _is_meeting(scene, ahead, start, end):
            loose = ahead
    return found, loose


def _is_only(scene: Scene, ahead: Found, start: int, end: int) -> bool:
    """The clause says nothing but the day: `…, by Friday`; or `deadline Friday`."""
    rest = [at for at in range(start, end) if not ahead.start <= at < ahead.end]
    return all(
        scene.tokens[at].kind == "sign"
        or scene.grammar.is_("fillers", scene.tokens[at])
        or scene.has("deadline", at)
        for at in rest
    )


def _is_meeting(scene: Scene, ahead: Found, start: int, end: int) -> bool:
    """An hour without a day beside a contact is when it was, not when something is due."""
    return not ahead.moment.has_day and any(at in scene.contacts for at in range(start, end))


def _cue(scene: Scene, start: int, end: int) -> Cue | None:
    for at in range(start, end):
        if at in scene.settled:
            continue
        found = _cue_at(scene, start, at, end)
        if found is not None and found.words < end:
            return found
    return None


def _cue_at(scene: Scene, start: int, at: int, end: int) -> Cue | None:
    phrases, tokens = scene.grammar.phrases, scene.tokens
    for name, is_ours in (("ours", True), ("theirs", False), ("owed_we", True), ("owed_they", False)):
        if (after := phrases[name].end(tokens, at)) > at:
            return Cue(at, _behind_people(scene, after, end) if name.startswith("owed") else after, is_ours)
    if (after := phrases["promised"].end(tokens, at)) > at:
        return _promised(scene, start, at, after, end)
    if (after := phrases["must"].end(tokens, at)) > at:
        is_deed = after < end and scene.has("deeds", after)
        return Cue(at, after, True) if is_deed and _subject(scene, start, at) in {"we", ""} else None
    is_stop = tokens[at].folded in phrases["stops"]
    if scene.has("our_deeds", at) or (not is_stop and _has_ending(tokens[at], scene.grammar.our_endings)):
        return None if _is_contact_now(scene, at, end) else Cue(at, at, True)
    if scene.has("their_deeds", at) or (not is_stop and _has_ending(tokens[at], scene.grammar.their_endings)):
        return Cue(at, at, False)
    if scene.has("deeds", at):
        return _deed(scene, start, at, end)
    return None


def _has_ending(token: Token, endings: tuple[str, ...]) -> bool:
    return bool(endings) and token.is_word and len(token.folded) > 4 and token.folded.endswith(endings)


def _promised(scene: Scene, start: int, at: int, after: int, end: int) -> Cue:
    """`promised`, `will`: whose it is, the words around say; those right behind are skipped."""
    subject = _subject(scene, start, at)
    while after < end:
        if scene.has("we", after) or scene.has("they", after):
            subject = "we" if scene.has("we", after) else "they"
            after = scene.grammar.phrases[subject].end(scene.tokens, after)
        elif scene.has("before_name", after) and after + 1 in scene.people and not subject:
            subject, after = "they", after + 1
            while after < end and after in scene.people:
                after += 1
        elif scene.has("promised", after):
            after = scene.grammar.phrases["promised"].end(scene.tokens, after)
        else:
            break
    return Cue(at, _behind_people(scene, after, end), subject in {"we", ""})


def _behind_people(scene: Scene, at: int, end: int) -> int:
    """`promised Nordpak a visit`: to whom is no part of what was promised."""
    after = at
    while after < end and after in scene.people:
        after += 1
    return after if after < end else at


def _subject(scene: Scene, start: int, at: int) -> str:
    """Who acts in what stands before the token: `we`, `they` (a name too), or nobody said."""
    for place in range(at - 1, start - 1, -1):
        if scene.has("we", place):
            return "we"
        if scene.has("they", place):
            return "they"
        if place in scene.contacts:
            return ""
        if place in scene.people:
            first = place
            while first > start and first - 1 in scene.people:
                first -= 1
            is_object = first > start and (
                scene.has("with", first - 1) or scene.has("before_name", first - 1)
            )
            return "" if is_object else "they"
    return ""


def _deed(scene: Scene, start: int, at: int, end: int) -> Cue | None:
    """A verb that begins a clause, or stands right behind who does it."""
    if (
        at + 1 in scene.blocked
        and at + 1 < end
        and not any(one.start <= at + 1 < one.end for one in scene.moments)
    ):
        return None
    if scene.grammar.options.get("verb_first") and (whose := _behind_verb(scene, at, end)):
        return None if _is_contact_now(scene, at, end) else Cue(at, at, whose == "we")
    first = at
    while first > start and (
        scene.grammar.is_("polite", scene.tokens[first - 1])
        or scene.grammar.is_("fillers", scene.tokens[first - 1])
        or scene.tokens[first - 1].kind == "sign"
        or any(one.end == first and one.start >= start for one in scene.moments)
    ):
        held = next((one for one in scene.moments if one.end == first and one.start >= start), None)
        first = held.start if held else first - 1
    if first == start or scene.has("we", first - 1):
        return None if _is_contact_now(scene, at, end) else Cue(at, at, True)
    if (scene.has("they", first - 1) or first - 1 in scene.people) and _subject(
        scene, start, first
    ) == "they":
        return Cue(at, at, False) if scene.ahead(start, end) and not _is_contact_now(scene, at, end) else None
    return None


def _behind_verb(scene: Scene, at: int, end: int) -> str:
    """Languages whose verb comes first: who acts stands right behind it."""
    after = scene.grammar.phrases["deeds"].end(scene.tokens, at)
    for place in range(after, min(end, after + 2)):
        for name in ("we", "they"):
            if scene.has(name, place):
                return name
    return ""


def _is_contact_now(scene: Scene, at: int, end: int) -> bool:
    """`call Siti` is what happened, unless a day ahead says that it is still to be done."""
    if scene.contacts.get(at, "subject") != "subject":
        return True
    ahead = scene.ahead(at, end)
    return at in scene.contacts and (ahead is None or not ahead.moment.has_day) and not _is_hour_ahead(ahead)


def _is_hour_ahead(ahead: Found | None) -> bool:
    return ahead is not None and ahead.moment.grain.value == "minute" and ahead.moment.has_day


def _postfix_cue(scene: Scene, start: int, end: int) -> Cue | None:
    """Languages whose verb comes last: the words before it are what was promised."""
    grammar, tokens = scene.grammar, scene.tokens
    said = tuple(grammar.options.get("said_endings", ()))
    infinitives = tuple(grammar.options.get("infinitives", ()))
    for at in range(start, end):
        token = tokens[at]
        if token.is_word and token.folded.endswith(said):
            for place in range(at + 1, min(end, at + 5)):
                if scene.has("said_we", place) or scene.has("said_they", place):
                    return Cue(start, start, scene.has("said_we", place), at + 1)
        if (
            token.is_word
            and scene.has("must", at)
            and at > start
            and tokens[at - 1].folded.endswith(infinitives)
        ):
            return Cue(start, start, start not in _subjects(scene), at)
        ours, theirs = (_has_ending(token, some) for some in (grammar.our_endings, grammar.their_endings))
        if (ours or theirs or scene.has("our_deeds", at)) and at not in scene.settled:
            return Cue(start, start, ours or not theirs, at + 1)
    return None


def _subjects(scene: Scene) -> set[int]:
    """Tokens of names without an ending: who acts."""
    found = set()
    for at in scene.people:
        last = at
        while last + 1 in scene.people:
            last += 1
        if len(scene.grammar.forms(scene.tokens[last].folded)) == 1:
            found.add(at)
    return found


def _promise(scene: Scene, cue: Cue, start: int, end: int, ahead: Found | None) -> Promise | None:
    """Its own words: the clause from the cue on without its moments and loose words at either end."""
    last = cue.end or end
    held = {at for one in scene.moments for at in range(one.start, one.end) if one is ahead or one.is_past}
    first = cue.words
    if cue.end and not cue.is_ours and first in _subjects(scene):
        while first < last and first in scene.people:
            first += 1
    kept = [at for at in range(first, last) if at not in held]
    while kept and _is_loose(scene, kept[0], ("and", "polite")):
        kept.pop(0)
    while kept and _is_loose(scene, kept[-1], ("fillers", "and", "polite", "before")):
        kept.pop()
    if not kept:
        return None
    span = Span(scene.tokens[cue.start].start, scene.tokens[end - 1].end)
    return Promise(
        _words(scene, kept), cue.is_ours, span, _to_come(ahead.moment, scene.at) if ahead else None
    )


def _to_come(moment: Moment, at: datetime) -> Moment:
    """An hour without a day, once it is past, is tomorrow's."""
    if moment.has_day or moment.clock is None or moment.clock > at.time() or moment.others:
        return moment
    return replace(moment, day=moment.day + timedelta(days=1))


def _is_loose(scene: Scene, at: int, lists: Sequence[str]) -> bool:
    token = scene.tokens[at]
    return (token.kind == "sign" and token.text not in "€$£₹₱.%()") or any(
        scene.grammar.is_(name, token) for name in lists
    )


def _words(scene: Scene, kept: Sequence[int]) -> str:
    """The words as they were typed, with one space where something was left out between them."""
    said, start = [], kept[0]
    for before, at in zip(kept, [*kept[1:], -1], strict=True):
        if at != before + 1:
            said.append(scene.text[scene.tokens[start].start : scene.tokens[before].end])
            start = at
    return " ".join(said)
