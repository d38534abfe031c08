"""What one contact of a foreign file says, in our words: the common result of every reader."""

from typing import Literal

from msgspec import Struct

Kind = Literal["person", "organisation"]


class Point(Struct, frozen=True):
    """A way to reach somebody: an e-mail address, a phone number, a link or a name in a messaging service.

    `label` is work, home, mobile, fax, work fax, home fax, pager, assistant, main, other, or the person's own word;
    for messaging it is the service. `value` is as the file writes it.
    """

    label: str
    value: str
    preferred: bool = False


class Address(Struct, frozen=True):
    """A postal address in the seven parts of RFC 6350, section 6.3.1; `formatted` is its text as on an envelope."""

    label: str
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    po_box: str = ""
    extended: str = ""
    formatted: str = ""


class Day(Struct, frozen=True):
    """A day that comes back every year: birthday, anniversary, or the person's own word; the year may be unknown."""

    label: str
    year: int | None
    month: int
    day: int


class Relative(Struct, frozen=True):
    """Somebody named in the card: spouse, manager, assistant, or the person's own word."""

    label: str
    name: str


class Card(Struct, frozen=True):
    """One contact. Nothing in it is invented: what the file does not say is empty.

    `name` is the full name as the person writes it; it may be empty when there is an e-mail or a phone. For an
    organisation, `name` and `organisation` are the same. `custom` holds (header, value) of columns without a home;
    `also` holds what the file says and we do not model, and our own remarks about the reading; `raw` is the vCard as it
    came. `owner`, `stage` and `parent` are as the file says, unresolved. `photo_type` is a media type (image/jpeg).
    """

    kind: Kind = "person"
    name: str = ""
    native_name: str = ""
    call_me: str = ""
    organisation: str = ""
    job_title: str = ""
    department: str = ""
    emails: tuple[Point, ...] = ()
    phones: tuple[Point, ...] = ()
    links: tuple[Point, ...] = ()
    messaging: tuple[Point, ...] = ()
    addresses: tuple[Address, ...] = ()
    days: tuple[Day, ...] = ()
    relatives: tuple[Relative, ...] = ()
    notes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    external_id: str = ""
    custom: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    raw: str = ""
    photo: bytes = b""
    photo_type: str = ""
    owner: str = ""
    stage: str = ""
    parent: str = ""

    @property
    def is_somebody(self) -> bool:
        """Whether the card can become a record: it has a name, an organisation, an e-mail or a phone."""
        return bool(self.name or self.organisation or self.emails or self.phones)
