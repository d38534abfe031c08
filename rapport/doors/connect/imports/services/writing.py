"""Writes a chunk of judged rows inside its act: new parties, what differs in known ones, and their parts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from msgspec import Struct, field

from rapport.customers.people.models import RECORD_TYPE, Party, Photo
from rapport.customers.people.rules import sort_key
from rapport.doors.connect.imports.models import Import, Verdict
from rapport.doors.connect.imports.services.files import remove, store_bytes
from rapport.doors.connect.imports.services.matching import Judged
from rapport.doors.connect.imports.services.parts import MODELS, Belongings, parts_of_row
from rapport.doors.connect.imports.services.reading import name_key
from rapport.doors.connect.imports.services.resolving import (
    Colleagues,
    Declared,
    Fields,
    Organisations,
    only_team,
    stages,
)
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.ledger.models.values import made
from rapport.foundation.kernel.ledger.services import Writer
from rapport.foundation.kernel.ledger.services.rows import next_keys

_PLAIN = ("native_name", "call_me", "job_title", "language", "external_id")


class Plan(Struct):
    """What a matched row would change: plain values of its party, and parts it lacks."""

    row: Judged
    values: dict[str, Any]
    parts: list[Any] = field(default_factory=list)


class Scribe:
    """Knows how to write the rows of one import; nothing is written but by `write`."""

    def __init__(self, one: Import, actor: Actor) -> None:
        self.one, self.actor = one, actor
        self.colleagues, self.fields, self.stages = Colleagues(actor), Fields(), stages()
        self.declared = Declared(actor)
        self.organisations = Organisations(one, actor)
        self.may_add_organisations = actor.may("organisations", Verb.CREATE)
        self.team = only_team(actor)
        self._homeless: dict[int, list[tuple[str, str]]] = defaultdict(list)

    def settle(self, rows: Sequence[Judged], at: datetime) -> None:
        """Say of matched rows whether they change anything, before anything is written."""
        matched = [row for row in rows if row.verdict == Verdict.CHANGED]
        self.organisations.look_up({_company(row) for row in matched}, None)
        for plan in self._plans(matched, at):
            if not plan.values and not plan.parts:
                plan.row.verdict = Verdict.UNCHANGED

    def write(self, writer: Writer, rows: Sequence[Judged], at: datetime) -> None:
        """Write the rows that are new or matched; verdicts and records are completed."""
        new = [row for row in rows if row.verdict == Verdict.NEW]
        matched = [row for row in rows if row.verdict == Verdict.CHANGED]
        self._homeless.clear()
        if not new and not matched:
            return
        names = {_company(row) for row in (*new, *matched)}
        names |= {row.card.name for row in new if row.card.kind == "organisation"}
        self.organisations.look_up(names, self.one.mark)
        self.fields.make(
            self._lacking_fields((*new, *matched)), actor=writer.actor, source=writer.source, at=at
        )
        adopted = [row for row in new if self._adopts(row)]
        made = [row for row in new if row.record is None]
        parts = self._create(writer, made, [*made, *matched, *adopted], at)
        plans = self._plans([*matched, *adopted], at)
        for plan in plans:
            if plan.row.verdict == Verdict.CHANGED and not plan.values and not plan.parts:
                plan.row.verdict = Verdict.UNCHANGED
            parts += plan.parts
        merged: dict[int, dict[str, Any]] = defaultdict(dict)
        for plan in plans:
            if plan.values and plan.row.record is not None:
                merged[plan.row.record] |= plan.values
        writer.bulk_update(Party, merged)
        _write_parts(writer, parts)

    def _adopts(self, row: Judged) -> bool:
        """True for an organisation that an earlier chunk has made because somebody works there: this is its row."""
        if row.card.kind == "organisation" and (pk := self.organisations.mentioned.pop(row.item.key, None)):
            row.record = pk
            return True
        return False

    def _lacking_fields(self, rows: Sequence[Judged]) -> list[tuple[str, str]]:
        wanted: dict[tuple[str, str], None] = {}
        for row in rows:
            for label, _value in self._custom(row):
                wanted[RECORD_TYPE[row.card.kind], label] = None
        return list(wanted)

    def _create(
        self, writer: Writer, made: Sequence[Judged], naming: Sequence[Judged], at: datetime
    ) -> list[Any]:
        """Write the parties of new rows, and the organisations that rows name; returns the parts still to write."""
        named = self._lacking_organisations(made, naming)
        keys = iter(next_keys(Party, len(named) + len(made)))
        parties = []
        for key, name in named.items():
            parties.append(
                self._blank("organisation", self.actor.key, at, name=name, sort_key=sort_key(name))
            )
            self.organisations.known[key] = parties[-1].pk = next(keys)
        ordered = sorted(made, key=lambda row: row.card.kind != "organisation")
        for row in ordered:
            row.record = next(keys)
            if row.card.kind == "organisation":
                self.organisations.known.setdefault(row.item.key, row.record)
        # Organisations go first and are undone last, for people refer to them.
        writer.bulk_create([*parties, *(self._party(row, at) for row in ordered)])
        parts: list[Any] = []
        for row in made:
            own = parts_of_row(row, row.record or 0, self.actor.key, at, self._homeless[row.item.line])
            parts += _with_pictures(row, own)
        return parts

    def _lacking_organisations(self, made: Sequence[Judged], naming: Sequence[Judged]) -> dict[str, str]:
        """Names of organisations that rows give and nobody has, no row of this chunk either."""
        if not self.may_add_organisations:
            return {}
        coming = {row.item.key for row in made if row.card.kind == "organisation"}
        lacking: dict[str, str] = {}
        for row in naming:
            name = _company(row)
            key = name_key(name)
            if name and key not in coming and key not in self.organisations.known:
                lacking.setdefault(key, name)
        return lacking

    def _blank(self, kind: str, owner: int | None, at: datetime, **values: Any) -> Party:
        own = {
            "owner_id": owner,
            "department_id": self.colleagues.department.get(owner),
            "team_id": self.team,
        }
        return made(Party, **{"kind": kind, "custom": {}, "created_at": at, "updated_at": at} | own | values)

    def _party(self, row: Judged, at: datetime) -> Party:
        values = self._values(row)
        name = values.pop("name", "")
        owner = values.pop("owner_id", self.actor.key)
        custom = values.pop("custom", {})
        key = row.item.key.partition("=")[0] or sort_key("")
        party = self._blank(row.card.kind, owner, at, name=name, sort_key=key, custom=custom, **values)
        party.pk = row.record
        return party

    def _values(self, row: Judged) -> dict[str, Any]:
        """The party's own fields that the card fills."""
        card = row.card
        values: dict[str, Any] = {name: value for name in _PLAIN if (value := getattr(card, name))}
        if card.name:
            values["name"] = card.name
        if card.department:
            values["unit"] = card.department
        if owner := self.colleagues.called(card.owner):
            values["owner_id"] = owner
        if stage := self.stages.get(card.stage.casefold()):
            values["stage"] = stage
        organisation = self.organisations.called(_company(row))
        if organisation and organisation != row.record:
            values["organisation_id"] = organisation
        values |= self._declared(row)[0]
        if custom := self._fields_of(row):
            values["custom"] = custom
        return values

    def _fields_of(self, row: Judged) -> dict[str, str]:
        """What goes into the firm's own fields, by key; what finds none is kept beside the card."""
        custom: dict[str, str] = {}
        homeless = self._homeless[row.item.line] = []
        for label, value in self._custom(row):
            key = self.fields.key(RECORD_TYPE[row.card.kind], label)
            if key is None:
                homeless.append((label, value))
            elif key not in custom:
                custom[key] = value
            elif value not in custom[key].split("\n"):
                custom[key] = f"{custom[key]}\n{value}"
        return custom

    def _declared(self, row: Judged) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """What columns say that bear the name of a declared field, and the rest; a second word for a field is kept."""
        own = {"name", "stage", *_PLAIN} | ({"unit"} if row.card.department else set())
        values: dict[str, Any] = {}
        rest = []
        for label, text in row.card.custom:
            said = self.declared.value(RECORD_TYPE[row.card.kind], label, text)
            if said is None or said[0] in own or said[0] in values:
                rest.append((label, text))
            else:
                values[said[0]] = said[1]
        return values, rest

    def _custom(self, row: Judged) -> list[tuple[str, str]]:
        """The card's values without a home, and those of its words that name nothing here."""
        card = row.card
        pairs = self._declared(row)[1]
        if card.owner and not self.colleagues.called(card.owner):
            pairs.append(("Owner", card.owner))
        if card.stage and card.stage.casefold() not in self.stages:
            pairs.append(("Stage", card.stage))
        if card.parent and card.kind == "person":
            pairs.append(("Parent", card.parent))
        if not self.may_add_organisations and (name := _company(row)) and not self.organisations.called(name):
            pairs.append(("Organisation", name))
        return pairs

    def _plans(self, rows: Sequence[Judged], at: datetime) -> list[Plan]:
        """What each matched row changes, in turn: a second row for a party meets the first's work."""
        keys = [row.record for row in rows if row.record is not None]
        live: dict[int | None, Party] = {party.pk: party for party in Party.objects.filter(pk__among=keys)}
        belongings = Belongings(keys)
        plans = []
        for row in rows:
            party = live.get(row.record)
            if party is None:
                row.reject(_("What it belongs to was deleted a moment ago. Bring the file in again."))
                continue
            values = self._differing(row, party)
            parts = parts_of_row(row, party.pk, self.actor.key, at, self._homeless[row.item.line])
            plans.append(Plan(row, values, _with_pictures(row, belongings.lacking(party.pk, parts))))
        return plans

    def _differing(self, row: Judged, party: Party) -> dict[str, Any]:
        values = self._values(row)
        custom = values.pop("custom", {})
        name = values.pop("name", "")
        if len(name_key(name)) > len(name_key(party.name)):  # "Ana" in the file does not shorten "Ana Ozola"
            values["name"] = name
        values = {key: value for key, value in values.items() if getattr(party, key) != value}
        values = {
            key: value
            for key, value in values.items()
            if not self.actor.hides(party.record_type, key.removesuffix("_id"))
        }
        company = _company(row)
        if company and self.may_add_organisations and not self.organisations.called(company):
            values["organisation_id"] = None  # only before anything is written: it will be made
        for key, value in values.items():
            setattr(party, key, value)
        for key, value in custom.items():
            if (party.custom or {}).get(key) != value and not self.actor.hides(
                party.record_type, f"custom.{key}"
            ):
                values[f"custom.{key}"] = value
        party.custom = {**(party.custom or {}), **custom}
        return values


def _with_pictures(row: Judged, parts: list[Any]) -> list[Any]:
    for part in parts:
        if isinstance(part, Photo):
            part.picture = row.card.photo  # type: ignore[attr-defined]
    return parts


def _company(row: Judged) -> str:
    """The name of the organisation that a card belongs to."""
    return row.card.parent if row.card.kind == "organisation" else row.card.organisation


def _write_parts(writer: Writer, parts: Sequence[Any]) -> None:
    """Write the parts, table by table; the pictures first, and away with them when the act fails."""
    by_model: dict[type[Any], list[Any]] = defaultdict(list)
    for part in parts:
        by_model[type(part)].append(part)
    stored: list[str] = []
    try:
        for photo in by_model[Photo]:
            photo.file = store_bytes(photo.picture)
            stored.append(photo.file)
        for model in MODELS:
            writer.bulk_create(by_model[model])
    except BaseException:
        for path in stored:
            remove(path)
        raise
