"""The form of a place."""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rapport.doors.operations.copies.rules import address_of
from rapport.foundation.kernel.actors.models import User


class PlaceForm(forms.Form):
    """Where a copy is to be made, and what opens that place."""

    name = forms.CharField(label=_("What you call it"), max_length=80, help_text=_("The disk on the shelf"))
    address = forms.CharField(
        label=_("Where it is"),
        max_length=400,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_(
            "A folder on another disk: /media/usb/rapport. A server: sftp://user@host/path. A storage that speaks "
            "S3: s3://bucket/folder?endpoint=https://host"
        ),
    )
    user = forms.CharField(
        label=_("Access key (S3)"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Password (SFTP) or secret key (S3)"),
        required=False,
        strip=False,
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("It is kept in the home, for its owner alone to read, and never shown again."),
    )
    private_key = forms.CharField(
        label=_("Private key (SFTP), instead of a password"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean_address(self) -> str:
        """An address that can be read; what is wrong with it otherwise."""
        try:
            address_of(self.cleaned_data["address"])
        except ValueError as reason:
            raise ValidationError(str(reason)) from None
        return str(self.cleaned_data["address"]).strip()

    def secret(self) -> dict[str, Any]:
        """What only the owner knows."""
        return {name: self.cleaned_data[name] for name in ("user", "password", "private_key")}


class TakingForm(forms.Form):
    """The password once more, before everything there is leaves the house."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(
        self, *args: Any, user: User | AnonymousUser, is_too_often: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._user, self._is_too_often = user, is_too_often

    def clean_password(self) -> str:
        """The user's own, and not guessed at."""
        if self._is_too_often:
            raise ValidationError(_("Too many tries. Wait a minute."))
        if not self._user.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("That is not your password."))
        return str(self.cleaned_data["password"])
