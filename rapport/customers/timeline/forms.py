"""The forms of the timeline: what was said with what was promised, a promise, a note."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from rapport.customers.people.queries import owner_choices
from rapport.customers.timeline.models import Channel, Direction, Feeling, Meeting, Outcome, ReminderWish
from rapport.customers.timeline.rules.files import LARGEST
from rapport.customers.timeline.services import Held, Planned, Promised, Said, Upload
from rapport.foundation.kernel.actors.models import User, check_text
from rapport.foundation.ui.words import clock

LONGEST = 100_000
LATEST = date(2199, 12, 31)
LONGEST_TALK = 14 * 24 * 60
# What was to come when a form was opened may begin while it is filled in.
FILLED_IN_WITHIN = timedelta(minutes=15)
# What one agrees on an hour for.
MEETING_CHANNELS = [
    (one.value, one.label) for one in (Channel.IN_PERSON, Channel.PHONE, Channel.VIDEO, Channel.CHAT)
]


class WordsField(forms.CharField):
    """Words as typed, up to 100,000 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, **kwargs)

    def validate(self, value: Any) -> None:
        """Refuse what a database cannot hold."""
        super().validate(value)
        check_text(value)


class PromisedForm(forms.Form):
    """What was promised along with what was said, if anything, and by when."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    promise = WordsField(label=_("What was promised"), required=False)
    whose = forms.ChoiceField(
        label=_("Who promised"), choices=[("ours", _("We")), ("theirs", _("They"))], required=False
    )
    due = forms.DateField(
        label=_("By when"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        """A promise has words and a day."""
        cleaned = super().clean() or {}
        if cleaned.get("promise") and not cleaned.get("due") and "due" not in self.errors:
            self.add_error("due", ValidationError(_("By which day? A promise without a day is not kept.")))
        if cleaned.get("due") and not cleaned.get("promise") and "promise" not in self.errors:
            self.add_error("promise", ValidationError(_("What was promised for that day?")))
        _check_due(self, cleaned.get("due"))
        return cleaned

    def promised(self) -> Promised | None:
        """What the form says was promised; None when nothing was."""
        data = self.cleaned_data
        if not data["promise"]:
            return None
        return Promised(data["promise"], data["due"], is_ours=data["whose"] != "theirs")


class OthersField(forms.CharField):
    """Names of those who were there besides the first."""

    def __init__(self) -> None:
        super().__init__(
            label=_("With whom else"),
            required=False,
            max_length=1_000,
            help_text=_("Names, with commas between them."),
        )


class JoinForm(forms.Form):
    """One more who was there."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    others = forms.CharField(label=_("Name"), max_length=1_000, help_text=_("As it is written here."))

    def clean_others(self) -> str:
        """The first name: one is added at a time."""
        return str(self.cleaned_data["others"]).partition(",")[0]


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as they came."""

    def __init__(self, *, required: bool = False) -> None:
        words = _("Files")
        hint = _("Up to %(limit)s MB each: pictures, PDF, office documents, text, sound.") % {
            "limit": LARGEST // 2**20
        }
        super().__init__(
            label=words, required=required, widget=_SeveralFiles(), help_text=hint, allow_empty_file=True
        )

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """The files, none of them looked at yet."""
        came = data if isinstance(data, list | tuple) else [data] if data else []
        if not came:
            super().clean(None, initial)
        return [Upload(one.name, one.file) for one in came]


class AttachForm(forms.Form):
    """Files for what was said or noted before."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    attached = FilesField(required=True)


