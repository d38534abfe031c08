"""The forms of the import wizard: the file, how it is read, and where each column goes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.doors.connect.imports.models import Import
from rapport.doors.connect.imports.rules.columns import Guess
from rapport.doors.connect.imports.rules.days import DAY_FIRST, MONTH_FIRST
from rapport.doors.connect.imports.rules.dialects import BLANKS, GAPS
from rapport.doors.connect.imports.rules.recognition import Place

ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("utf-8-sig", _("UTF-8 with mark")),
    ("cp1252", _("Windows, Western")),
    ("cp1257", _("Windows, Baltic")),
    ("cp1250", _("Windows, Central European")),
    ("cp1251", _("Windows, Cyrillic")),
    ("mac_roman", _("Macintosh")),
    ("utf-16", "UTF-16"),
)
DELIMITERS = (
    (",", _("Comma")),
    (";", _("Semicolon")),
    ("\t", _("Tab")),
    ("|", _("Upright line")),
    (BLANKS, _("Blanks")),
    (GAPS, _("Two blanks or more")),
)

# Target, label of ours, words. What a file's own columns were guessed to be is offered beside these.
PLACES: tuple[tuple[str, str, str | Promise], ...] = (
    ("ignore", "", _("Leave out")),
    ("custom", "", _("A field of our own")),
    ("name", "", _("Full name")),
    ("given", "", _("First name")),
    ("middle", "", _("Middle name")),
    ("family", "", _("Last name")),
    ("prefix", "", _("Title before the name")),
    ("suffix", "", _("Word after the name")),
    ("credentials", "", _("Degree")),
    ("native_name", "", _("Name in own script")),
    ("call_me", "", _("Call me")),
    ("organisation", "", _("Organisation they work for")),
    ("organisation_name", "", _("Name of the organisation itself")),
    ("job_title", "", _("Job title")),
    ("department", "", _("Department there")),
    ("email", "", _("E-mail")),
    ("email", "work", _("E-mail, work")),
    ("email", "home", _("E-mail, home")),
    ("phone", "", _("Phone")),
    ("phone", "mobile", _("Phone, mobile")),
    ("phone", "work", _("Phone, work")),
    ("phone", "home", _("Phone, home")),
    ("phone", "fax", _("Fax")),
    ("link", "", _("Link")),
    ("messaging", "", _("Messaging")),
    ("formatted_address", "", _("Whole address")),
    ("street", "", _("Street")),
    ("extended", "", _("Building, floor")),
    ("po_box", "", _("PO box")),
    ("postal_code", "", _("Postal code")),
    ("city", "", _("City")),
    ("region", "", _("Region")),
    ("country", "", _("Country")),
    ("birthday", "", _("Birthday")),
    ("anniversary", "", _("Anniversary")),
    ("birth_year", "", _("Year of birth")),
    ("birth_month", "", _("Month of birth")),
    ("birth_day", "", _("Day of birth")),
    ("note", "", _("Note")),
    ("tags", "", _("Tags")),
    ("language", "", _("Language")),
    ("owner", "", _("Owner")),
    ("stage", "", _("Stage")),
    ("parent", "", _("Part of the organisation")),
    ("relation_value", "", _("Somebody related")),
    ("external_id", "", _("Number elsewhere")),
)
_WHOM = (
    *("name", "given", "middle", "family", "organisation", "organisation_name", "email", "phone"),
    "external_id",
)
# The places of a table of what happened; those that say with whom are called as above.
HAPPENING_PLACES: tuple[tuple[str, str, str | Promise], ...] = (
    ("ignore", "", _("Leave out")),
    ("detail", "", _("Into the words, with its name")),
    ("when", "", _("When")),
    ("when", DAY_FIRST, _("When, the day first")),
    ("when", MONTH_FIRST, _("When, the month first")),
    ("when_else", "", _("When, if that is empty")),
    ("when_else", DAY_FIRST, _("When, if that is empty; the day first")),
    ("when_else", MONTH_FIRST, _("When, if that is empty; the month first")),
    ("hour", "", _("The hour")),
    *(place for place in PLACES if place[0] in _WHOM and not place[1]),
    ("channel", "", _("How")),
    ("direction", "", _("Who began")),
    ("words", "", _("What was said")),
    ("outcome", "", _("What came of it")),
    ("owner", "", _("Who of us")),
    ("number", "", _("Number of what happened")),
)
_WORDS = {(target, label): words for target, label, words in (*HAPPENING_PLACES, *PLACES)}


class FileForm(forms.Form):
    """The file to bring in."""

    file = forms.FileField(
        label=_("Your file"),
        allow_empty_file=True,
        help_text=_(
            "A table (CSV, any separator) of people and organisations, or of what happened with them: calls, visits, "
            "orders; or vCards (.vcf). As other programs export them, of any size."
        ),
    )


class ReadingForm(forms.Form):
    """What the table tells and how it is read, where it was not told rightly."""

    holds = forms.ChoiceField(label=_("What it tells"), choices=Import.Holds.choices)
    encoding = forms.ChoiceField(label=_("Letters"), choices=ENCODINGS)
    delimiter = forms.ChoiceField(label=_("Separator"), choices=DELIMITERS)

    def __init__(self, *args: Any, one: Import, **kwargs: Any) -> None:
        dialect = one.dialect or {"encoding": "", "delimiter": ""}
        kwargs["initial"] = {"holds": one.holds} | {name: dialect[name] for name in ("encoding", "delimiter")}
        super().__init__(*args, **kwargs)
        for name, choices in (("encoding", ENCODINGS), ("delimiter", DELIMITERS)):
            if dialect[name] not in dict(choices):  # found in the file, and offered to nobody else
                field = self.fields[name]
                assert isinstance(field, forms.ChoiceField)  # noqa: S101 - it stands above
                field.choices = [(dialect[name], dialect[name]), *choices]


def _value(place: Place) -> str:
    return f"{place.target}|{place.group}|{place.label}"


def _place(value: str) -> Place:
    target, _bar, rest = value.partition("|")
    group, _bar, label = rest.partition("|")
    return Place(target, label, int(group) if group.isdecimal() and len(group) < 4 else 0)


def _words(place: Place) -> str:
    """A guessed place in words: its label and group, where it has any, tell it apart."""
    words = str(_WORDS.get((place.target, place.label)) or _WORDS.get((place.target, "")) or place.target)
    if place.label and (place.target, place.label) not in _WORDS and place.target != "custom":
        words = f"{words}, {place.label}"
    return f"{words} {place.group}" if place.group else words


class ColumnsForm(forms.Form):
    """Where each column goes: one choice for each, the guess first chosen. Of history, whether it adds whom nobody
    knows."""

    def __init__(self, *args: Any, one: Import, guesses: Sequence[Guess], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_history = one.holds == Import.Holds.HISTORY
        places = HAPPENING_PLACES if is_history else PLACES
        for number, (item, chosen) in enumerate(zip(guesses, one.mapping, strict=True)):
            place = Place(*chosen)
            offered = {_value(Place(target, label)): str(words) for target, label, words in places}
            offered |= {_value(some): _words(some) for some in (item.place, place)}
            if item.place.target == "custom" or place.target == "custom":
                offered.pop("custom|0|", None)
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=item.column, choices=tuple(offered.items()), initial=_value(place)
            )
        if is_history:
            self.fields["adds_unknown"] = forms.BooleanField(
                label=_("Add the people and organisations that are not here yet"),
                initial=one.adds_unknown,
                required=False,
            )

    def columns(self) -> list[forms.BoundField]:
        """The choices, in the order of the columns."""
        return [self[name] for name in self.fields if name != "adds_unknown"]

    def places(self) -> list[Place]:
        """The places chosen, in the order of the columns."""
        return [_place(self.cleaned_data[field.name]) for field in self.columns()]
