"""What we owe a party, or it owes us."""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.people.models import Party, reached_parties
from rapport.customers.timeline.models.reach import by_owner
from rapport.customers.timeline.models.said import Interaction
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import User, Versioned


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
        return self.filter(is_open=True)

    def due_by(self, day: object) -> Self:
        """Those due on this day or before."""
        return self.filter(due_date__lte=day)


class Promise(Versioned):
    """What we owe a party, or it owes us, with a day.

    `handed_by` is the colleague who left it to its owner, until the owner takes it, moves it or closes it. `is_open`
    follows from its closure: those that are open are few among many, and asked for on every page."""

    derived = frozenset({"is_open"})

    party = models.ForeignKey(Party, models.CASCADE, related_name="promises", verbose_name=_("to whom"))
    words = models.TextField(_("what was promised"))
    is_ours = models.BooleanField(_("we promised it"), default=True)
    due_date = models.DateField(_("by when"))
    due_time = models.TimeField(_("at what hour"), null=True, blank=True)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("who keeps it"), db_index=False
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
    is_open = models.BooleanField(default=True, editable=False)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        indexes: ClassVar = [
            models.Index(fields=["owner", "due_date", "id"], name="promise_by_owner"),
            models.Index(
                fields=["owner", "due_date", "id"],
                name="open_promise_by_owner",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["owner", "due_date", "id"],
                name="open_promise_handed",
                condition=models.Q(is_open=True, handed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.words[:80]


class PromiseClosure(Versioned):
    """That a promise was kept, or let go with a word why: who and when."""

    root = "promise"

    promise = models.OneToOneField(Promise, models.CASCADE, related_name="closure")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    is_kept = models.BooleanField(default=True)
    why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("promise")
        indexes: ClassVar = [models.Index(fields=["by", "-at"], name="closed_lately")]
