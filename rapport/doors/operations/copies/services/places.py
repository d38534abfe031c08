"""What can be done with places: add one, try it, pause it, remove it. What its owner alone knows stays in the home."""

import io
import json
import os
import secrets
import time
from datetime import datetime
from pathlib import Path

import pyrage
from django.utils.translation import gettext as _
from msgspec import Struct, field

from rapport.doors.operations.copies.models import Place
from rapport.doors.operations.copies.queries import SECRETS, secret_file, secret_of
from rapport.doors.operations.copies.rules import Address, address_of
from rapport.doors.operations.copies.services.keys import CopyRefused, key_of
from rapport.doors.operations.copies.services.stores import Missing, PlaceAway, Store, open_store
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.ledger.rules import Source
from rapport.foundation.kernel.ledger.services import act

MARKER, SETTINGS = "rapport-place.json", "settings.age"


class NewPlace(Struct, frozen=True):
    """A place as it is described: `secret` has `user` and `password`, or `private_key`, as its kind needs."""

    name: str
    address: str
    secret: dict[str, str] = field(default_factory=dict)


def add_place(
    home: Path, new: NewPlace, *, actor: Actor, source: Source, at: datetime, key: str | None = None
) -> tuple[Place, str]:
    """Have copies made there from now on; answers the recovery key too if it was made by this.

    It is tried first, and marked as ours. Raises CopyRefused with what is wrong with it."""
    address, secret = parsed(new.address), {name: text for name, text in new.secret.items() if text}
    if Place.objects.filter(address=new.address.strip()).exists():
        raise CopyRefused(_("Copies are made there already."))
    if Place.objects.filter(name=new.name.strip()).exists():
        raise CopyRefused(_("There is a place of this name."))
    if address.kind == "folder" and Path(address.path).parent.is_dir():
        _make_folder(Path(address.path))
    mine, is_new = key_of(home)
    store = open_store(address, secret)
    try:
        _mark(store, mine.to_public(), at)
        _write_and_read(store)
    finally:
        store.close()
    with act("place.added", actor=actor, source=source, at=at, key=key) as writer:
        place = writer.create(Place(name=new.name.strip(), address=new.address.strip()))
        _keep_secret(home, place.pk, secret)
    return place, str(mine) if is_new else ""


def parsed(address: str) -> Address:
    """What an address says. Raises CopyRefused with what is wrong with it."""
    try:
        return address_of(address)
    except ValueError as reason:
        raise CopyRefused(str(reason)) from None


def try_place(home: Path, place: Place) -> float:
    """Write, read back and delete something there; answers the seconds it took. Raises PlaceAway."""
    begun = time.monotonic()
    store = open_store(address_of(place.address), secret_of(home, place.pk))
    try:
        check_marker(store, key_of(home)[0].to_public())
        _write_and_read(store)
    finally:
        store.close()
    return time.monotonic() - begun


def pause_place(place: Place, *, is_paused: bool, actor: Actor, source: Source, at: datetime) -> int:
    """Make no copies there for now, or go on; answers the act. What is missed is made up for afterwards."""
    with act("place.paused" if is_paused else "place.resumed", actor=actor, source=source, at=at) as writer:
        writer.update(place, is_paused=is_paused)
    return writer.id


def remove_place(place: Place, *, actor: Actor, source: Source, at: datetime) -> int:
    """Make no copies there any more; answers the act. What is there stays, and so does what opens the place, so that
    this can be taken back."""
    with act("place.removed", actor=actor, source=source, at=at) as writer:
        writer.delete(place)
    return writer.id


def check_marker(store: Store, recipient: pyrage.x25519.Recipient) -> None:
    """Make sure that this is our place, and not the empty folder on which its disk is mounted. Raises PlaceAway."""
    said = io.BytesIO()
    try:
        store.get(MARKER, said)
    except Missing:
        raise PlaceAway(
            f"The mark that Rapport left there ({MARKER}) is gone. Is the disk plugged in, the share mounted?"
        ) from None
    if recipient_in(said.getvalue()) != str(recipient):
        raise PlaceAway(
            "It holds the copies of another Rapport, made with another key. Choose another folder."
        )


def recipient_in(marker: bytes) -> str:
    """For whom the copies there are encrypted; "" when the mark says nothing that can be read."""
    try:
        return str(json.loads(marker)["recipient"])
    except (ValueError, KeyError, TypeError):
        return ""


def _mark(store: Store, recipient: pyrage.x25519.Recipient, at: datetime) -> None:
    try:
        store.get(MARKER, io.BytesIO())
    except Missing:
        said = {"format": 1, "recipient": str(recipient), "since": at.isoformat(), "what": WHAT}
        store.put(MARKER, io.BytesIO(json.dumps(said, indent=1).encode()))
    check_marker(store, recipient)


WHAT = "Copies of a Rapport, encrypted with age. The way back: rapport restore --from PLACE --key FILE"


def _write_and_read(store: Store) -> None:
    name, content, back = f"trial-{secrets.token_hex(4)}", secrets.token_bytes(4096), io.BytesIO()
    store.put(name, io.BytesIO(content))
    store.get(name, back)
    store.delete(name)
    if back.getvalue() != content:
        raise PlaceAway(_("What was written there came back otherwise: it cannot be trusted."))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise PlaceAway(f"{folder}: {error.strerror or error}") from None


def _keep_secret(home: Path, key: int, secret: dict[str, str]) -> None:
    (home / SECRETS).mkdir(exist_ok=True, mode=0o700)
    path = secret_file(home, key)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(secret, file)
