"""Forms made from the fields a record type declares: one Django form for any of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import Department, Team, User, check_text
from rapport.foundation.kernel.fields.rules import HOUSE, FieldSpec, FieldType
from rapport.foundation.kernel.records.rules import NewRecord, RecordType, record_type
from rapport.foundation.kernel.search.queries import find

LONGEST = 100_000


class WordsField(forms.CharField):
    """Text kept as typed. Outer space goes, since nobody sees it; what a database cannot hold is refused."""

    def validate(self, value: Any) -> None:
        """Refuse NUL characters and lone surrogates in words."""
        super().validate(value)
        check_text(value)


class Choice(Struct, frozen=True):
    """A record that a link may mean: its name alone, and as it is told from others of that name."""

    key: int
    title: str
    label: str
    apart: str


def choices_of(text: str, *, to: str, actor: Actor, limit: int = 50, exactly: bool = True) -> list[Choice]:
    """Records of this name (or found by these words) that the actor may see, each with what tells it apart."""
    hits = find(text, actor=actor, limit=limit, only=[to])
    hits = [hit for hit in hits if not exactly or hit.title.casefold() == text.casefold()]
    apart = record_type(to).apart([hit.record for hit in hits], actor)
    alike = Counter((hit.title.casefold(), apart.get(hit.record, "")) for hit in hits)
    titles = Counter(hit.title.casefold() for hit in hits)
    choices = []
    for hit in hits:
        title, words = hit.title, apart.get(hit.record, "")
        number = _("no. %(number)s") % {"number": hit.record}
        more = [words, number] if not words or alike[title.casefold(), words] > 1 else [words]
        label = f"{title} ({', '.join(filter(None, more))})" if titles[title.casefold()] > 1 else title
        choices.append(Choice(hit.record, title, label, words))
    return choices


class LinkField(forms.CharField):
    """Another record, by its name. A name that is not known may be added: the box under it says so."""

    def __init__(
        self, *, to: str, actor: Actor, now: Any, may_add: bool, picked: str = "", **kwargs: Any
    ) -> None:
        super().__init__(max_length=1_000, **kwargs)
        self.to, self.actor, self.now, self.may_add, self.picked = to, actor, now, may_add, picked
        self.namesakes: list[Choice] = []
        self.widget.attrs |= {
            "list": f"known-{to}",
            "autocomplete": "off",
            "data-options": reverse("records:options", args=[to]),
        }

    def prepare_value(self, value: Any) -> Any:
        """A record as its name, with what tells it apart where there are others of its name."""
        if not isinstance(value, Model):
            return value
        choices = choices_of(str(value), to=self.to, actor=self.actor)
        return next((one.label for one in choices if one.key == value.pk), str(value))

    def clean(self, value: Any) -> Any:
        """The record of this name, a NewRecord, or None for nothing. Raises ValidationError when it is not clear."""
        text = super().clean(value)
        if not text:
            return None
        check_text(text)
        if self.now is not None and text in {str(self.now), self.prepare_value(self.now)}:
            return self.now
        return self._found(text)

    def _found(self, text: str) -> Any:
        choices = self._choices(text)
        exact = [one for one in choices if str(one.key) == self.picked or one.label == text]
        if not exact and self.now is not None and text.startswith(f"{self.now} ("):
            # What tells it apart has changed since the form was shown: one more belongs to it.
            return self.now
        found = exact if len(exact) == 1 else choices
        if len(found) == 1:
            return record_type(self.to).visible_to(self.actor).get(pk=found[0].key)
        if found:
            self.namesakes = found
            raise ValidationError(
                _("There are several of this name. Choose which one is meant."), code="several"
            )
        if self.may_add:
            return NewRecord(self.to, text)
        raise ValidationError(
            _("There is no “%(name)s” yet. Tick the box to add it, or correct the name."),
            code="unknown",
            params={"name": text},
        )

    def _choices(self, text: str) -> list[Choice]:
        """Those of this name, or of the name before what tells them apart."""
        found = choices_of(text, to=self.to, actor=self.actor)
        if found or not text.endswith(")"):
            return found
        found = choices_of(text.rpartition(" (")[0], to=self.to, actor=self.actor)
        return found if len(found) > 1 else []


class RecordForm(forms.Form):
    """A form over declared fields. `cleaned()` gives values by field name."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def __init__(
        self, fields: Sequence[FieldSpec], actor: Actor, record: Model | None = None, **kwargs: Any
    ) -> None:
        self.specs = {field.slug: field for field in fields}
        super().__init__(**kwargs)
        for field in fields:
            self.fields[field.slug] = self._field(field, actor, record)

    def _field(self, field: FieldSpec, actor: Actor, record: Model | None) -> forms.Field:
        common = {"label": field.label, "required": field.required, "help_text": field.help}
        if field.type == FieldType.RECORD:
            name = f"{self.prefix}-{field.slug}-add" if self.prefix else f"{field.slug}-add"
            may_add = bool(self.data.get(name)) or field.to not in ADDABLE
            now = getattr(record, field.name, None) if record is not None else None
            picked = str(self.data.get(f"{name.removesuffix('-add')}-which", ""))
            may_add = may_add and field.to in ADDABLE
            return LinkField(to=field.to, actor=actor, now=now, may_add=may_add, picked=picked, **common)
        return form_field(field, common)

    def unknown_links(self) -> list[FieldSpec]:
        """The links whose name is not known yet: those for which the box to add it is shown."""
        return [self.specs[slug] for slug in self.specs if self.has_error(slug, "unknown")]

    def namesakes(self) -> list[tuple[FieldSpec, list[Choice]]]:
        """The links whose name several have, with those that may be meant."""
        fields = [
            (self.specs[slug], self.fields[slug]) for slug in self.specs if self.has_error(slug, "several")
        ]
        return [(spec, field.namesakes) for spec, field in fields if isinstance(field, LinkField)]

    def cleaned(self) -> dict[str, Any]:
        """The values by field name, as services take them."""
        return {field.name: stored(field, self.cleaned_data[slug]) for slug, field in self.specs.items()}


