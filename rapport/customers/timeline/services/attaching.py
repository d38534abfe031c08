"""Files of interactions and notes: kept by what they hold, taken off, and swept once nothing can bring them back."""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import asdict

from rapport.customers.timeline.models import (
    Attached,
    Interaction,
    InteractionFile,
    LooseFile,
    Note,
    NoteFile,
)
from rapport.customers.timeline.rules.files import (
    ENDINGS,
    HEAD,
    LARGEST,
    ending_of,
    kept_name,
    media_type,
    names_inside,
)
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.ledger.rules import Refused, Source
from rapport.foundation.kernel.ledger.services import Touched, Writer, act
from rapport.foundation.kernel.records.services import NotAllowed


class WrongFile(Refused):
    """A file that is too large, empty, of a kind that is not kept, or not what its name says."""


class Upload(Struct, frozen=True):
    """A file as it came: its name and its content."""

    name: str
    stream: BinaryIO


class Stored(Struct, frozen=True):
    """A file that lies in the home and that no record names yet."""

    name: str
    media: str
    size: int
    stored: str


def path_of(stored: str) -> Path:
    """Where a stored file lies."""
    return Path(settings.FILES) / stored


def attach(
    record: Interaction | Note,
    uploads: Sequence[Upload],
    *,
    actor: Actor,
    source: Source,
    at: datetime,
    key: str | None = None,
) -> int:
    """Attach files to what was said or noted; returns the act. Raises NotAllowed, WrongFile, AlreadyDone."""
    _may_change(record, actor)
    with (
        storing(uploads, at) as stored,
        act("file.attached", actor=actor, source=source, at=at, key=key) as writer,
    ):
        name_files(writer, record, stored, actor, at)
    return writer.id


def detach(file: Attached, *, actor: Actor, source: Source, at: datetime, key: str | None = None) -> int:
    """Take a file off; returns the act. It lies in the home until that can no longer be undone.

    Raises NotAllowed, AlreadyDone."""
    whole = getattr(file, file.root)
    _may_change(whole, actor)
    with act("file.removed", actor=actor, source=source, at=at, key=key) as writer:
        writer.delete(file)
    return writer.id


def _may_change(record: Interaction | Note, actor: Actor) -> None:
    if not type(record).objects.visible_to(actor, Verb.EDIT).filter(pk=record.pk).exists():
        raise NotAllowed(_("Only who wrote this, or an administrator, may change its files."))


@contextmanager
def storing(uploads: Sequence[Upload], at: datetime) -> Iterator[list[Stored]]:
    """Store the files for as long as all goes well: after a refusal or a failure none of them is left."""
    kept: list[Stored] = []
    names: list[str] = []
    try:
        # All are looked at before the first is stored.
        for upload, (media, size) in zip(uploads, [_looked_at(one) for one in uploads], strict=True):
            names.append(_new_name())
            # Known to be loose before it lies there: should the machine stop here, the sweep finds it.
            LooseFile.objects.create(stored=names[-1], at=at)
            _store(upload, names[-1])
            kept.append(Stored(kept_name(upload.name), media, size, names[-1]))
        yield kept
    except BaseException:
        for name in names:
            path_of(name).unlink(missing_ok=True)
        raise


def _new_name() -> str:
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"


def _looked_at(upload: Upload) -> tuple[str, int]:
    """The media type and the size of what came. Raises WrongFile."""
    size = upload.stream.seek(0, SEEK_END)
    upload.stream.seek(0)
    if not size:
        raise WrongFile(_("“%(name)s” is empty.") % {"name": upload.name})
    if size > LARGEST:
        words = _("“%(name)s” is larger than %(limit)s MB.")
        raise WrongFile(words % {"name": upload.name, "limit": LARGEST // 2**20})
    head = upload.stream.read(HEAD)
    inside = names_inside(upload.stream) if head.startswith(b"PK") else []
    upload.stream.seek(0)
    if media := media_type(upload.name, head, inside):
        return media, size
    if ending_of(upload.name) in ENDINGS:
        raise WrongFile(
            _("“%(name)s” does not hold what its name says. It was not kept.") % {"name": upload.name}
        )
    raise WrongFile(
        _("“%(name)s” is of a kind that is not kept here. These are: %(kinds)s.")
        % {"name": upload.name, "kinds": ", ".join(ENDINGS)}
    )


def _store(upload: Upload, stored: str) -> None:
    path = path_of(stored)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("xb") as file:
        shutil.copyfileobj(upload.stream, file)


def name_files(
    writer: Writer, record: Interaction | Note, files: Sequence[Stored], actor: Actor, at: datetime
) -> None:
    """Write down, within an act, that these files belong to a record."""
    for one in files:
        values = asdict(one) | {"owner_id": actor.key, "at": at}
        if isinstance(record, Interaction):
            writer.create(InteractionFile(interaction=record, **values))
        else:
            writer.create(NoteFile(note=record, **values))


def follow_files(touched: Touched) -> None:
    """Keep true which stored files no record names: the projection of what came and went."""
    for model in (InteractionFile, NoteFile):
        if gone := touched.lost(model):
            names = [str(values["stored"]) for values in gone.values()]
            LooseFile.objects.bulk_create([LooseFile(stored=name, at=touched.at) for name in names])
        if fresh := touched.fresh(model):
            named = model._base_manager.filter(pk__in=fresh).values("stored")
            LooseFile.objects.filter(stored__in=named).delete()


def sweep_files(at: datetime) -> int:
    """Remove the file that has been loose longest, once its record can no longer be brought back; how many it was.

    The worker calls this again and again."""
    over = at - timedelta(days=settings.UNDO_DAYS)
    loose = LooseFile.objects.filter(at__lt=over).order_by("at", "pk").first()
    if loose is None:
        return 0
    # First the file: should the worker be killed here, the row still says that this is left to do.
    path_of(loose.stored).unlink(missing_ok=True)
    loose.delete()
    return 1
