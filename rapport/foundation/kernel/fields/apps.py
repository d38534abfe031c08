"""The Django app `fields`."""

from django.apps import AppConfig


class FieldsConfig(AppConfig):
    """What fields are, the firm's own included."""

    name = "rapport.foundation.kernel.fields"
    label = "fields"
    default_auto_field = "django.db.models.BigAutoField"
