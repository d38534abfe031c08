"""The Django app `actors`."""

from django.apps import AppConfig


class ActorsConfig(AppConfig):
    """Who acts: users, teams, departments, roles."""

    name = "rapport.foundation.kernel.actors"
    label = "actors"
    default_auto_field = "django.db.models.BigAutoField"
