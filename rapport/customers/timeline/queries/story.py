"""The story of a party, and what one reads before talking."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct
from msgspec.structs import replace

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import (
    Attached,
    Channel,
    Interaction,
    InteractionFile,
    Meeting,
    Moment,
    MomentParty,
    Note,
    NoteFile,
    Pin,
    Promise,
    PromiseClosure,
)
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.queries import user_names
from rapport.foundation.kernel.ledger.models.kinds import model_of, number_of
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery

ICONS = {
    "phone": "phone",
    "in_person": "handshake",
    "video": "video",
    "email": "mail",
    "letter": "mail-open",
    "chat": "message-circle",
    "": "pencil-line",
    "meeting": "calendar-clock",
    "promise": "hand-heart",
    "note": "sticky-note",
}
# What a story can be narrowed to: how it was said, or what else it is.
FILTERS = [
    *Channel.choices,
    ("meeting", gettext_lazy("Meetings")),
    ("promise", gettext_lazy("Promises")),
    ("note", gettext_lazy("Notes")),
]
HEADLINES = {
    ("phone", "ours"): gettext_lazy("%(who)s called"),
    ("phone", "theirs"): gettext_lazy("They called %(who)s"),
    ("in_person", "ours"): gettext_lazy("%(who)s met them"),
    ("in_person", "theirs"): gettext_lazy("They came to %(who)s"),
    ("video", "ours"): gettext_lazy("%(who)s spoke with them by video"),
    ("video", "theirs"): gettext_lazy("They spoke with %(who)s by video"),
    ("email", "ours"): gettext_lazy("%(who)s wrote"),
    ("email", "theirs"): gettext_lazy("They wrote to %(who)s"),
    ("letter", "ours"): gettext_lazy("%(who)s sent a letter"),
    ("letter", "theirs"): gettext_lazy("They sent a letter"),
    ("chat", "ours"): gettext_lazy("%(who)s messaged"),
    ("chat", "theirs"): gettext_lazy("They messaged %(who)s"),
    ("", "ours"): gettext_lazy("%(who)s recorded"),
    ("", "theirs"): gettext_lazy("They reached %(who)s"),
}
PAGE = 30
type Cursor = tuple[datetime, int]


class MomentLine(Struct, frozen=True):
    """A moment as the story shows it; `moment` of the parts is made of these."""

    icon: str
    tone: str
    headline: str
    more: str
    at: datetime
    quote: str
    words: str
    meta: str
    kind: str
    record: int
    act: int
    promises: Sequence[Promise]
    files: Sequence[Attached] = ()
    pin: int = 0


class StoryPage(Struct, frozen=True):
    """A page of a story with what is pinned above its first one, and the counts by channel.

    `newer` and `older` are the cursors of the pages beside it, empty at the ends."""

    lines: Sequence[MomentLine]
    pinned: Sequence[MomentLine]
    counts: Sequence[tuple[str, str, str, int]]
    total: int
    newer: str
    older: str


def story(
    party: Party, actor: Actor, *, channel: str = "", before: str = "", after: str = "", size: int = PAGE
) -> StoryPage:
    """The moments of a party that the actor may see, latest first; `before` and `after` are cursors of a page.

    A wrong cursor or channel gives the first page."""
    counted = dict(_counted(party.pk, actor.key))
    begin, end = _cursor(before), _cursor(after)
    if begin or end or channel in dict(FILTERS) or size != PAGE:
        mine = _told_to(party.pk, actor.key).select_related("moment")
        shown = mine.filter(channel=channel) if channel in dict(FILTERS) else mine
        rows, newer, older = _page(shown, begin, end, size)
    else:
        rows, newer, older = _cut(_latest(party.pk, actor.key), None, size)
    counts = [
        (value, str(label), ICONS[value], counted[value]) for value, label in FILTERS if counted.get(value)
    ]
    # Above its first page alone, and not while it is narrowed.
    pins = {} if channel or newer else _pins(party)
    above = _pinned(pins, number_of(Interaction), party.pk, actor.key)
    lines = [
        _with(line, pin=pins.get(line.record, 0)) if line.kind == "interactions" else line
        for line in _lines([row.moment for row in [*above, *rows]])
    ]
    pinned, lines = lines[: len(above)], lines[len(above) :]
    return StoryPage(lines, pinned, counts, sum(counted.values()), newer, older)


def _pins(party: Party) -> dict[int, int]:
    """The keys of what is pinned in a party's story, each with the key of its pin."""
    return dict(_pins_of(party.pk))


