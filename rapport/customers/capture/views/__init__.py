"""The capture line, and the pasted card."""

from rapport.customers.capture.views.cards import card
from rapport.customers.capture.views.line import capture, reading

__all__ = ["capture", "card", "reading"]
