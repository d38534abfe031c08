"""What the capture line understands, and the saving of what was confirmed."""

from rapport.customers.capture.queries import Context
from rapport.customers.capture.services.carding import Ticked, known_by_contact, save_card
from rapport.customers.capture.services.saving import Capture, Captured, Learnt, save
from rapport.customers.capture.services.understanding import NOWHERE, read_signature, understand

__all__ = [
    "NOWHERE", "Capture", "Captured", "Context", "Learnt", "Ticked", "known_by_contact", "read_signature", "save",
    "save_card", "understand",
]  # fmt: skip
