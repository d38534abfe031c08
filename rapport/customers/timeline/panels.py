"""The panels of the timeline on a record's page."""

from typing import Any

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction, Promise
from rapport.customers.timeline.queries import brief, participants, story
from rapport.foundation.kernel.access.rules import Actor


def brief_panel(party: Party, actor: Actor, request: Any) -> dict[str, Any] | None:
    """Before you talk; nothing when nothing is known."""
    found = brief(party, actor)
    return {"brief": found, "party": party} if found else None


def story_panel(party: Party, actor: Actor, request: Any) -> dict[str, Any]:
    """The story so far."""
    channel = request.GET.get("channel", "")
    page = story(party, actor, channel=channel, before=request.GET.get("before", ""))
    return {
        "story": page,
        "channel": channel,
        "party": party,
        "may_note": actor.may("notes", "create"),
        "may_say": actor.may("interactions", "create"),
    }


def with_whom(interaction: Interaction, actor: Actor, request: Any) -> dict[str, Any]:
    """Who took part in an interaction."""
    return {"parties": participants(interaction, actor)}


def to_whom(promise: Promise, actor: Actor, request: Any) -> dict[str, Any]:
    """Whom a promise was made to, or by, and how it ended."""
    return {"promise": promise, "parties": [promise.party], "closure": getattr(promise, "closure", None)}


def about_whom(note: Any, actor: Actor, request: Any) -> dict[str, Any]:
    """Whom a note is about."""
    return {"parties": [note.party]}
