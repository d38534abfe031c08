"""The Django app `timeline`."""

from django.apps import AppConfig


class TimelineConfig(AppConfig):
    """What passed between us."""

    name = "rapport.customers.timeline"
    label = "timeline"
    default_auto_field = "django.db.models.BigAutoField"
