"""The Django app `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, organisations and households."""

    name = "rapport.customers.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
