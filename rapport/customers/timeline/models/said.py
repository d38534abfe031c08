"""What was said or done with a party, and what is noted about one."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.people.models import Party, reached_parties
from rapport.customers.timeline.models.reach import by_owner
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import User, Versioned


class Channel(models.TextChoices):
    """How it was said."""

    PHONE = "phone", _("Phone")
    IN_PERSON = "in_person", _("In person")
    VIDEO = "video", _("Video")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")
    CHAT = "chat", _("Chat")


class Direction(models.TextChoices):
    """Who began."""

    OURS = "ours", _("We reached them")
    THEIRS = "theirs", _("They reached us")


class Outcome(models.TextChoices):
    """What came of it."""

    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    LEFT_MESSAGE = "left_message", _("Left a message")
    CALL_BACK = "call_back", _("Wants to be called back")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")


class Feeling(models.TextChoices):
    """How they seemed."""

    GOOD = "good", _("Good")
    MIXED = "mixed", _("Mixed")
    BAD = "bad", _("Bad")


class InteractionQuerySet(models.QuerySet["Interaction"]):
    """Interactions, asked for in the words of the trade."""

    def visible_to(self, actor: Actor, verb: str = Verb.SEE) -> Self:
        """Those with a party the actor may see; a private one its writer alone; to change, the writer's reach too."""
        reach = actor.reach("interactions", verb)
        if reach is None:
            return self.none()
        if actor.is_system:
            return self.all()
        parties = Participant.objects.filter(
            reached_parties(actor, Verb.SEE, "party__"), interaction=OuterRef("pk")
        )
        rows = self.filter(Exists(parties), Q(is_private=False) | Q(owner_id=actor.key))
        return rows if verb in {Verb.SEE, Verb.CREATE} else rows.filter(by_owner(actor, reach)).distinct()


class Interaction(Versioned):
    """Something said or done with one or more parties."""

    at = models.DateTimeField(_("when"), default=timezone.now)
    channel = models.CharField(
        _("channel"), max_length=12, choices=Channel, default=Channel.PHONE, blank=True
    )
    direction = models.CharField(_("who began"), max_length=8, choices=Direction, default=Direction.OURS)
    words = models.TextField(_("what was said"))
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("who of us"))
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    outcome = models.CharField(_("what came of it"), max_length=12, choices=Outcome, blank=True)
    feeling = models.CharField(_("how they seemed"), max_length=8, choices=Feeling, blank=True)
    is_private = models.BooleanField(_("only for me"), default=False)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("interaction")

    def __str__(self) -> str:
        return self.words[:80]


class Participant(Versioned):
    """A party's part in an interaction; a person's organisation takes part as it was at the time."""

    root = "interaction"
    last_takes = "interaction"

    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="participants", db_index=False)
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    is_organisation_of = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("interaction")
        constraints: ClassVar = [models.UniqueConstraint(fields=["interaction", "party"], name="party_once")]


class Pin(Versioned):
    """That what was said stands at the top of a party's story: who pinned it, and when."""

    root = "interaction"

    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="pins")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("pin")
        constraints: ClassVar = [models.UniqueConstraint(fields=["party", "interaction"], name="pinned_once")]


class MentionQuerySet(models.QuerySet["Mention"]):
    """Mentions, each for the colleague it names."""

    def visible_to(self, actor: Actor, verb: str = Verb.SEE) -> Self:
        """Those of the actor, of what the actor may still see."""
        seen = Interaction.objects.visible_to(actor).values("pk")
        return self.filter(user_id=actor.key, interaction__in=seen)


class Mention(Versioned):
    """That a colleague was named in what was said, until that colleague has taken note of it."""

    root = "interaction"

    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("who was named"))

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "interaction"], name="named_once")]


class NoteQuerySet(models.QuerySet["Note"]):
    """Notes, asked for in the words of the trade."""

    def visible_to(self, actor: Actor, verb: str = Verb.SEE) -> Self:
        """Those on a party the actor may see; a private one its writer alone; to change, the writer's reach too."""
        reach = actor.reach("notes", verb)
        rows = self.filter(
            reached_parties(actor, Verb.SEE, "party__"), Q(is_private=False) | Q(owner_id=actor.key)
        )
        if reach is None:
            return self.none()
        return rows if verb in {Verb.SEE, Verb.CREATE} else rows.filter(by_owner(actor, reach)).distinct()


class Note(Versioned):
    """Words about a party; a pinned one stands at the top of its page, a private one its writer alone sees."""

    root = "party"

    party = models.ForeignKey(Party, models.CASCADE, related_name="notes")
    words = models.TextField(_("note"))
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    is_private = models.BooleanField(_("only for me"), default=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")

    def __str__(self) -> str:
        return self.words[:80]
