"""The Django app `jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The one worker."""

    name = "rapport.foundation.kernel.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