# Records that a name alone is enough to begin.
ADDABLE = {"organisations"}


def stored(field: FieldSpec, value: Any) -> Any:
    """A cleaned value as it is kept: a custom field's as JSON has it, null for nothing."""
    if not field.is_custom:
        return value
    if value is None or value == "":
        return None
    return value if isinstance(value, bool | int) else str(value)


def form_field(field: FieldSpec, common: Mapping[str, Any]) -> forms.Field:
    """The Django field for one declared field that points to no record."""
    kind = field.type
    if kind == FieldType.CHOICE:
        return forms.ChoiceField(
            choices=[*([] if field.required else [("", "–")]), *field.options()], **common
        )
    if kind in HOUSE:
        house = {
            FieldType.USER: User.objects.filter(is_active=True),
            FieldType.TEAM: Team.objects.all(),
            FieldType.DEPARTMENT: Department.objects.all(),
        }
        return forms.ModelChoiceField(queryset=house[kind].order_by("name", "pk"), empty_label="–", **common)
    if kind == FieldType.YES_NO:
        return forms.BooleanField(**{**common, "required": False})
    simple: dict[FieldType, Any] = {
        FieldType.DATE: (forms.DateField, forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")),
        FieldType.TIME: (forms.TimeField, forms.TimeInput(attrs={"type": "time"}, format="%H:%M")),
        FieldType.MOMENT: (
            forms.DateTimeField,
            forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        ),
        FieldType.WHOLE: (forms.IntegerField, forms.NumberInput()),
        FieldType.DECIMAL: (forms.DecimalField, forms.NumberInput(attrs={"step": "any"})),
        FieldType.LONG_TEXT: (WordsField, forms.Textarea(attrs={"rows": 3})),
    }
    made, widget = simple.get(kind, (WordsField, forms.TextInput()))
    limits = {"max_length": field.max_length or LONGEST} if made is WordsField else {}
    built: forms.Field = made(widget=widget, **limits, **common)
    return built


def initial(record: Any, fields: Sequence[FieldSpec]) -> dict[str, Any]:
    """What a form over these fields begins with for a record."""
    values: dict[str, Any] = {"version": record.version}
    for field in fields:
        values[field.slug] = value_of(record, field)
    return values


def value_of(record: Any, field: FieldSpec) -> Any:
    """A record's value of a field, custom ones included."""
    return (record.custom or {}).get(field.key) if field.is_custom else getattr(record, field.name)


def form_for(
    record_type: RecordType,
    fields: Sequence[FieldSpec],
    actor: Actor,
    *,
    record: Any = None,
    data: Any = None,
) -> RecordForm:
    """A form over some fields of a record type, bound when there is data."""
    some = [field for field in fields if field.editable and field.in_form]
    return RecordForm(
        some, actor, record, data=data, initial=initial(record, some) if record is not None else {}
    )
