"""Meetings that are planned, and how they ended: held or missed."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from rapport.customers.people.models import Party, reached_parties
from rapport.customers.timeline.models.reach import by_owner
from rapport.customers.timeline.models.said import Channel, Interaction
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import User, Versioned


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings, asked for in the words of the trade."""

    def visible_to(self, actor: Actor, verb: str = Verb.SEE) -> Self:
        """Those with a party the actor may see; to change one, its owner's reach too."""
        reach = actor.reach("meetings", verb)
        if reach is None:
            return self.none()
        if actor.is_system:
            return self.all()
        guests = Guest.objects.filter(reached_parties(actor, Verb.SEE, "party__"), meeting=OuterRef("pk"))
        rows = self.filter(Exists(guests))
        return rows if verb in {Verb.SEE, Verb.CREATE} else rows.filter(by_owner(actor, reach)).distinct()

    def open(self) -> Self:
        """Those neither held nor missed."""
        return self.filter(is_open=True)


class Meeting(Versioned):
    """An hour agreed with one or more parties; an interaction once it is held. `is_open` follows from its closure."""

    derived = frozenset({"is_open"})

    at = models.DateTimeField(_("when"))
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    channel = models.CharField(_("how"), max_length=12, choices=Channel, default=Channel.IN_PERSON)
    place = models.TextField(_("place"), blank=True)
    words = models.TextField(_("what about"), blank=True)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("who of us"), db_index=False
    )
    is_open = models.BooleanField(default=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        indexes: ClassVar = [
            models.Index(fields=["owner", "at", "id"], name="meeting_by_owner"),
            models.Index(
                fields=["owner", "at", "id"], name="open_meeting_by_owner", condition=models.Q(is_open=True)
            ),
        ]

    def __str__(self) -> str:
        return self.words[:80] or str(_("Meeting"))


class Guest(Versioned):
    """A party that a meeting is agreed with; a person's organisation as it was at the time."""

    root = "meeting"
    last_takes = "meeting"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="guests", db_index=False)
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    is_organisation_of = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("meeting")
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "party"], name="guest_once")]


class MeetingClosure(Versioned):
    """That a meeting was held, with the interaction it became, or missed, with a word why: who said so, and when.

    Deleting the interaction opens the meeting again: nobody says any more how it went."""

    root = "meeting"

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="closure")
    interaction = models.OneToOneField(
        Interaction, models.CASCADE, null=True, blank=True, related_name="held_as"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("meeting")
