"""The search index: one document per record, rebuilt in the transaction that changed it."""

from typing import ClassVar

from django.db import models


class Document(models.Model):
    """What a record is found by. Its key grows with every rebuild, so that its order is that of the latest change.

    Derived from the record: no record itself, and never undone but rebuilt."""

    record_type = models.SlugField(max_length=40, db_index=False)
    record = models.BigIntegerField()
    title = models.TextField()
    subtitle = models.TextField(blank=True)
    owner_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    department_id = models.BigIntegerField(null=True)
    words = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record_type", "record"], name="one_document_per_record")
        ]

    def __str__(self) -> str:
        return self.title


class Stirred(models.Model):
    """Words that came into documents or went out of them, parted by spaces, until the worker has looked at them."""

    objects: ClassVar[models.Manager["Stirred"]] = models.Manager()

    came = models.TextField(blank=True)
    went = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.came or self.went


class Standing(models.Model):
    """One row: by which format the index is made, and how far the worker is in making it anew."""

    objects: ClassVar[models.Manager["Standing"]] = models.Manager()

    format = models.PositiveIntegerField(default=0)
    record_type = models.CharField(max_length=40, blank=True)
    after = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_search_standing")]

    def __str__(self) -> str:
        return str(self.format)
