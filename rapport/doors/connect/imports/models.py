"""What an import stands on while it runs and afterwards: staging, no records."""

import json
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.foundation.kernel.actors.models import User


class Import(models.Model):
    """One file that somebody brings in. `line` is how far matching came; the long act knows how far writing came.
    Once the time to take it back is over, `line` is how far its rows were cleared, and then `path` is empty.

    Whoever happenings name and nobody knows is added where `adds_unknown` says so.
    `mark` is the highest key of a party when writing began: what the import itself made is no candidate to match."""

    class Kind(models.TextChoices):
        """How the file is written."""

        CSV = "csv", _("Table")
        VCARD = "vcard", _("vCards")

    class Holds(models.TextChoices):
        """What the rows of a table tell."""

        PARTIES = "parties", _("People and organisations")
        HISTORY = "history", _("What happened")

    class State(models.TextChoices):
        """How far it came. Whether it was undone is the ledger's to say."""

        READ = "read", _("Columns to match")
        MATCHING = "matching", _("Being looked over")
        MATCHED = "matched", _("Ready to bring in")
        RUNNING = "running", _("Being brought in")
        FINISHED = "finished", _("Brought in")
        STOPPED = "stopped", _("Stopped")

    user = models.ForeignKey(User, models.DO_NOTHING, db_constraint=False, related_name="+")
    name = models.TextField()
    path = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    holds = models.CharField(max_length=8, choices=Holds, default=Holds.PARTIES)
    adds_unknown = models.BooleanField(default=True)
    dialect = models.JSONField(default=dict)
    mapping = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State, default=State.READ)
    line = models.BigIntegerField(default=0)
    mark = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    long_act = models.BigIntegerField(null=True, unique=True)
    held_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "digest"], name="import_by_file"),
            models.Index(fields=["state", "id"], name="import_by_state"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_cleared(self) -> bool:
        """True when what its rows said is no longer kept."""
        return not self.path


def as_shown(value: str) -> str:
    """A value of a file as a page can show it: without NUL, without halves of characters."""
    return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


class Verdict(models.TextChoices):
    """What a row comes to."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    DUPLICATE = "duplicate", _("Duplicate")
    REJECTED = "rejected", _("Rejected")


class ImportRow(models.Model):
    """A row of a file: what it says, what came of it, and the party or interaction it became (`record`).

    `candidate` is the party of another name that a new row may mean all the same; `is_same` that somebody said so.
    `identity` tells rows of one file apart; `fingerprint` recognises the same row in a later file. Both are digests."""

    imported = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False)
    line = models.BigIntegerField()
    raw = models.TextField(blank=True)
    identity = models.CharField(max_length=34)
    fingerprint = models.CharField(max_length=32)
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.TextField(blank=True)
    record = models.BigIntegerField(null=True)
    candidate = models.BigIntegerField(null=True)
    is_same = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["imported", "identity"], name="row_by_identity"),
            models.Index(fields=["fingerprint"], name="row_by_fingerprint"),
            models.Index(fields=["record"], name="row_by_record", condition=models.Q(record__isnull=False)),
            models.Index(fields=["imported", "verdict", "line"], name="row_by_verdict"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["imported", "line"], name="one_row_per_line")
        ]

    @property
    def said(self) -> str:
        """What the row says, in one line."""
        try:
            values = json.loads(self.raw)
        except ValueError:
            return self.raw[:200]
        words = values if isinstance(values, list) else [self.raw]
        return ", ".join(str(value) for value in words if str(value).strip())[:200]
