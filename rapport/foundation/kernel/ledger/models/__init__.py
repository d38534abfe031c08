"""The ledger's tables. An act is written once, at its close, and never edited."""

from typing import ClassVar

from django.db import models

from rapport.foundation.kernel.ledger.models.among import Among

__all__ = ["Act", "Among", "Change", "Counter", "Kind", "LongAct", "Parked", "Reader", "Seal", "Unsealed"]


class Kind(models.Model):
    """A table of records, numbered once and for ever."""

    id = models.SmallAutoField(primary_key=True)
    label = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.label


class Counter(models.Model):
    """Where SQLite keeps the numbers that PostgreSQL takes from sequences."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)


class Act(models.Model):
    """One thing somebody did. Keys only: no names, no addresses."""

    id = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField(unique=True)
    verb = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=12)
    actor = models.BigIntegerField(null=True)
    source_kind = models.CharField(max_length=12)
    source = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 - many acts have no key
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    part_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["actor", "-id"], name="act_by_actor")]

    def __str__(self) -> str:
        return f"{self.verb} #{self.pk}"


class Change(models.Model):
    """What an act did to one record: only the fields it changed, before and after, as canonical text."""

    id = models.BigAutoField(primary_key=True)
    act = models.ForeignKey(Act, models.DO_NOTHING, related_name="changes")
    kind = models.SmallIntegerField()
    record = models.BigIntegerField()
    root_kind = models.SmallIntegerField()
    root = models.BigIntegerField()
    op = models.CharField(max_length=1)
    version = models.IntegerField()
    before = models.TextField()
    after = models.TextField()
    salt = models.BinaryField(max_length=16)
    was = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "record", "id"], name="change_by_record"),
            models.Index(fields=["root_kind", "root", "id"], name="change_by_root"),
        ]


class LongAct(models.Model):
    """The state of an act in many parts: how far it came, so that a killed one resumes."""

    act = models.OneToOneField(Act, models.DO_NOTHING, primary_key=True, related_name="long")
    state = models.CharField(max_length=12, default="running")
    checkpoint = models.BigIntegerField(default=0)


class Unsealed(models.Model):
    """An act that waits for the sealer; its row goes when it has its `rev`."""

    seq = models.BigIntegerField(primary_key=True)
    act = models.OneToOneField(Act, models.DO_NOTHING, related_name="+")


class Seal(models.Model):
    """An act's public number and its place in the chain: head = sha256(previous head, rev, digest)."""

    rev = models.BigIntegerField(primary_key=True)
    act = models.OneToOneField(Act, models.DO_NOTHING, related_name="seal")
    digest = models.BinaryField(max_length=32)
    head = models.BinaryField(max_length=32)


class Reader(models.Model):
    """How far a subscriber has read the feed of acts."""

    subscriber = models.CharField(max_length=80, primary_key=True)
    rev = models.BigIntegerField(default=0)


class Parked(models.Model):
    """A delivery that failed, or waits behind one that failed on the same record."""

    subscriber = models.CharField(max_length=80)
    kind = models.SmallIntegerField()
    record = models.BigIntegerField()
    rev = models.BigIntegerField()
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subscriber", "rev"], name="parked_once")]
        indexes: ClassVar = [models.Index(fields=["subscriber", "due_at"], name="parked_due")]
