"""The sealer: gives committed acts their public number and chains their digests, so that no edit goes unseen."""

from datetime import datetime

from django.db import IntegrityError, transaction

from rapport.foundation.kernel.ledger.models import Act, Change, Seal, Unsealed
from rapport.foundation.kernel.ledger.rules import digest

BATCH = 500


# What a change's digest covers, in its order.
_SAID = ("salt", "kind", "record", "root_kind", "root", "op", "version", "before", "after")


def change_digest(salt: bytes | memoryview, *said: str | int) -> bytes:
    """SHA-256 over everything a change says, after its salt."""
    return digest(bytes(salt), *said)


def act_digest(act: Act) -> bytes:
    """SHA-256 over everything an act says and the digests of its changes; a forgotten change has its old one."""
    # As values: a part of an import has ten thousand changes, and a model's object costs more than the digest.
    changes = Change.objects.filter(act_id=act.pk).order_by("id").values_list("was", *_SAID)
    return digest(
        *(act.pk, act.seq, act.verb, act.actor_kind, act.actor, act.source_kind, act.source),
        *(_utc(act.at), act.key, act.undoes_id, act.part_of_id),
        *(
            bytes(was) if was is not None else change_digest(*said)
            for was, *said in changes.iterator(chunk_size=2_000)
        ),
    )


def _utc(at: datetime) -> str:
    return at.isoformat()


def next_head(previous: bytes, rev: int, act: bytes) -> bytes:
    """The chain: head = sha256(previous head, rev, digest)."""
    return digest(previous, rev, act)


def seal() -> int:
    """Seal what is committed, in order of `seq`; returns how many acts.

    Hashes outside the write transaction and appends in a short one. Two sealers cannot both append: the number
    of a seal is its key, and the one who comes second starts again."""
    sealed = 0
    while True:
        waiting = list(Unsealed.objects.order_by("seq").values_list("seq", "act_id")[:BATCH])
        if not waiting:
            return sealed
        acts = Act.objects.in_bulk([act for _, act in waiting])
        digests = [act_digest(acts[act]) for _, act in waiting]
        try:
            _append(waiting, digests)
        except IntegrityError:
            continue
        sealed += len(waiting)


def _append(waiting: list[tuple[int, int]], digests: list[bytes]) -> None:
    with transaction.atomic():
        last = Seal.objects.order_by("-rev").first()
        rev, head = (last.rev, bytes(last.head)) if last else (0, b"")
        seals = []
        for (_, act), one in zip(waiting, digests, strict=True):
            rev += 1
            head = next_head(head, rev, one)
            seals.append(Seal(rev=rev, act_id=act, digest=one, head=head))
        Seal.objects.bulk_create(seals)
        Unsealed.objects.filter(seq__in=[seq for seq, _ in waiting]).delete()
