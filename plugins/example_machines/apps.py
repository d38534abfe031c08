"""The Django app `example_machines`."""

from django.apps import AppConfig


class ExampleMachinesConfig(AppConfig):
    """The machines at our customers that we look after."""

    name = "example_machines"
    label = "example_machines"
    default_auto_field = "django.db.models.BigAutoField"
