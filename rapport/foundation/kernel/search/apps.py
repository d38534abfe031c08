"""The Django app `search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Finding a record by anything it is known by."""

    name = "rapport.foundation.kernel.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
