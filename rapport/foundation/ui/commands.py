"""What the find box can do beside finding: places of the menu, new records, what other apps offer, and what can be done
with the record or the list that one has before one. Everything is asked of what is declared elsewhere."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from msgspec import Struct

from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.fields.rules import HOUSE, FieldType
from rapport.foundation.kernel.ledger.queries.history import recent_acts
from rapport.foundation.kernel.records.queries import all_fields, record_or_none, verbs_on
from rapport.foundation.kernel.records.rules import RecordType, parts_for_many, record_types
from rapport.foundation.kernel.records.services import may_undo
from rapport.foundation.kernel.search.rules import index_words, is_match, query_words
from rapport.foundation.ui.shell import THEMES, Shell


class Command(Struct, frozen=True):
    """Something to do: a link, or for what writes (`posts`) a form's button that sends `name` and `value`.

    `key` is the shipped key beside it; `opens` the dialog of the page that does the same; `form` the form of the page
    that is sent, where the command is about the rows ticked in it."""

    label: str | Promise
    icon: str
    url: str
    key: str = ""
    posts: bool = False
    name: str = ""
    value: str = ""
    opens: str = ""
    form: str = "doing"


class Group(Struct, frozen=True):
    """Commands under one heading; `for_picked` ones are shown while rows are ticked."""

    name: str
    commands: Sequence[Command]
    for_picked: bool = False


class Way(Struct, frozen=True):
    """Another way to begin a record of a type than its form, such as from a pasted card."""

    record_type: str
    label: str | Promise
    icon: str
    url_name: str


_ways: list[Way] = []


def register_way(way: Way) -> None:
    """Offer another way to begin a record: in the find box, and on the form of a new one."""
    _ways.append(way)


def ways_to_begin(kind: RecordType) -> list[Command]:
    """The other ways to begin a record of this type."""
    return [
        Command(one.label, one.icon, reverse(one.url_name)) for one in _ways if one.record_type == kind.key
    ]


type Offer = Callable[[RecordType, Any, Actor], Iterable[Command]]
_offers: list[Offer] = []


def register_commands(offer: Offer) -> None:
    """Have `offer(kind, record, actor)` say what can be done with a record beside editing and deleting it."""
    _offers.append(offer)


def commands_for(request: HttpRequest, shell: Shell, actor: Actor, text: str, page: str) -> list[Group]:
    """What this actor may do that fits the text, by group: with what the `page` (an address) shows, then anywhere."""
    groups = [*_here(actor, page, text), Group(_("Do"), [*_anywhere(shell, actor), *_undo(actor)])]
    query = query_words(text)
    fitting = [
        Group(
            one.name,
            [
                command
                for command in one.commands
                if not text.strip() or is_match(index_words([str(command.label)]), query)
            ],
            one.for_picked,
        )
        for one in groups
    ]
    return [one for one in fitting if one.commands]


def _here(actor: Actor, page: str, text: str) -> Iterator[Group]:
    """What can be done with the record, or with the rows of the list, at an address."""
    try:
        found = resolve(page)
    except Resolver404:
        return
    kind: Any = found.kwargs.get("kind")
    key: Any = found.kwargs.get("key")
    if found.view_name == "records:list" and kind and actor.may(kind.key, Verb.EDIT):
        yield Group(_("With the selected rows"), [*_bulk(kind, actor), *_adding(kind, text)], for_picked=True)
    if found.view_name != "records:record" or (record := record_or_none(kind, key, actor)) is None:
        return
    verbs = verbs_on(kind, record, actor)
    commands = [one for offer in _offers for one in offer(kind, record, actor)]
    if Verb.EDIT in verbs:
        commands.append(Command(_("Edit"), "pencil", reverse("records:edit", args=[kind, key]), "E"))
    commands.append(Command(_("History"), "history", reverse("records:history", args=[kind, key])))
    if Verb.DELETE in verbs:
        url = reverse("records:deletion", args=[kind, key])
        commands.append(Command(_("Delete"), "trash-2", url, posts=True))
    yield Group(_("With %(name)s") % {"name": record}, commands)


def _bulk(kind: RecordType, actor: Actor) -> Iterator[Command]:
    for field in all_fields(kind, actor):
        if field.editable and field.type in {FieldType.CHOICE, *HOUSE}:
            for value, label in field.options():
                words = _("Set %(field)s: %(value)s") % {"field": field.label, "value": label}
                yield Command(
                    words, "check", "", posts=True, name="set", value=f"{field.slug}={value}", form="rows"
                )


def _adding(kind: RecordType, text: str) -> Iterator[Command]:
    """Give the rows the part that was typed behind its name: "tag vip", "add tag vip"."""
    for part in parts_for_many(kind):
        label = _("Add %(label)s") % {"label": str(part.label).lower()}
        for begins in (label, str(part.label)):
            if text.strip().casefold().startswith(f"{begins} ".casefold()):
                value = text.strip()[len(begins) :].strip()
                yield Command(
                    f"{label}: {value}", part.icon, "", posts=True, name=part.key, value=value, form="rows"
                )
                break


def _anywhere(shell: Shell, actor: Actor) -> Iterator[Command]:
    if shell.capture_url:
        yield Command(_("Say what happened"), "pencil-line", shell.capture_url, "C", opens="capture")
    for one in record_types():
        if one.known is not None and actor.may(one.key, Verb.CREATE):
            words = _("Add %(label)s") % {"label": str(one.label).lower()}
            yield Command(words, "plus", reverse("records:new", args=[one.key]))
            yield from ways_to_begin(one)
    for place in shell.menu:
        words = _("Go to %(place)s") % {"place": place.label}
        yield Command(words, place.icon, place.url, f"G {place.key.upper()}" if place.key else "")
    looks = {
        "light": (_("Light"), "sun"),
        "dark": (_("Dark"), "moon"),
        "system": (_("As the device"), "sun-moon"),
    }
    for theme in THEMES:
        label, icon = looks[theme]
        words = _("Light or dark: %(theme)s") % {"theme": label}
        yield Command(words, icon, reverse("ui:preferences"), posts=True, name="theme", value=theme)
    if shell.keys_url:
        yield Command(_("Choose your own keys"), "keyboard", shell.keys_url)
    try:
        yield Command(_("Sign out"), "log-out", reverse("account_logout"), posts=True)
    except NoReverseMatch:
        return


def _undo(actor: Actor) -> Iterator[Command]:
    """The last thing one did, if it can be taken back."""
    last = next(iter(recent_acts(actor=actor.key, limit=1)), None) if actor.key else None
    if last is not None and not hasattr(last, "undone_by") and may_undo(last.pk, actor):
        yield Command(
            _("Undo the last thing you did"), "undo-2", reverse("records:undoing", args=[last.pk]), "Z", True
        )