def _told_to(party: int, reader: int | None) -> QuerySet[MomentParty]:
    """The moments of a party, but what is private to another."""
    return MomentParty.objects.filter(Q(moment__private_to=None) | Q(moment__private_to=reader), party=party)


_counted = KeptQuery[tuple[str, int]](
    lambda party, reader: _told_to(party, reader).values_list("channel").annotate(Count("pk"))
)
_latest = KeptQuery[MomentParty](
    lambda party, reader: _told_to(party, reader).select_related("moment").order_by("-at", "-pk")[: PAGE + 1]
)
_pins_of = KeptQuery[tuple[int, int]](
    lambda party: Pin.objects.filter(party=party).order_by("pk").values_list("interaction", "pk")
)
_pinned = KeptQuery[MomentParty](
    lambda pins, kind, party, reader: (
        _told_to(party, reader)
        .filter(moment__record_kind=kind, moment__record__among=pins)
        .select_related("moment")
        .order_by("-at", "-pk")
    )
)


def _page(
    shown: QuerySet[MomentParty], before: Cursor | None, after: Cursor | None, size: int
) -> tuple[list[MomentParty], str, str]:
    """The rows of a page, latest first, and the cursors of the pages newer and older than it."""
    if after is not None:
        at, key = after
        later = shown.filter(Q(at__gt=at) | Q(at=at, pk__gt=key)).filter(at__gte=at)
        rows = list(later.order_by("at", "pk")[: size + 1])
        if len(rows) <= size:
            # What is left above fills no page: the first page shows it with what follows.
            return _page(shown, None, None, size)
        rows = rows[size - 1 :: -1]
        return rows, _cursor_of(rows[0]), _cursor_of(rows[-1])
    if before is not None:
        at, key = before
        shown = shown.filter(Q(at__lt=at) | Q(at=at, pk__lt=key)).filter(at__lte=at)
    return _cut(list(shown.order_by("-at", "-pk")[: size + 1]), before, size)


def _cut(rows: list[MomentParty], before: Cursor | None, size: int) -> tuple[list[MomentParty], str, str]:
    """The rows of a page, of which one more was asked for than it holds, and the cursors."""
    more, rows = len(rows) > size, rows[:size]
    newer = _cursor_of(rows[0]) if before is not None and rows else ""
    return rows, newer, _cursor_of(rows[-1]) if more else ""


def _cursor_of(row: MomentParty) -> str:
    return f"{row.at.timestamp():.6f}_{row.pk}"


def name_of(user: int | None) -> str:
    """A colleague's name, also of one who left."""
    return user_names().get(user or 0) or _("Somebody")


def _cursor(text: str) -> Cursor | None:
    at, _sep, key = text.partition("_")
    try:
        return datetime.fromtimestamp(float(at), tz=timezone.get_default_timezone()), int(key)
    except (ValueError, OverflowError, OSError):
        return None


class _Told(Struct, frozen=True):
    """What the moments of a page tell of, by model and key, with the promises made and the files that belong to it."""

    records: Mapping[tuple[type, int], Any]
    promises: Mapping[int, Sequence[Promise]]
    files: Mapping[tuple[type, int], Sequence[Attached]]


_records: Mapping[type, KeptQuery[Any]] = {
    Interaction: KeptQuery(lambda keys: Interaction._base_manager.filter(pk__among=keys)),
    Meeting: KeptQuery(lambda keys: Meeting._base_manager.filter(pk__among=keys).select_related("closure")),
    Promise: KeptQuery(lambda keys: Promise._base_manager.filter(pk__among=keys)),
    PromiseClosure: KeptQuery(
        lambda keys: PromiseClosure._base_manager.filter(pk__among=keys).select_related("promise")
    ),
    Note: KeptQuery(lambda keys: Note._base_manager.filter(pk__among=keys)),
}
_promises_of = KeptQuery[Promise](
    lambda keys: Promise.objects.filter(interaction__among=keys).select_related("closure").order_by("pk")
)
_files_of: Mapping[type, KeptQuery[Any]] = {
    Interaction: KeptQuery(
        lambda keys: InteractionFile.objects.filter(interaction__among=keys).order_by("pk")
    ),
    Note: KeptQuery(lambda keys: NoteFile.objects.filter(note__among=keys).order_by("pk")),
}


