"""The worker's part: heads of the chain are noted outside the database, and once a day the chain is verified."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from msgspec.structs import replace

from rapport.doors.operations.health.queries.seal import ANCHORS, STATE, Proof, anchors, proofs
from rapport.doors.operations.health.services.keeping import write_whole
from rapport.foundation.kernel.ledger.services.verifying import compare, head_now, strays, verify

EVERY = timedelta(hours=24)
ANCHOR_EVERY = timedelta(seconds=10)
# As many acts as are hashed in about a tenth of a second.
PIECE = 300
MOST_ANCHORS, MOST_SHOWN = 2_000, 50
_next = {"anchor": datetime.min.replace(tzinfo=UTC)}


def anchor_now_and_then(at: datetime) -> int:
    """Note the head every ten seconds in which there was work."""
    # A clock that was set back must not make us wait for it.
    if timedelta(0) < _next["anchor"] - at <= ANCHOR_EVERY:
        return 0
    _next["anchor"] = at + ANCHOR_EVERY
    return anchor(Path(settings.HOME), at)


def anchor(home: Path, at: datetime) -> int:
    """Append the head to a file beside the database, on the disk before this returns. One that is there already, or a
    chain that no longer passes through the last, is not noted: that is for `verify` to say."""
    known, head = anchors(home), head_now()
    if not head.rev or (known and known[-1].rev >= head.rev) or compare(known[-1:]):
        return 0
    if len(known) >= MOST_ANCHORS:
        # Each vouches for all before it; old ones only help to place what was rewritten.
        thinned = [*known[: -MOST_ANCHORS // 2 : 4], *known[-MOST_ANCHORS // 2 :]]
        write_whole(home / ANCHORS, "".join(f"{one.rev} {one.head.hex()}\n" for one in thinned))
    with open(os.open(home / ANCHORS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.write(f"{head.rev} {head.head.hex()} {at.isoformat()}\n")
        file.flush()
        os.fsync(file.fileno())
    return 1


def prove_some(at: datetime) -> int:
    """Once a day verify the chain, a piece at each call; a pass that was broken off goes on where it was."""
    home = Path(settings.HOME)
    known = proofs(home)
    last = known.last.begun_at if known.last else None
    if known.now is None and last is not None and timedelta(0) <= at - last < EVERY:
        return 0
    _keep(home, prove(home, known.now or Proof(begun_at=at), at, most=PIECE), known.last)
    return 1


def prove(home: Path, proof: Proof, at: datetime, *, most: int) -> Proof:
    """Verify up to `most` acts more; the last piece also looks for strays, and compares the heads that were noted."""
    reached, found = verify(proof.reached, most)
    if reached.rev == proof.reached.rev:
        found += [*compare(anchors(home)), *strays()]
        proof = replace(proof, done_at=at)
    return replace(proof, reached=reached, found=(*proof.found, *found)[:MOST_SHOWN])


def prove_all(home: Path, at: datetime) -> Proof:
    """The whole chain at once, kept as the last pass; for whoever asks."""
    proof = Proof(begun_at=at)
    while proof.done_at is None:
        proof = prove(home, proof, at, most=PIECE)
    _keep(home, proof, None)
    return proof


def _keep(home: Path, proof: Proof, last: Proof | None) -> None:
    now, last = (None, proof) if proof.done_at else (proof, last)
    kept = {"now": now and now.plain(), "last": last and last.plain()}
    write_whole(home / STATE, json.dumps(kept))
