"""What capture offers the rest: the line on every page."""

from rapport.foundation.kernel.access.rules import Verb
from rapport.foundation.ui.shell import register_capture

register_capture("capture:capture", "capture:reading", lambda actor: actor.may("interactions", Verb.CREATE))
