"""What each vCard property means to us: the properties of one card gathered into a `Card`."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from msgspec.structs import replace

from rapport.doors.connect.imports.rules.card import Address, Card, Day, Kind, Point, Relative
from rapport.doors.connect.imports.rules.days import UnclearDay, read_day
from rapport.doors.connect.imports.rules.labels import label_of
from rapport.doors.connect.imports.rules.properties import Property

_EVOLUTION = re.compile(r"^X-(?:EVOLUTION|MS|KADDRESSBOOK-X)-")
_MESSAGING = {
    "X-AIM": "AIM",
    "X-ICQ": "ICQ",
    "X-MSN": "MSN",
    "X-YAHOO": "Yahoo",
    "X-JABBER": "Jabber",
    "X-SKYPE": "Skype",
    "X-SKYPE-USERNAME": "Skype",
    "X-GOOGLE-TALK": "Google Talk",
    "X-GTALK": "Google Talk",
    "X-QQ": "QQ",
    "X-GADUGADU": "Gadu-Gadu",
    "X-GROUPWISE": "GroupWise",
    "X-MATRIX": "Matrix",
    "X-TELEGRAM": "Telegram",
    "X-TWITTER": "Twitter",
    "X-MS-IMADDRESS": "other",
}
# After the prefix of the program is taken off; KAddressBook writes the names in the genitive.
_RELATIVES = {
    "X-SPOUSE": "spouse",
    "X-MANAGER": "manager",
    "X-ASSISTANT": "assistant",
    "X-CHILD": "child",
    "X-SPOUSESNAME": "spouse",
    "X-MANAGERSNAME": "manager",
    "X-ASSISTANTSNAME": "assistant",
}
_DAYS = {"BDAY": "birthday", "ANNIVERSARY": "anniversary", "X-ANNIVERSARY": "anniversary"}
_SILENT = {"VERSION", "X-ABLABEL", "KIND", "X-ABSHOWAS", "X-ADDRESSBOOKSERVER-KIND", "BEGIN", "END"}
_PHOTO_STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


class Draft:
    """A card while its properties are read; each property either finds its place or is kept in `also`."""

    def __init__(self, properties: Sequence[Property]) -> None:
        self._properties = properties
        self._own_labels = {
            prop.group: prop.text for prop in properties if prop.group and prop.name == "X-ABLABEL"
        }
        self._one: dict[str, str] = {}
        self._emails: list[Point] = []
        self._phones: list[Point] = []
        self._links: list[Point] = []
        self._messaging: list[Point] = []
        self._addresses: list[Address] = []
        self._days: list[Day] = []
        self._relatives: list[Relative] = []
        self._notes: list[str] = []
        self._tags: list[str] = []
        self._also: list[tuple[str, str]] = []
        self._parted_name = ""
        self._photo = b""
        self._photo_type = ""

    def card(self, *, raw: str, remarks: Sequence[tuple[str, str]]) -> Card:
        """Read all properties and give the card; `remarks` join what is 'also in the card'."""
        for prop in self._properties:
            if prop.name not in _SILENT:
                self._reader(prop)(prop)
        self._match_labels()
        name, organisation, kind = self._who()
        return Card(
            kind=kind,
            name=name,
            native_name=self._one.get("native_name", ""),
            call_me=self._one.get("call_me", ""),
            organisation=organisation,
            job_title=self._one.get("job_title", ""),
            department=self._one.get("department", ""),
            emails=tuple(self._emails),
            phones=tuple(self._phones),
            links=tuple(self._links),
            messaging=tuple(self._messaging),
            addresses=tuple(self._addresses),
            days=tuple(self._days),
            relatives=tuple(self._relatives),
            notes=tuple(self._notes),
            tags=tuple(dict.fromkeys(self._tags)),
            language=self._one.get("language", ""),
            external_id=self._one.get("external_id", ""),
            also=(*self._also, *remarks),
            raw=raw,
            photo=self._photo,
            photo_type=self._photo_type,
        )

    def _reader(self, prop: Property) -> Callable[[Property], None]:
        name = _EVOLUTION.sub("X-", prop.name)
        if prop.name in _MESSAGING or prop.name == "IMPP":
            return self._read_messaging
        if name in _RELATIVES or prop.name in {"RELATED", "X-ABRELATEDNAMES"}:
            return self._read_relative
        if name in _DAYS or prop.name == "X-ABDATE":
            return self._read_day
        readers: dict[str, Callable[[Property], None]] = {
            "FN": self._read_name,
            "N": self._read_parted_name,
            "NICKNAME": self._read_nickname,
            "ORG": self._read_organisation,
            "TITLE": lambda prop: self._keep_one("job_title", prop),
            "LANG": self._read_language,
            "UID": lambda prop: self._keep_one("external_id", prop),
            "EMAIL": self._read_email,
            "TEL": self._read_phone,
            "X-MS-TEL": self._read_phone,
            "URL": self._read_link,
            "X-SOCIALPROFILE": self._read_link,
            "ADR": self._read_address,
            "NOTE": self._read_note,
            "CATEGORIES": self._read_tags,
            "PHOTO": self._read_photo,
        }
        return readers.get(prop.name, self._keep_also)

    # Names

    def _read_name(self, prop: Property) -> None:
        if "name" in self._one and (prop.param("ALTID") or prop.param("LANGUAGE")):
            self._keep_one("native_name", prop)
        else:
            self._keep_one("name", prop)

    def _read_parted_name(self, prop: Property) -> None:
        family, given, middle, prefix, suffix, *_ = [*prop.parts(), "", "", "", "", ""]
        self._parted_name = " ".join(
            " ".join((prefix, given, middle.replace(",", " "), family, suffix)).split()
        )

    def _read_nickname(self, prop: Property) -> None:
        for name in filter(None, prop.parts(",")):
            if self._one.setdefault("call_me", name) != name:
                self._also.append((prop.name, name))

    def _read_organisation(self, prop: Property) -> None:
        organisation, *units = prop.parts()
        if "organisation" in self._one or not organisation:
            self._keep_also(prop)
            return
        self._one["organisation"] = organisation
        self._one["department"] = ", ".join(filter(None, units))

    def _who(self) -> tuple[str, str, Kind]:
        name = self._one.get("name", "") or self._parted_name
        organisation = self._one.get("organisation", "")
        if self._says_organisation() or (organisation and not name):
            # An organisation's card names it in FN, in ORG or in both; a second name must not be lost.
            if name and organisation and name != organisation:
                self._also.append(("ORG", organisation))
            return name or organisation, name or organisation, "organisation"
        return name, organisation, "person"

    def _says_organisation(self) -> bool:
        kinds = {
            (prop.name, prop.text.lower()) for prop in self._properties if prop.name in {"KIND", "X-ABSHOWAS"}
        }
        return bool(kinds & {("KIND", "org"), ("X-ABSHOWAS", "company")})

    # Ways to reach somebody

    def _read_email(self, prop: Property) -> None:
        self._add_point(self._emails, prop, re.sub(r"(?i)^mailto:", "", prop.text))

    def _read_phone(self, prop: Property) -> None:
        value = prop.text
        if value.lower().startswith("tel:"):  # RFC 3966
            number, *params = unquote(value[4:]).split(";")
            extension = next((text[4:] for text in params if text.lower().startswith("ext=")), "")
            value = f"{number} ext. {extension}" if extension else number
        self._add_point(self._phones, prop, value)

    def _read_link(self, prop: Property) -> None:
        self._add_point(self._links, prop, prop.text)

    def _read_messaging(self, prop: Property) -> None:
        service, value = _MESSAGING.get(prop.name, ""), prop.text
        if prop.name == "IMPP":
            scheme, colon, rest = value.partition(":")
            value = rest if colon else value
            service = prop.param("X-SERVICE-TYPE") or (scheme if colon else "other")
        if value:
            self._messaging.append(Point(service, value, _is_preferred(prop)))

    def _add_point(self, points: list[Point], prop: Property, value: str) -> None:
        if value:
            points.append(Point(self._label(prop), value, _is_preferred(prop)))

    def _read_address(self, prop: Property) -> None:
        po_box, extended, street, city, region, postal_code, country, *_ = [*prop.parts(), *[""] * 7]
        address = Address(
            self._label(prop),
            street,
            city,
            region,
            postal_code,
            country,
            po_box,
            extended,
            prop.param("LABEL"),
        )
        if any((po_box, extended, street, city, region, postal_code, country, address.formatted)):
            self._addresses.append(address)

    def _match_labels(self) -> None:
        """Give the LABEL of 2.1 and 3.0 to the address of the same place (RFC 2426, section 3.2.2)."""
        for name, text in [entry for entry in self._also if entry[0].startswith("LABEL ")]:
            self._also.remove((name, text))
            for index, address in enumerate(self._addresses):
                if address.label == name.removeprefix("LABEL ") and not address.formatted:
                    self._addresses[index] = replace(address, formatted=text)
                    break
            else:
                self._also.append(("LABEL", text))

    # The rest

    def _read_day(self, prop: Property) -> None:
        label = _DAYS.get(_EVOLUTION.sub("X-", prop.name), "") or self._label(prop)
        try:
            self._days.append(read_day(prop.text, label=label))
        except UnclearDay:
            self._keep_also(prop)

    def _read_relative(self, prop: Property) -> None:
        label = _RELATIVES.get(_EVOLUTION.sub("X-", prop.name), "") or self._label(prop)
        if prop.text:
            self._relatives.append(Relative(label, prop.text))

    def _read_note(self, prop: Property) -> None:
        if prop.text:
            self._notes.append(prop.text)

    def _read_tags(self, prop: Property) -> None:
        self._tags += filter(None, prop.parts(","))

    def _read_language(self, prop: Property) -> None:
        best = min(
            (other.param("PREF") or "100" for other in self._properties if other.name == "LANG"), key=_rank
        )
        if (prop.param("PREF") or "100") == best:
            self._keep_one("language", prop)
        else:
            self._keep_also(prop)

    def _read_photo(self, prop: Property) -> None:
        photo = prop.binary
        if not photo or self._photo:
            self._keep_also(prop)
            return
        self._photo = photo
        written = next(iter((*prop.types, prop.param("MEDIATYPE"))), "").lower()
        fallback = written if "/" in written else f"image/{written}" if written else ""
        self._photo_type = next(
            (kind for start, kind in _PHOTO_STARTS.items() if photo.startswith(start)), fallback
        )

    def _keep_one(self, field: str, prop: Property) -> None:
        value = " ".join(prop.text.split())
        if field in self._one:
            self._keep_also(prop)
        elif value:
            self._one[field] = value

    def _keep_also(self, prop: Property) -> None:
        own = self._own_labels.get(prop.group, "")
        name = f"{prop.name} ({own})" if own else prop.name
        if prop.name == "LABEL":
            name = f"LABEL {self._label(prop)}"
        if prop.text:
            self._also.append((name, prop.text))

    def _label(self, prop: Property) -> str:
        return label_of(prop.types, self._own_labels.get(prop.group, ""))


def _is_preferred(prop: Property) -> bool:
    return "pref" in prop.types or prop.param("PREF") == "1"


def _rank(preference: str) -> int:
    return int(preference) if preference.isdecimal() else 100
