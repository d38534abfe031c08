"""What passed between us and a party: interactions, promises, notes; and the story that is made of them."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.people.models import Party, reached_parties
from rapport.foundation.kernel.access.rules import Actor, Reach, Verb
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


def by_owner(actor: Actor, reach: Reach | None) -> Q:
    """The condition that whoever wrote a row lies within the reach."""
    if reach is None:
        return Q(pk__in=[])
    if reach == Reach.ALL:
        return Q()
    condition = Q(owner_id=actor.key)
    if reach in {Reach.TEAM, Reach.DEPARTMENT} and actor.team_ids:
        condition |= Q(owner__memberships__team__in=actor.team_ids)
    if reach == Reach.DEPARTMENT and actor.department_id:
        condition |= Q(owner__department=actor.department_id)
    return condition


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

    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="participants")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    is_organisation_of = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("interaction")
        constraints: ClassVar = [models.UniqueConstraint(fields=["interaction", "party"], name="party_once")]


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Promises, asked for in the words of the trade."""

    def visible_to(self, actor: Actor, verb: str = Verb.SEE) -> Self:
        """Those to a party the actor may see; to change one, its owner's reach too."""
        reach = actor.reach("promises", verb)
        rows = self.filter(reached_parties(actor, Verb.SEE, "party__"))
        if reach is None:
            return self.none()
        return rows if verb in {Verb.SEE, Verb.CREATE} else rows.filter(by_owner(actor, reach)).distinct()

    def open(self) -> Self:
        """Those neither kept nor let go."""
        return self.filter(closure=None)

    def due_by(self, day: object) -> Self:
        """Those due on this day or before."""
        return self.filter(due_date__lte=day)


class Promise(Versioned):
    """What we owe a party, or it owes us, with a day.

    `handed_by` is the colleague who left it to its owner, until the owner takes it, moves it or closes it."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="promises", verbose_name=_("to whom"))
    words = models.TextField(_("what was promised"))
    is_ours = models.BooleanField(_("we promised it"), default=True)
    due_date = models.DateField(_("by when"))
    due_time = models.TimeField(_("at what hour"), null=True, blank=True)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("who keeps it")
    )
    interaction = models.ForeignKey(
        Interaction, models.SET_NULL, null=True, blank=True, related_name="promises", editable=False
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    handed_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("left by"),
        editable=False,
    )
    handed_words = models.TextField(_("what they said"), blank=True, editable=False)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        indexes: ClassVar = [models.Index(fields=["owner", "due_date", "id"], name="promise_by_owner")]

    def __str__(self) -> str:
        return self.words[:80]


class PromiseClosure(Versioned):
    """That a promise was kept, or let go with a word why: who and when."""

    root = "promise"

    promise = models.OneToOneField(Promise, models.CASCADE, related_name="closure")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    is_kept = models.BooleanField(default=True)
    why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("promise")
        indexes: ClassVar = [models.Index(fields=["by", "-at"], name="closed_lately")]


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


class Moment(models.Model):
    """One line of the story, derived from the record it tells of and rebuilt with it; never undone by itself.

    `private_to` is the only user who sees it, where it is private."""

    at = models.DateTimeField()
    channel = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=12)
    record_kind = models.SmallIntegerField()
    record = models.BigIntegerField()
    private_to = models.BigIntegerField(null=True)
    act = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record_kind", "record"], name="one_moment")]


class MomentParty(models.Model):
    """A party whose story a moment is part of: what record pages page through."""

    moment = models.ForeignKey(Moment, models.CASCADE, related_name="parties")
    party = models.BigIntegerField()
    at = models.DateTimeField()
    channel = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["party", "-at", "-id"], name="story_by_party"),
            models.Index(fields=["party", "channel", "-at", "-id"], name="story_by_channel"),
        ]
