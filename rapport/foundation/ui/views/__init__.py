"""The views of the shell, and of lists and records of any type."""

from rapport.foundation.ui.views.shell import pattern, preferences, server_error

__all__ = ["pattern", "preferences", "server_error"]