class SayForm(PromisedForm):
    """What was said, and a promise with its day, in one plain form."""

    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices)
    direction = forms.ChoiceField(label=_("Who began"), choices=Direction.choices)
    at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    words = WordsField(label=_("What was said"), widget=forms.Textarea(attrs={"rows": 3}))
    others = OthersField()
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=1, max_value=LONGEST_TALK)
    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=[("", "–"), *Outcome.choices], required=False
    )
    feeling = forms.ChoiceField(
        label=_("How they seemed"), choices=[("", "–"), *Feeling.choices], required=False
    )
    attached = FilesField()
    is_private = forms.BooleanField(label=_("Only for me"), required=False)
    field_order = (
        "channel", "direction", "at", "words", "others", "promise", "whose", "due", "attached", "is_private",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What was said lies not in the future."""
        cleaned = super().clean()
        if cleaned.get("at") and cleaned["at"] > timezone.now() + timedelta(hours=1):
            self.add_error("at", ValidationError(_("That is still to come. What was said lies behind us.")))
        return cleaned

    def said(self) -> Said:
        """What the form says was said."""
        data = self.cleaned_data
        return Said(
            data["words"],
            data["at"],
            data["channel"],
            data["direction"],
            data["minutes"],
            data["is_private"],
            data["outcome"],
            data["feeling"],
        )


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


class MoveMeetingForm(forms.Form):
    """The day and hour of a meeting, and perhaps when it ends."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    until = forms.TimeField(
        label=_("Until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    @classmethod
    def beginning(cls, meeting: Meeting) -> dict[str, Any]:
        """What the form begins with for a meeting: the hours it has."""
        at = timezone.localtime(meeting.at)
        return {
            "at": at,
            "until": (at + timedelta(minutes=meeting.minutes)).time() if meeting.minutes else None,
        }

    def clean(self) -> dict[str, Any]:
        """A meeting lies ahead, and ends after it begins."""
        cleaned = super().clean() or {}
        at, until = cleaned.get("at"), cleaned.get("until")
        if at and has_passed(at):
            self.add_error("at", ValidationError(_("That hour has passed. Record what was said instead.")))
        elif at and timezone.localdate(at) > LATEST:
            self.add_error("at", ValidationError(_("That is too far off to be kept.")))
        if at and until and until <= timezone.localtime(at).time():
            self.add_error("until", ValidationError(_("It would end before it begins.")))
        return cleaned

    def minutes(self) -> int | None:
        """How long it is to last; None when the form does not say."""
        at, until = timezone.localtime(self.cleaned_data["at"]), self.cleaned_data["until"]
        return (until.hour - at.hour) * 60 + until.minute - at.minute if until else None


class PlanForm(MoveMeetingForm):
    """A meeting to come: when, how, where, what about."""

    channel = forms.ChoiceField(label=_("How"), choices=MEETING_CHANNELS, initial=Channel.IN_PERSON)
    place = forms.CharField(label=_("Where"), required=False, max_length=1_000)
    words = WordsField(label=_("What about"), required=False)
    others = OthersField()

    def planned(self) -> Planned:
        """What the form plans."""
        data = self.cleaned_data
        return Planned(data["at"], self.minutes(), data["channel"], data["place"], data["words"])


class HoldForm(PromisedForm):
    """What was said at a meeting, how long it took, and what was promised."""

    words = WordsField(label=_("What was said"), widget=forms.Textarea(attrs={"rows": 3}))
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=1, max_value=LONGEST_TALK)
    feeling = forms.ChoiceField(
        label=_("How they seemed"), choices=[("", "–"), *Feeling.choices], required=False
    )
    field_order = ("words", "minutes", "feeling", "promise", "whose", "due")

    def held(self) -> Held:
        """What the form says was said."""
        data = self.cleaned_data
        return Held(data["words"], data["minutes"], data["feeling"])


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
    attached = FilesField()
    is_pinned = forms.BooleanField(label=_("Pin it: this is who they are"), required=False)
    is_private = forms.BooleanField(label=_("Only for me"), required=False)


class SnoozeForm(forms.Form):
    """The moment at which one wants to be reminded."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_at(self) -> datetime:
        """A moment to come, and one that somebody lives to see."""
        at: datetime = self.cleaned_data["at"]
        if at.date() > LATEST:
            raise ValidationError(_("That is too far off to be thought of."))
        if has_passed(at):
            raise ValidationError(_("That hour has passed."))
        return at


class RemindForm(SnoozeForm):
    """What to think of, and when."""

    words = WordsField(label=_("What to think of"), required=False)
    field_order = ("words", "at")


class MinutesField(forms.TypedChoiceField):
    """How long before an hour, in minutes; None for not at all."""

    AHEAD = (
        ("", _("Not at all")), (0, _("At the hour")), (5, _("5 minutes before")), (15, _("15 minutes before")),
        (30, _("30 minutes before")), (60, _("An hour before")), (1440, _("A day before")),
    )  # fmt: skip

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=self.AHEAD, coerce=int, empty_value=None, required=False, **kwargs)


class HourField(forms.TypedChoiceField):
    """A whole hour of the day, as the reader's clock says it; None for not at all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=self._hours, coerce=int, empty_value=None, required=False, **kwargs)

    @staticmethod
    def _hours() -> list[tuple[str | int, str]]:
        language = get_language() or "en"
        return [("", gettext("Not at all")), *((hour, clock(time(hour), language)) for hour in range(24))]


class ReminderWishForm(forms.Form):
    """How long before a meeting and before the hour of a promise one is reminded, and what of it goes by mail."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    before_meeting = MinutesField(label=_("Of my meetings"))
    before_promise = MinutesField(label=_("Of my promises that have an hour"))
    by_mail = forms.BooleanField(label=_("Each reminder by mail too, at its time"), required=False)
    morning_hour = HourField(label=_("My day by mail, when something falls due"))

    NAMES = ("before_meeting", "before_promise", "by_mail", "morning_hour")

    def __init__(self, *args: Any, is_mailing: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_mailing:
            words = _("No mail goes out yet: an administrator names a mail server under Backups and care.")
            self.fields["by_mail"].help_text = words

    @classmethod
    def beginning(cls, wish: ReminderWish) -> dict[str, Any]:
        """What the form begins with."""
        return {name: "" if (kept := getattr(wish, name)) is None else kept for name in cls.NAMES}

    def wish(self) -> dict[str, Any]:
        """What was chosen in a valid form, by the names of the wish."""
        return {name: self.cleaned_data[name] for name in self.NAMES}


def words_of(data: Mapping[str, Any], name: str) -> str:
    """A short word out of a form of one field, without what no database can hold."""
    return str(data.get(name, ""))[:1_000].encode(errors="ignore").decode().replace("\x00", "").strip()


def local_now() -> datetime:
    """This minute in the reader's zone, as a form begins with it."""
    return timezone.localtime().replace(second=0, microsecond=0)


def has_passed(at: datetime) -> bool:
    """Whether `at` was past already when somebody who takes a while began to type it."""
    return at < local_now() - FILLED_IN_WITHIN
