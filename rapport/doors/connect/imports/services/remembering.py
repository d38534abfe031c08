"""What happened with whom, row by row: finds out whom each row was with, and writes it as an interaction with them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from rapport.customers.people.models import Party
from rapport.customers.people.rules import names_agree
from rapport.customers.timeline.models import Interaction, Participant
from rapport.doors.connect.imports.models import Import, ImportRow, Verdict
from rapport.doors.connect.imports.rules.happenings import Happening
from rapport.doors.connect.imports.rules.whens import as_moment
from rapport.doors.connect.imports.services.matching import Candidate, Judged, Matcher
from rapport.doors.connect.imports.services.reading import Item, name_key
from rapport.doors.connect.imports.services.writing import Scribe
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.ledger.models.values import made
from rapport.foundation.kernel.ledger.services import Writer
from rapport.foundation.kernel.ledger.services.rows import next_keys


class Rememberer(Matcher):
    """Judges rows of what happened. Whom they were with is looked for once for all rows of a chunk that say the same;
    a party that an earlier chunk made is as good as any other."""

    becomes: type[Any] = Interaction

    def __init__(self, one: Import, actor: Actor, *, put_right: bool = False) -> None:
        super().__init__(one, actor, None, put_right=put_right)
        self.zone = ZoneInfo(one.user.time_zone)
        self.earlier = self._of_same_columns()
        # Whoever brings the file in a day ahead of UTC has not seen the future.
        self.latest = one.created_at + timedelta(days=1)

    def _of_same_columns(self) -> list[int]:
        """Imports that stand, of tables with the same columns: their numbers are of the same source."""
        states = [Import.State.RUNNING, Import.State.FINISHED]
        rows = Import.objects.filter(holds=Import.Holds.HISTORY, state__in=states).exclude(pk__in=self.undone)
        return [
            pk
            for pk, columns in rows.values_list("pk", "dialect__columns")
            if columns == list(self.one.dialect["columns"])
        ]

    def _begin(self, item: Item) -> Judged:
        whom = super()._begin(item)
        if item.happening is None:
            return whom
        row = Judged(item, reason=item.doubt, identity=_identity(item, item.happening), whom=whom)
        if as_moment(item.happening.when, self.zone) > self.latest:
            row.reject(_("The day it tells of has not come yet."))
        return row

    def _recognise(self, rows: Sequence[Judged]) -> None:
        """As for cards; and a number that came before in the same kind of table, though its row says something else
        now: what was said then stays."""
        super()._recognise(rows)
        wanted = {row.identity: row for row in rows if row.verdict == Verdict.NEW and row.identity[0] == "x"}
        if not (wanted and self.earlier):
            return
        found = ImportRow.objects.filter(imported__in=self.earlier, identity__among=list(wanted))
        known = dict(found.exclude(record=None).values_list("identity", "record"))
        live = Interaction.objects.visible_to(self.actor).filter(pk__among=list(known.values()))
        there = set(live.values_list("pk", flat=True))
        for identity, record in known.items():
            if record in there:
                row = wanted[identity]
                row.verdict, row.record = Verdict.DUPLICATE, record
                row.reason = _("It came in before, and said something else then. That stays.")

    def _match(self, rows: Sequence[Judged]) -> None:
        same: dict[tuple[str, ...], Judged] = {}
        for row in rows:
            if row.whom:
                row.whom = same.setdefault(_who(row.whom), row.whom)
        super()._match(list(same.values()))
        for whom in same.values():
            if whom.verdict == Verdict.NEW:
                self._refuse_stranger(whom)
        for row in rows:
            if row.whom and row.whom.verdict == Verdict.REJECTED:
                row.reject(row.whom.reason)
            elif row.whom:
                row.reason = row.reason or row.whom.reason

    def is_told_by_name(self, row: Judged) -> bool:
        """By name wherever there is nothing better: a name alone is enough for what was with one who is known."""
        return row.card.kind == "organisation" or not (row.emails or row.phones)

    def fitting(self, row: Judged, some: Sequence[Candidate], *, by_name: bool = False) -> list[Candidate]:
        """As for cards; but a "customer" of a table may be a person or an organisation."""
        card = row.card
        company = name_key(card.organisation) if card.kind == "person" else ""
        return [
            one
            for one in some
            if not (card.external_id and one.external_id and card.external_id != one.external_id)
            and names_agree(one.name, card.name)
            and not (by_name and company and name_key(one.organisation) != company)
        ]

    def _leave_in_doubt(
        self, row: Judged, options: Sequence[Sequence[Candidate]], *by_point: dict[str, list[Candidate]]
    ) -> None:
        """With whom it was is not guessed: another of the same name would only make it worse."""
        if any(len(some) > 1 for some in options):
            row.reject(_("Several here fit whom it names. Say an e-mail address, a phone or a number too."))
        else:
            super()._leave_in_doubt(row, options, *by_point)

    def _refuse_beyond_reach(self, rows: Sequence[Judged]) -> None:
        """What was said may be recorded with everybody one may see."""

    def _refuse_stranger(self, whom: Judged) -> None:
        if not self.one.adds_unknown:
            whom.reject(_("Nobody here is whom it names, and nobody is to be added."))
        else:
            super()._refuse_new(whom)

    def _refuse_new(self, row: Judged) -> None:
        """What is new is the happening; whether its party may be is asked before."""
        if not self.actor.may("interactions", Verb.CREATE):
            row.reject(_("Your role may not add these. An administrator can."))


def _who(row: Judged) -> tuple[str, ...]:
    """What rows of one party have in common: its number elsewhere, or all that they say of it."""
    card = row.card
    if card.external_id:
        return (card.external_id,)
    return (row.item.key, name_key(card.organisation), *row.emails, *row.phones)


def _identity(item: Item, happening: Happening) -> str:
    """Its number elsewhere; else the row itself, as a digest."""
    if happening.number:
        return f"x:{blake2b(happening.number.encode(), digest_size=16).hexdigest()}"
    return f"f:{item.fingerprint}"


class Chronicler(Scribe):
    """Writes rows of what happened: those nobody knows first, as a `Scribe` does, then the interactions."""

    def __init__(self, one: Import, actor: Actor) -> None:
        super().__init__(one, actor)
        self.zone = ZoneInfo(one.user.time_zone)

    def settle(self, rows: Sequence[Judged], at: datetime) -> None:
        """Nothing is left to be said of them: a happening is new, or it was there before."""

    def write(self, writer: Writer, rows: Sequence[Judged], at: datetime) -> None:
        """Write the happenings that are new, and whom they were with; their records are completed."""
        new = [row for row in rows if row.verdict == Verdict.NEW]
        strangers = {id(row.whom): row.whom for row in new if row.whom and row.whom.record is None}
        super().write(writer, list(strangers.values()), at)
        if not new:
            return
        for row, key in zip(new, next_keys(Interaction, len(new)), strict=True):
            row.record = key
        writer.bulk_create([self._interaction(row) for row in new])
        writer.bulk_create(list(_participants(new)))

    def _interaction(self, row: Judged) -> Interaction:
        said = row.item.happening
        if said is None:
            raise ValueError("a row without a happening")
        header, name = said.owner
        owner = self.colleagues.called(name) if name else self.actor.key
        words = said.words if owner or not name else f"{said.words} · {header}: {name}".removeprefix(" · ")
        one: Interaction = made(
            Interaction,
            id=row.record,
            at=as_moment(said.when, self.zone),
            channel=said.channel,
            direction=said.direction or "ours",
            words=words or _("From %(file)s") % {"file": self.one.name},
            owner_id=owner,
            outcome=said.outcome,
        )
        return one


def _participants(rows: Sequence[Judged]) -> Iterable[Participant]:
    """Who took part; a person's organisation too, as it is now."""
    parties = {row.whom.record for row in rows if row.whom}
    works = dict(Party.objects.filter(pk__among=parties, kind="person").values_list("pk", "organisation_id"))
    for row in rows:
        party = row.whom.record if row.whom else None
        yield made(Participant, interaction_id=row.record, party_id=party)
        if organisation := works.get(party or 0):
            yield made(Participant, interaction_id=row.record, party_id=organisation, is_organisation_of=True)
