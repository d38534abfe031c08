"""The forms of the timeline: what was said with what was promised, a promise, a note."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.people.queries import owner_choices
from rapport.customers.timeline.models import Channel, Direction
from rapport.customers.timeline.services import Promised, Said
from rapport.foundation.kernel.actors.models import User, check_text

LONGEST = 100_000
LATEST = date(2199, 12, 31)


class WordsField(forms.CharField):
    """Words as typed, up to 100,000 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, **kwargs)

    def validate(self, value: Any) -> None:
        """Refuse what a database cannot hold."""
        super().validate(value)
        check_text(value)


class SayForm(forms.Form):
    """What was said, and a promise with its day, in one plain form."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices)
    direction = forms.ChoiceField(label=_("Who began"), choices=Direction.choices)
    at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    words = WordsField(label=_("What was said"), widget=forms.Textarea(attrs={"rows": 3}))
    others = forms.CharField(
        label=_("With whom else"),
        required=False,
        max_length=1_000,
        help_text=_("Names, with commas between them."),
    )
    promise = WordsField(label=_("What was promised"), required=False)
    whose = forms.ChoiceField(
        label=_("Who promised"), choices=[("ours", _("We")), ("theirs", _("They"))], required=False
    )
    due = forms.DateField(
        label=_("By when"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    is_private = forms.BooleanField(label=_("Only for me"), required=False)

    def clean(self) -> dict[str, Any]:
        """A promise has words and a day; what was said lies not in the future."""
        cleaned = super().clean() or {}
        if cleaned.get("promise") and not cleaned.get("due") and "due" not in self.errors:
            self.add_error("due", ValidationError(_("By which day? A promise without a day is not kept.")))
        if cleaned.get("due") and not cleaned.get("promise") and "promise" not in self.errors:
            self.add_error("promise", ValidationError(_("What was promised for that day?")))
        if cleaned.get("at") and cleaned["at"] > timezone.now() + timedelta(hours=1):
            self.add_error("at", ValidationError(_("That is still to come. What was said lies behind us.")))
        _check_due(self, cleaned.get("due"))
        return cleaned

    def said(self) -> Said:
        """What the form says was said."""
        data = self.cleaned_data
        return Said(data["words"], data["at"], data["channel"], data["direction"], None, data["is_private"])

    def promised(self) -> Promised | None:
        """What the form says was promised; None when nothing was."""
        data = self.cleaned_data
        if not data["promise"]:
            return None
        return Promised(data["promise"], data["due"], is_ours=data["whose"] != "theirs")


def _check_due(form: forms.Form, due: date | None) -> None:
    if due is not None and due < timezone.localdate():
        form.add_error("due", ValidationError(_("That day has passed.")))
    if due is not None and due > LATEST:
        form.add_error("due", ValidationError(_("That is too far off to be kept.")))


class MoveForm(forms.Form):
    """The day, and perhaps the hour, by which a promise is to be kept."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    due = forms.DateField(
        label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    due_time = forms.TimeField(
        label=_("At what hour"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        """A promise is for a day to come."""
        cleaned = super().clean() or {}
        _check_due(self, cleaned.get("due"))
        return cleaned


class PromiseForm(MoveForm):
    """A promise by itself."""

    words = WordsField(label=_("What was promised"))
    whose = forms.ChoiceField(label=_("Who promised"), choices=[("ours", _("We")), ("theirs", _("They"))])
    field_order = ("words", "whose", "due", "due_time")

    def promised(self) -> Promised:
        """What the form promises."""
        data = self.cleaned_data
        return Promised(data["words"], data["due"], data["due_time"], data["whose"] == "ours")


class HandOverForm(forms.Form):
    """The colleague who is to keep a promise, and a word to them."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    colleague = forms.TypedChoiceField(label=_("To whom"), coerce=lambda key: User.objects.get(pk=key))
    words = WordsField(label=_("A word to them"), required=False)

    def __init__(self, *args: Any, without: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["colleague"]
        field.choices = [("", "–"), *((key, name) for key, name in owner_choices() if key != str(without))]


class NoteForm(forms.Form):
    """A note."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    words = WordsField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}))
    is_pinned = forms.BooleanField(label=_("Pin it: this is who they are"), required=False)
    is_private = forms.BooleanField(label=_("Only for me"), required=False)


def local_now() -> datetime:
    """This minute in the reader's zone, as a form begins with it."""
    return timezone.localtime().replace(second=0, microsecond=0)
