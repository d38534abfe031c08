"""What one reads before talking, within twenty seconds. What is not known is left out, never filled in."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.customers.people.models import ContactPoint, Party, PostalAddress, Remembered
from rapport.customers.people.queries import next_day
from rapport.customers.people.rules import zone_of
from rapport.customers.timeline.models import Channel, Interaction, MomentParty, Note, Promise
from rapport.customers.timeline.queries.story import name_of
from rapport.customers.timeline.rules.reading import LIMIT, Room, seconds_for
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.queries import active_users
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from rapport.foundation.ui.words import language_name, near_date

# How many days ahead a date is worth a word, and the latest talks that tell who knows somebody best.
AHEAD, TALKS = 30, 30
# The night, in hours of theirs, where nobody said when to ring.
NIGHT_ENDS, NIGHT_BEGINS = 7, 21


class Fact(Struct, frozen=True):
    """One line beside the brief; `label` says to who does not see the icon what it is about."""

    icon: str
    label: str
    text: str


class OpenPromise(Struct, frozen=True):
    """An open promise in as many words as there is room for."""

    promise: Promise
    words: str


class Brief(Struct, frozen=True):
    """Who they are, the last words and whose ear they reached, what is promised on both sides, and facts; `more` open
    promises found no room. `seconds` is how long it takes to read."""

    said_like: str
    who_they_are: Sequence[str]
    words: str
    last: Interaction | None
    with_whom: str
    ours: Sequence[OpenPromise]
    theirs: Sequence[OpenPromise]
    facts: Sequence[Fact]
    more: int
    seconds: int

    def __bool__(self) -> bool:
        return bool(
            self.said_like or self.who_they_are or self.words or self.ours or self.theirs or self.facts
        )


def brief(party: Party, actor: Actor, at: datetime) -> Brief:
    """The brief of a party at this moment. Room is given in the order of importance; what comes last is cut first."""
    room = Room()
    promises = _promises(party.pk, actor)
    ours = [one for one in promises if one.is_ours]
    theirs = [one for one in promises if not one.is_ours]
    talks = _talks(party, actor)
    last = talks[0] if talks else None
    said_like = room.take(party.said_like, 8)
    hour = room.whole(_hour(party, at))
    first = _owed(ours[:1], room), _owed(theirs[:1], room)
    words = room.take(last.words, 18) if last and room.whole(_source(last)) else ""
    ahead = [room.whole(text) for text in _dates(party, at)]
    prefers = room.whole(_prefers(party))
    who_they_are = [text for note in _pinned(party.pk, actor) if (text := room.take(note.words, 20))]
    facts = [
        Fact("clock", _("Their clock"), hour),
        Fact("message-circle", _("Preference"), prefers),
        *(Fact("gift", _("Coming up"), text) for text in ahead),
    ]
    second = _owed(ours[1:2], room), _owed(theirs[1:2], room)
    facts.append(Fact("users", _("Among us"), room.whole(_knows_best(talks))))
    shown = [*first[0], *second[0]], [*first[1], *second[1]]
    return Brief(
        said_like,
        who_they_are,
        words,
        last,
        name_of(last.owner_id) if last else "",
        *shown,
        [fact for fact in facts if fact.text],
        len(promises) - len(shown[0]) - len(shown[1]),
        seconds_for(LIMIT - room.left),
    )


def _owed(promises: Iterable[Promise], room: Room) -> list[OpenPromise]:
    """Promises with the two words that say their day."""
    return [
        OpenPromise(one, words)
        for one in promises
        if room.whole("a day") and (words := room.take(one.words, 9))
    ]


def _talks(party: Party, actor: Actor) -> list[Interaction]:
    """The latest that was said and is private to nobody, the last first."""
    keys = _said(party.pk)
    found = {one.pk: one for one in _talked(keys, actor)}
    return [found[key] for key in keys if key in found]


_promises = KeptQuery[Promise](
    lambda party, actor: (
        Promise.objects.visible_to(actor).open().filter(party=party).order_by("due_date", "pk")
    )
)
_pinned = KeptQuery[Note](
    lambda party, actor: Note.objects.visible_to(actor).filter(party=party, is_pinned=True).order_by("pk")[:2]
)
_said = KeptQuery[int](
    lambda party: (
        MomentParty.objects.filter(party=party, moment__kind="interaction", moment__private_to=None)
        .order_by("-at", "-pk")
        .values_list("moment__record", flat=True)[:TALKS]
    )
)
_talked = KeptQuery[Interaction](
    lambda keys, actor: Interaction.objects.visible_to(actor).filter(pk__among=keys)
)
_remembered = KeptQuery[Remembered](lambda party: Remembered.objects.filter(party=party))
_located = KeptQuery[str](
    lambda party: (
        PostalAddress.objects.filter(party=party)
        .exclude(country="")
        .order_by("position", "pk")
        .values_list("country", flat=True)
    )
)
_numbers = KeptQuery[str](
    lambda party: (
        ContactPoint.objects.filter(party=party, type=ContactPoint.Type.PHONE)
        .exclude(normal="")
        .order_by("position", "pk")
        .values_list("normal", flat=True)
    )
)


def _source(last: Interaction) -> str:
    """The words under the quote, for counting them: the template says them with its own marks."""
    return f"The last words, {last.channel}, with {name_of(last.owner_id)}, a day"


def _hour(party: Party, at: datetime) -> str:
    """What the clock shows where they are, and whether that is an hour to ring."""
    best = ""
    if party.best_from and party.best_to:
        best = _("best from %(begin)s to %(end)s") % {
            "begin": party.best_from.strftime("%H:%M"),
            "end": party.best_to.strftime("%H:%M"),
        }
    zone = zone_of(party.time_zone, _countries(party), _phones(party), at)
    if zone is None:
        return best
    there = at.astimezone(zone)
    if there.utcoffset() == timezone.localtime(at).utcoffset() and not best:
        return ""
    clock = _("%(time)s there") % {"time": there.strftime("%H:%M")}
    if party.best_from and party.best_to:
        begin, end, now = party.best_from, party.best_to, there.time()
        is_good = begin <= now <= end if begin <= end else now >= begin or now <= end
        return f"{clock}, {_('a good hour')}" if is_good else f"{clock}, {best}"
    is_night = not NIGHT_ENDS <= there.hour < NIGHT_BEGINS
    return f"{clock}, {_('night')}" if is_night else clock


def _countries(party: Party) -> Iterator[str]:
    """Asked only where the party has no zone of its own; so are the phones, where no address tells."""
    yield from _located(party.pk)


def _phones(party: Party) -> Iterator[str]:
    yield from _numbers(party.pk)


def _prefers(party: Party) -> str:
    language = language_name(party.language)
    channel = str(Channel(party.channel).label).lower() if party.channel in Channel.values else ""
    if language and channel:
        return _("Prefers %(language)s, by %(channel)s") % {"language": language, "channel": channel}
    return _("Prefers %(what)s") % {"what": language or channel} if language or channel else ""


def _dates(party: Party, at: datetime) -> list[str]:
    """Dates to remember within the next thirty days, the next first, with how many years it will be."""
    here = timezone.localtime(at)
    coming = sorted(
        (day, one.pk, one)
        for one in _remembered(party.pk)
        if (day := next_day(one, here.date())) <= here.date() + timedelta(days=AHEAD)
    )
    return [
        ", ".join(
            [
                f"{one.label}: {near_date(day, here, get_language() or 'en')}",
                *([_("%(count)s years") % {"count": day.year - one.year}] if one.year else []),
            ]
        )
        for day, _pk, one in coming[:2]
    ]


def _knows_best(talks: Sequence[Interaction]) -> str:
    """Who of those still here spoke with them most, of late; nobody where two did as much, or none three times."""
    counted = Counter(one.owner_id for one in talks if one.owner_id in active_users()).most_common(2)
    if not counted or counted[0][1] < 3 or (len(counted) > 1 and counted[0][1] == counted[1][1]):
        return ""
    who, count = counted[0]
    words = _("%(who)s knows them best: %(count)s of the last %(all)s talks")
    return words % {"who": name_of(who), "count": count, "all": len(talks)}
