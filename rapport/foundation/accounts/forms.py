"""The forms of accounts."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from rapport.foundation.kernel.actors.models import Department, Firm, Role, Team, User
from rapport.foundation.ui.keys import KEYS, kept_letters, own_letters


def time_zones() -> list[tuple[str, str]]:
    """The zones people live in, by name."""
    zones = sorted(
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "posix", "right"))
    )
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]


def currencies() -> list[tuple[str, str]]:
    """Currencies in use, by ISO 4217 code, with their English names."""
    from babel.numbers import get_currency_name, get_territory_currencies

    codes = {code for territory in _territories() for code in get_territory_currencies(territory)}
    return [(code, f"{code} – {get_currency_name(code, locale='en')}") for code in sorted(codes)]


def _territories() -> list[str]:
    from babel import Locale

    return [code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()]


def countries() -> list[tuple[str, str]]:
    """Countries by ISO 3166 code, with their English names."""
    from babel import Locale

    names = Locale("en").territories
    return [("", "–"), *sorted(((code, names[code]) for code in _territories()), key=lambda pair: pair[1])]


class FirstRunForm(forms.Form):
    """The firm and its owner."""

    firm = forms.CharField(label=_("Name of the firm"), max_length=200)
    country = forms.ChoiceField(
        label=_("Country"),
        choices=countries,
        help_text=_("Phone numbers without a country code are read as its."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies, initial="EUR")
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    name = forms.CharField(label=_("Your name"), max_length=200)
    email = forms.EmailField(label=_("Your e-mail address"))
    password = forms.CharField(
        label=_("A password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 15 characters; a short sentence is easy to remember."),
        max_length=128,
        strip=False,
    )


class UserForm(forms.Form):
    """A colleague, new or changed."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ModelChoiceField(label=_("Role"), queryset=Role.objects.order_by("pk"), to_field_name="key")
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.order_by("name"), required=False
    )
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.order_by("name"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    is_active = forms.BooleanField(label=_("May sign in"), required=False, initial=True)
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 15 characters. Tell it in person; it can be changed under one's own name."),
        max_length=128,
        strip=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user is not None:
            del self.fields["password"], self.fields["team"]
            self.fields["email"].disabled = True


class MyselfForm(forms.Form):
    """What one may set for oneself."""

    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    version = forms.IntegerField(widget=forms.HiddenInput)


class PasswordForm(forms.Form):
    """A new password, with the old one to show that it is oneself."""

    old = forms.CharField(
        label=_("Password now"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    new = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 15 characters; a short sentence is easy to remember."),
        max_length=128,
        strip=False,
    )


class FirmForm(forms.Form):
    """The firm's own data."""

    name = forms.CharField(label=_("Name of the firm"), max_length=200)
    line = forms.CharField(label=_("What it does"), max_length=200, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=countries, required=False)
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def of(firm: Firm) -> "FirmForm":
        """The form filled with the firm as it is."""
        names = ("name", "line", "country", "currency", "time_zone", "language", "version")
        return FirmForm(initial={name: getattr(firm, name) for name in names})


class KeysForm(forms.Form):
    """A letter for each key, every one another."""

    def __init__(self, kept: str, data: Any = None) -> None:
        own = own_letters(kept)
        super().__init__(data, initial={key.name: own.get(key.letter, key.letter).upper() for key in KEYS})
        attrs = {"maxlength": 1, "autocomplete": "off", "autocapitalize": "off"}
        for key in KEYS:
            self.fields[key.name] = forms.CharField(
                label=str(key.label), max_length=1, widget=forms.TextInput(attrs=attrs)
            )

    def clean(self) -> dict[str, Any]:
        """One sign that can be seen, and no sign twice."""
        taken: dict[str, str] = {}
        for key in KEYS:
            if not (letter := self.cleaned_data.get(key.name, "").lower()):
                continue
            if len(letter) != 1 or not letter.isprintable() or letter.isspace():
                self.add_error(key.name, _("One sign that the keyboard has, such as a letter."))
            elif letter in taken:
                words = _("%(letter)s is taken already, for “%(other)s”. Choose another.")
                self.add_error(key.name, words % {"letter": letter.upper(), "other": taken[letter]})
            taken.setdefault(letter, str(key.label))
            self.cleaned_data[key.name] = letter
        return self.cleaned_data

    def kept(self) -> str:
        """What is kept of a valid form."""
        return kept_letters({key.letter: self.cleaned_data[key.name] for key in KEYS})
