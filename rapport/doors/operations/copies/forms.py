"""The form of a place."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rapport.doors.operations.copies.rules import address_of


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
