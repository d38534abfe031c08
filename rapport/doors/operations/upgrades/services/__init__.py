"""What can be done: put another version in the place of this one, go back, and ask for it."""

from rapport.doors.operations.upgrades.services.bundles import UpgradeRefused
from rapport.doors.operations.upgrades.services.moving import step_back
from rapport.doors.operations.upgrades.services.running import House, carry_out, leave_word, take_word

__all__ = ["House", "UpgradeRefused", "carry_out", "leave_word", "step_back", "take_word"]
