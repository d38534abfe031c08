"""The form of the server by which warnings are mailed."""

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from rapport.doors.operations.health.services.mailing import PLAIN, STARTTLS, TLS, Mail, mail_of

SECURITY = [
    (TLS, _("TLS from the start (465)")),
    (STARTTLS, _("STARTTLS (587)")),
    (PLAIN, _("None, on this machine")),
]
HERE = {"localhost", "127.0.0.1", "::1"}


class MailForm(forms.Form):
    """Server, sender and receiver. The password is taken and never shown."""

    host = forms.CharField(
        label=_("Server"), required=False, max_length=253, help_text=_("Empty: no mail is sent.")
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65_535)
    security = forms.ChoiceField(label=_("Encryption"), choices=SECURITY)
    user = forms.CharField(label=_("User name there"), required=False, max_length=320)
    password = forms.CharField(
        label=_("Password there"),
        required=False,
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Empty: the one that is kept stays."),
    )
    sender = forms.EmailField(label=_("From"), required=False)
    to = forms.EmailField(label=_("To"), required=False)

    @classmethod
    def of(cls) -> "MailForm":
        """As it is set now."""
        mail = mail_of(Path(settings.HOME))
        names = ("host", "port", "security", "user", "sender", "to")
        return cls(initial={name: getattr(mail, name) for name in names})

    def clean(self) -> dict[str, Any]:
        """A server wants both addresses; a password goes nowhere unencrypted but on this machine."""
        values = super().clean() or {}
        if values.get("host"):
            for name in ("sender", "to"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Say an address."))
            if values.get("security") == PLAIN and values["host"] not in HERE:
                self.add_error(
                    "security", _("Choose TLS: the warnings and the password would go in the clear.")
                )
        return values

    @property
    def mail(self) -> Mail:
        """What was typed, once it is valid."""
        return Mail(**self.cleaned_data)
