"""What can be done with the practice company: fill it, and remove all of it."""

from rapport.steering.adoption.services.filling import Filled, fill
from rapport.steering.adoption.services.removing import NothingToRemove, remove

__all__ = ["Filled", "NothingToRemove", "fill", "remove"]
