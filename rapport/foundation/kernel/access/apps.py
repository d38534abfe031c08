"""The Django app `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """What a role may do, and how far it reaches."""

    name = "rapport.foundation.kernel.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
