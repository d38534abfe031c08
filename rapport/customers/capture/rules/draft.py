"""What of a reading is to be saved, as controls that a person can correct: who, how, when, promises, things learnt.

Pure: a reading and the values of a form go in; a draft comes out that either is complete or says what it asks."""

from collections.abc import Collection, Mapping
from datetime import date, time

from django.utils.translation import gettext as _
from msgspec import Struct, field

from rapport.customers.capture.rules.reading import Fact, FactKind, Moment, Promise, Reading, Who

LATEST = date(2199, 12, 31)
NEW, NOBODY = "new", "none"


class WhoPart(Struct):
    """Somebody named: `value` is a party's key, `new`, `none`, or empty while it is asked."""

    who: Who
    value: str
    name: str

    @property
    def asks(self) -> bool:
        """True where there is more than one to choose from, or nobody of this name."""
        return not self.who.is_sure or self.who.is_new


class PromisePart(Struct):
    """A promise with its day; `choices` are the days or hours it may mean."""

    words: str
    whose: str
    due: str
    hour: str
    choices: tuple[Moment, ...]
    wrong: str = ""


class FactPart(Struct):
    """Something learnt, and whether it is to be kept."""

    fact: Fact
    label: str
    is_wanted: bool


class Draft(Struct):
    """All that would be saved, and what is still asked."""

    text: str
    who: list[WhoPart] = field(default_factory=list)
    channel: str = ""
    direction: str = "ours"
    day: str = ""
    hour: str = ""
    promises: list[PromisePart] = field(default_factory=list)
    facts: list[FactPart] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)

    @property
    def parties(self) -> list[int | str]:
        """With whom: keys of parties, and names of those who are to be added."""
        return [
            one.name if one.value == NEW else int(one.value)
            for one in self.who
            if one.value not in {"", NOBODY}
        ]


def draft_of(reading: Reading, values: Mapping[str, str], touched: Collection[str], today: date) -> Draft:
    """The draft of a reading, in which what the person set by hand (`touched` names) holds over what was read."""

    def given(name: str, read: str) -> str:
        return values.get(name, read) if name in touched else read

    draft = Draft(reading.text)
    for number, one in enumerate(reading.who):
        read = str(one.candidates[0].party) if one.is_sure and one.candidates else ""
        known = {str(candidate.party) for candidate in one.candidates} | {NEW, NOBODY}
        value = given(f"who_{number}", read)
        draft.who.append(WhoPart(one, value if value in known else "", given(f"name_{number}", one.said)))
    draft.channel = given("channel", reading.how.channel if reading.how else "")
    draft.direction = given("direction", (reading.how.direction if reading.how else "") or "ours")
    draft.day = given("day", reading.when.day.isoformat() if reading.when else "")
    draft.hour = given("hour", _clock(reading.when))
    promises = list(reading.promises)
    if not promises and reading.loose_due:
        promises = [Promise("", True, reading.loose_due.span, reading.loose_due)]
    for number, promise in enumerate(promises):
        due = promise.due or (reading.due if number == 0 else None)
        choices = (due, *due.others) if due and due.others else ()
        draft.promises.append(
            PromisePart(
                given(f"promise_{number}", promise.words),
                given(f"whose_{number}", "ours" if promise.is_ours else "theirs"),
                given(f"due_{number}", due.day.isoformat() if due and not choices else ""),
                given(f"time_{number}", _clock(due) if not choices else ""),
                choices,
            )
        )
        last = draft.promises[-1]
        if choices and not last.due:
            last.due, _sep, last.hour = values.get(f"pick_{number}", "").partition("T")
    for number, fact in enumerate(reading.facts):
        if fact.kind != FactKind.MONEY:
            wanted = fact.kind != FactKind.PREFERENCE
            is_on = (values.get(f"fact_{number}") == "on") if "facts" in touched else wanted
            draft.facts.append(FactPart(fact, _label(fact), is_on))
    draft.remarks = [one.words for one in reading.doubts if one.why == "long"]
    _ask(draft, today)
    return draft


def _clock(moment: Moment | None) -> str:
    return f"{moment.clock:%H:%M}" if moment and moment.clock else ""


def _label(fact: Fact) -> str:
    return {
        FactKind.EMAIL: _("E-mail"),
        FactKind.PHONE: _("Phone"),
        FactKind.LINK: _("Link"),
        FactKind.BIRTHDAY: _("Birthday"),
        FactKind.CALL_ME: _("Call me"),
        FactKind.PREFERENCE: _("Pin as a note"),
    }[fact.kind]


def _ask(draft: Draft, today: date) -> None:
    """What must be answered before it can be saved."""
    if not draft.text.strip():
        draft.asks.append(_("What happened?"))
    for one in draft.who:
        if not one.value:
            words = _("%(name)s is not known here yet.") if one.who.is_new else _("Which %(name)s?")
            draft.asks.append(words % {"name": one.who.said})
    if draft.text.strip() and not draft.parties and all(one.value for one in draft.who):
        draft.asks.append(_("With whom? Name somebody, or begin on their page."))
    for promise in draft.promises:
        if not promise.words.strip():
            continue
        promise.wrong = _wrong_due(promise, today)
        if promise.wrong:
            draft.asks.append(promise.wrong)


def _wrong_due(promise: PromisePart, today: date) -> str:
    if not promise.due:
        return _("Which of these is meant?") if promise.choices else _("By which day?")
    try:
        due = date.fromisoformat(promise.due)
        time.fromisoformat(promise.hour or "00:00")
    except ValueError:
        return _("That is no day.")
    if due < today:
        return _("That day has passed.")
    return _("That is too far off to be kept.") if due > LATEST else ""
