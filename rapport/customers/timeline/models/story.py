"""The story: what records tell, line by line."""

from typing import ClassVar

from django.db import models


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
