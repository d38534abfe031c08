"""The Django app `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Sign-in, users, teams, first run."""

    name = "rapport.foundation.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