def _told(moments: Sequence[Moment]) -> _Told:
    """Read what the moments tell of, one query per kind."""
    wanted: dict[type, set[int]] = {}
    for moment in moments:
        wanted.setdefault(model_of(moment.record_kind), set()).add(moment.record)
    records = {(model, one.pk): one for model, ask in _records.items() for one in ask(wanted.get(model, ()))}
    promises: dict[int, list[Promise]] = {}
    for promise in _promises_of(wanted.get(Interaction, ())):
        promises.setdefault(promise.interaction_id or 0, []).append(promise)
    files: dict[tuple[type, int], list[Attached]] = {}
    for model, ask in _files_of.items():
        for file in ask(wanted.get(model, ())):
            files.setdefault((model, getattr(file, f"{file.root}_id")), []).append(file)
    return _Told(records, promises, files)


def _lines(moments: Sequence[Moment]) -> list[MomentLine]:
    """Say each moment in a line."""
    told = _told(moments)
    lines = [_line(moment, told) for moment in moments]
    return [line for line in lines if line is not None]


def _line(moment: Moment, told: _Told) -> MomentLine | None:
    model = model_of(moment.record_kind)
    record = told.records.get((model, moment.record))
    files = told.files.get((model, moment.record), ())
    if record is None:
        return None
    if isinstance(record, Interaction):
        return _with(_interaction(moment, record), promises=told.promises.get(record.pk, ()), files=files)
    if isinstance(record, Meeting):
        return _meeting(moment, record)
    if isinstance(record, Promise):
        headline = _("%(who)s promised") if record.is_ours else _("They promised us")
        return _made(
            moment,
            "hand-heart",
            headline % {"who": name_of(record.owner_id)},
            record.words,
            "promises",
            record.pk,
        )
    if isinstance(record, PromiseClosure):
        headline = _("Promise kept") if record.is_kept else _("Promise let go")
        why = f" · {record.why}" if record.why else ""
        made = _made(moment, "check", headline, record.promise.words, "promises", record.promise_id)
        return _with(made, tone="well" if record.is_kept else "", meta=f"{name_of(record.by_id)}{why}")
    headline = _("%(who)s noted") % {"who": name_of(record.owner_id)}
    made = _made(moment, "sticky-note", headline, record.words, "notes", record.pk, private=record.is_private)
    return _with(made, files=files)


def _interaction(moment: Moment, record: Interaction) -> MomentLine:
    headline = str(HEADLINES[record.channel, record.direction]) % {"who": name_of(record.owner_id)}
    made = _made(
        moment,
        ICONS[record.channel],
        headline,
        record.words,
        "interactions",
        record.pk,
        private=record.is_private,
    )
    took = _("%(minutes)s min") % {"minutes": record.minutes} if record.minutes else ""
    more = " · ".join(filter(None, [took, record.get_outcome_display()]))
    seemed = (
        _("They seemed: %(how)s") % {"how": record.get_feeling_display().lower()} if record.feeling else ""
    )
    meta = " · ".join(filter(None, [made.meta, seemed]))
    return _with(made, more=more, meta=meta)


def _meeting(moment: Moment, record: Meeting) -> MomentLine:
    closure = getattr(record, "closure", None)
    headline = _("%(who)s meets them") if closure is None else _("%(who)s was to meet them: missed")
    made = _made(
        moment,
        "calendar-x" if closure else "calendar-clock",
        headline % {"who": name_of(record.owner_id)},
        record.words,
        "meetings",
        record.pk,
    )
    # The day stands above the line, a day to come beside it: the hour is said here.
    more = " · ".join(filter(None, [f"{timezone.localtime(record.at):%H:%M}", record.place]))
    return _with(made, tone="" if closure else "accent", more=more, meta=closure.why if closure else "")


def _made(
    moment: Moment, icon: str, headline: str, words: str, kind: str, key: int, *, private: bool = False
) -> MomentLine:
    meta = _("Only for me") if private else ""
    return MomentLine(icon, "", headline, "", moment.at, "", words, meta, kind, key, moment.act, ())


def _with(line: MomentLine, **values: Any) -> MomentLine:
    return replace(line, **values)
