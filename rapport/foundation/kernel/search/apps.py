"""The Django app `search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Finding a record by anything it is known by."""

    name = "rapport.foundation.kernel.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the index in every act's own transaction."""
        from rapport.foundation.kernel.ledger.services import register_projection
        from rapport.foundation.kernel.search.services import project

        register_projection("search", project)
