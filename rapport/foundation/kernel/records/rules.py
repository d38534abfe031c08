"""Record types: kinds of records as the user knows them, declared once in an app's manifest."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db.models import Q, QuerySet
from msgspec import Struct, field

from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.fields.rules import FieldSpec, Words


class Known(Struct, frozen=True):
    """What a record is known by: its title and second line, and every word it is to be found by.

    `only_for` is the key of the user who alone may find it."""

    title: str
    subtitle: str = ""
    words: Sequence[str] = ()
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    only_for: int | None = None


class View(Struct, frozen=True):
    """A view that a list has from the start, such as those going quiet: what its rows must be now, and their order."""

    slug: str
    label: Words
    condition: Callable[[], Q]
    sort: str


class RecordType(Struct, frozen=True, eq=False):
    """A kind of record. `rows` gives its table (or the part of it) as a queryset that knows `visible_to`.

    `known` answers, for many records at once, what each is known by; `told` the same for what has no name of its own,
    such as something said: it is found beside the named ones. `line` is what stands under one's name.
    `prepare(values, record)` completes values before they are written (an E.164 number beside what was typed);
    `record` is None for a new one. It may refuse them with a ValidationError. `one` names one of it in the midst of a
    sentence, from the words of its fields: `tag %(tag)s`. A part belongs to a whole (`model.root`) and follows its
    rights; one `for_many` is one text, such as a tag, that many wholes can be given at once. `apart(keys, actor)` says
    of many what tells each from another of its name: its place, how many."""

    key: str
    model: type[Versioned]
    label: Words
    plural: Words
    icon: str
    fields: tuple[FieldSpec, ...]
    rows: Callable[[], QuerySet[Any]]
    noun: str = ""
    one: Words = ""
    defaults: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    known: Callable[[Sequence[int]], Mapping[int, Known]] | None = None
    told: Callable[[Sequence[int]], Mapping[int, Known]] | None = None
    apart: Callable[[Sequence[int], Actor], Mapping[int, str]] = lambda keys, actor: {}
    line: Callable[[Any], str] = lambda record: ""
    prepare: Callable[[dict[str, Any], Any], dict[str, Any]] = lambda values, record: values
    peers: tuple[str, ...] = ()
    default_sort: str = "-updated_at"
    views: tuple[View, ...] = ()
    is_part: bool = False
    for_many: bool = False
    is_firm: bool = False
    order: int = 100

    def __str__(self) -> str:
        """The key, as addresses have it."""
        return self.key

    @property
    def found_by(self) -> Callable[[Sequence[int]], Mapping[int, Known]] | None:
        """What answers by which words its records are found; None for what is not searched."""
        return self.known or self.told

    def visible_to(self, actor: Actor, verb: str = Verb.SEE) -> QuerySet[Any]:
        """The records of this type that the actor's verb reaches: the only door to them.

        The query that `rows` builds follows from the actor and the verb alone: it is kept and asked again as it is."""
        rows: QuerySet[Any] = self.rows().visible_to(actor, verb)  # type: ignore[attr-defined]
        return rows

    def is_of(self, record: Versioned) -> bool:
        """True for a record of this very type; types may share a table."""
        return isinstance(record, self.model) and all(
            getattr(record, name) == value for name, value in self.defaults.items()
        )


class NewRecord(Struct, frozen=True):
    """A record to link to that is to be made in the same act, known by its name so far."""

    record_type: str
    name: str


class Panel(Struct, frozen=True):
    """A part of a record's page that an app registers. `build` returns the template's context, or None for nothing.

    `column` is `main` or `side`; panels stand in `order`."""

    name: str
    record_types: tuple[str, ...]
    template: str
    build: Callable[[Any, Actor, Any], dict[str, Any] | None]
    column: str = "main"
    order: int = 100


_types: dict[str, RecordType] = {}
_personal: set[str] = set()
_panels: dict[str, Panel] = {}


def register(record_type: RecordType) -> None:
    """Make a record type known; its address is its key."""
    _types[record_type.key] = record_type


def register_panel(panel: Panel) -> None:
    """Add a panel to the pages of some record types."""
    _panels[panel.name] = panel


def register_personal(*verbs: str) -> None:
    """Say of acts that they touch nothing but what is the actor's own, so that who did one may take it back."""
    _personal.update(verbs)


def is_personal(verb: str) -> bool:
    """True for the verb of a personal act."""
    return verb in _personal


def withdraw(key: str) -> None:
    """Forget a record type, for a test that brought its own."""
    _types.pop(key, None)


def record_types() -> tuple[RecordType, ...]:
    """All record types, in menu order."""
    return tuple(sorted(_types.values(), key=lambda one: (one.order, one.key)))


def record_type(key: str) -> RecordType:
    """The record type of this key. Raises KeyError."""
    return _types[key]


def parts_for_many(whole: RecordType) -> list[RecordType]:
    """The types of parts that can be given to many records of this type at once."""
    return [
        one
        for one in record_types()
        if one.for_many and one.model._meta.get_field(one.model.root).related_model is whole.model
    ]


def type_of(record: Versioned) -> RecordType | None:
    """The record type of a record; None for tables that are no record type."""
    return next((one for one in record_types() if one.is_of(record)), None)


def panels_of(key: str, column: str) -> tuple[Panel, ...]:
    """The panels of a record type's page in one column, in their order."""
    some = [panel for panel in _panels.values() if key in panel.record_types and panel.column == column]
    return tuple(sorted(some, key=lambda panel: (panel.order, panel.name)))


def panel_named(name: str) -> Panel:
    """The panel of this name. Raises KeyError."""
    return _panels[name]
