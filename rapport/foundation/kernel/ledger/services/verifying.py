"""Whether the chain of seals still says what was sealed: every edit, deletion, reordering and truncation is placed."""

from collections.abc import Iterable, Iterator

from django.db import DatabaseError
from msgspec import Struct

from rapport.foundation.kernel.ledger.models import Act, Change, Seal, Unsealed
from rapport.foundation.kernel.ledger.services.sealing import act_digest, next_head

EDITED, REMOVED, MOVED, ADDED = "edited", "removed", "moved", "added"
ROLLED_BACK, REWRITTEN = "rolled back", "rewritten"


class Head(Struct, frozen=True):
    """How long the chain was at some time, and its last link. Whoever has one elsewhere can prove a rollback."""

    rev: int = 0
    head: bytes = b""

    def __str__(self) -> str:
        """Short enough to be written down: the public number and the first 64 bits."""
        return f"{self.rev}-{self.head[:8].hex()}"


class Tampering(Struct, frozen=True):
    """Something was done to the ledger past Rapport: what kind, and where."""

    kind: str
    rev: int | None
    act: int | None
    words: str


def head_now() -> Head:
    """The end of the chain."""
    last = Seal.objects.order_by("-rev").first()
    return Head(last.rev, bytes(last.head)) if last else Head()


def verify(since: Head, most: int) -> tuple[Head, list[Tampering]]:
    """Recompute up to `most` links after `since`; answers how far it came and what does not agree there."""
    seals = list(Seal.objects.filter(rev__gt=since.rev).order_by("rev")[:most])
    found: list[Tampering] = []
    before: bytes | None = since.head
    rev = since.rev
    for seal in seals:
        if seal.rev != rev + 1:
            found.append(Tampering(REMOVED, rev + 1, None, f"numbers {rev + 1} to {seal.rev - 1} are gone"))
            before = None
        found += _link(seal, before)
        rev, before = seal.rev, bytes(seal.head)
    return (Head(rev, before or b"") if seals else since), found


def _link(seal: Seal, before: bytes | None) -> Iterator[Tampering]:
    """What is wrong with one link; `before` is None where the link before is missing."""
    mine = _digest_of(seal.act_id)
    if mine is None:
        yield Tampering(REMOVED, seal.rev, seal.act_id, "its act is gone, or can no longer be read")
    elif mine != bytes(seal.digest):
        other = Seal.objects.filter(digest=mine).exclude(rev=seal.rev).first()
        if other is not None:
            yield Tampering(MOVED, seal.rev, seal.act_id, f"it stood at number {other.rev}")
        else:
            yield Tampering(EDITED, seal.rev, seal.act_id, "the act or a change of it is not what was sealed")
    # Nothing forgets yet: values that claim to have been forgotten hide an edit.
    elif Change.objects.filter(act_id=seal.act_id, was__isnull=False).exists():
        yield Tampering(
            EDITED, seal.rev, seal.act_id, "a change says that it was forgotten, and no act says so"
        )
    if before is not None and next_head(before, seal.rev, bytes(seal.digest)) != bytes(seal.head):
        yield Tampering(EDITED, seal.rev, seal.act_id, "the seal itself does not follow from the one before")


def _digest_of(act: int) -> bytes | None:
    try:
        return act_digest(Act.objects.get(pk=act))
    except (Act.DoesNotExist, DatabaseError, ValueError, TypeError):
        return None


def strays() -> list[Tampering]:
    """What belongs to no sealed act: acts that were put in or whose seal is gone, and changes of no act."""
    sealed, waiting = Seal.objects.values("act"), Unsealed.objects.values("act")
    acts = Act.objects.exclude(pk__in=sealed).exclude(pk__in=waiting).order_by("pk")
    found = [
        Tampering(ADDED, None, act, "an act that no seal knows") for act in acts.values_list("pk", flat=True)
    ]
    changes = (
        Change.objects.exclude(act__in=Act.objects.all()).order_by("pk").values_list("act_id", flat=True)
    )
    return found + [Tampering(ADDED, None, act, "a change of an act that is not there") for act in changes]


def compare(anchors: Iterable[Head]) -> list[Tampering]:
    """Whether the chain still passes through heads that were noted elsewhere; says the first that it does not."""
    newest = head_now().rev
    agreed = 0
    for anchor in sorted(anchors, key=lambda one: one.rev):
        seal = Seal.objects.filter(rev=anchor.rev).first()
        if anchor.rev > newest:
            words = f"number {anchor.rev} was there; the last is now {newest}"
            return [Tampering(ROLLED_BACK, newest + 1, None, words)]
        if seal is None or not bytes(seal.head).startswith(anchor.head):
            words = f"what was sealed after number {agreed} is not what is there now"
            return [Tampering(REWRITTEN, agreed + 1, None, words)]
        agreed = anchor.rev
    return []
