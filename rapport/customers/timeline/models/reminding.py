"""What a user wants to be reminded of, and when; nobody else sees it."""

import secrets
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.models import User, Versioned

# Minutes before the hour at which one is reminded without having asked.
BEFORE_MEETING, BEFORE_PROMISE = 15, 0
# The hour of the day at which the morning's mail goes, in the zone of who gets it.
MORNING_HOUR = 7


def new_word() -> str:
    """What makes a Message-ID like no other."""
    return secrets.token_hex(16)


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reminders, each for its user."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor: not even an administrator sees another's."""
        return self.filter(user_id=actor.key)

    def open(self) -> Self:
        """Those not done."""
        return self.filter(done_at=None)


class Reminder(Versioned):
    """That a user wants to think of a record at a moment. `of` is its record type.

    One that comes by itself, as a meeting or a promise has an hour, is no row until it is snoozed or done; then
    `instead_of` is the hour it was about, so that it comes anew where that changes. The record is named without a
    foreign key: nobody's private reminder keeps another from deleting or taking back what it is about."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    of = models.SlugField(max_length=40)
    record = models.BigIntegerField()
    at = models.DateTimeField(_("when"))
    words = models.TextField(_("what to think of"), blank=True)
    instead_of = models.DateTimeField(null=True, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        indexes: ClassVar = [
            models.Index(fields=["user", "at", "id"], name="reminder_by_user", condition=Q(done_at=None))
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "of", "record", "instead_of"], name="one_instead")
        ]

    def __str__(self) -> str:
        return self.words[:80]


class ReminderWish(Versioned):
    """How many minutes before the hour of a meeting and of a promise a user is reminded, and at which hour the mail of
    what the day brings goes; None is never. `by_mail` sends each reminder at its time too."""

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    before_meeting = models.PositiveSmallIntegerField(null=True, default=BEFORE_MEETING)
    before_promise = models.PositiveSmallIntegerField(null=True, default=BEFORE_PROMISE)
    morning_hour = models.PositiveSmallIntegerField(null=True, default=MORNING_HOUR)
    by_mail = models.BooleanField(default=True)

    objects: ClassVar[models.Manager["ReminderWish"]] = models.Manager()

    class Meta:
        verbose_name = _("reminder")


class ReminderMail(models.Model):
    """A mail to a user about one thing: written before it goes and marked once the server has it, so that only the one
    in flight when a worker is killed goes again, and under the same Message-ID, which its `word` makes.

    It is no record, and says nothing of whom it is about; `user` is no foreign key, so that it hinders nobody."""

    user = models.BigIntegerField()
    about = models.CharField(max_length=100)
    word = models.CharField(max_length=32, default=new_word)
    at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    refusal = models.TextField(blank=True)

    objects: ClassVar[models.Manager["ReminderMail"]] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "about"], name="one_mail_about_each")
        ]

    def __str__(self) -> str:
        return self.about
