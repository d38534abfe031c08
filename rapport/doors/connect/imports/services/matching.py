"""Finds, for a chunk of rows, whom each of them means: by set queries over what the importer may see."""

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext as _
from msgspec import Struct, field

from rapport.customers.people.models import RECORD_TYPE, ContactPoint, Party
from rapport.customers.people.rules import names_agree
from rapport.customers.people.services import home_region, normal_of
from rapport.doors.connect.imports.models import Import, ImportRow, Verdict
from rapport.doors.connect.imports.rules.card import Card
from rapport.doors.connect.imports.services.reading import Item, name_key
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.ledger.models import LongAct

LONGEST_NORMAL = 500
_SETTLED = (Verdict.NEW, Verdict.CHANGED, Verdict.UNCHANGED)


class Judged(Struct):
    """A row with what it comes to. `record` is whom it means, `emails` and `numbers` are as they compare, one for each
    that the card has; `first` is the row of this chunk that a duplicate repeats; `whom` judges the party of a
    happening, and is shared by the rows that name the same one."""

    item: Item
    verdict: str = Verdict.NEW
    record: int | None = None
    reason: str = ""
    identity: str = ""
    emails: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    first: "Judged | None" = None
    whom: "Judged | None" = None
    candidate: int | None = None

    @property
    def phones(self) -> list[str]:
        """The numbers that are valid, which alone identify anybody."""
        return [number for number in self.numbers if number]

    @property
    def card(self) -> Card:
        """The card, of a row that has one."""
        if self.item.card is None:
            raise ValueError("a rejected row has no card")
        return self.item.card

    def reject(self, reason: str) -> None:
        """Leave the row behind."""
        self.verdict, self.record, self.reason = Verdict.REJECTED, None, reason


class Candidate(Struct, frozen=True):
    """A party that a row may mean."""

    pk: int
    kind: str
    name: str
    external_id: str
    organisation: str


class Matcher:
    """Judges the chunks of one import for one actor, in the order of the file; or rows that were put right, which
    come after all others, wherever they stand."""

    becomes: type[Any] = Party

    def __init__(
        self, one: Import, actor: Actor, mark: int | None = None, *, put_right: bool = False
    ) -> None:
        self.one, self.actor, self.mark, self.put_right = one, actor, mark, put_right
        self.region = home_region()
        undone = LongAct.objects.filter(state="undone").values("act_id")
        # Imports whose rows are not there: those taken back, and this one.
        self.undone = set(Import.objects.filter(long_act__in=undone).values_list("pk", flat=True)) | {one.pk}
        self.may_create = {kind: actor.may(type_, Verb.CREATE) for kind, type_ in RECORD_TYPE.items()}

    def judge(self, chunk: Sequence[Item]) -> list[Judged]:
        """What each row of a chunk comes to, as far as whom it means; a match still may change nothing."""
        rows = [self._begin(item) for item in chunk]
        self._find_duplicates(rows)
        self._recognise([row for row in rows if row.verdict == Verdict.NEW])
        self._match([row for row in rows if row.verdict == Verdict.NEW])
        for row in rows:
            if row.verdict == Verdict.NEW:
                self._refuse_new(row)
        return rows

    def _refuse_new(self, row: Judged) -> None:
        if not self.may_create[row.card.kind]:
            row.reject(_("Your role may not add these. An administrator can."))

    def _begin(self, item: Item) -> Judged:
        row = Judged(item, reason=item.doubt)
        if item.card is None:
            row.identity = f"f:{item.fingerprint}"
            row.reject(item.reason)
            return row
        card, region = item.card, self.region
        row.emails = [normal_of("email", point.value, None)[:LONGEST_NORMAL] for point in card.emails]
        row.numbers = [normal_of("phone", point.value, region)[:LONGEST_NORMAL] for point in card.phones]
        row.identity = identity_of(row)
        return row

    def _find_duplicates(self, rows: Sequence[Judged]) -> None:
        """The same identity earlier in the file, in this chunk or an earlier one."""
        alive = [row for row in rows if row.verdict != Verdict.REJECTED]
        before: dict[str, int | None] = {}
        if alive:
            earlier = ImportRow.objects.filter(
                imported=self.one, identity__among={row.identity for row in alive}
            ).exclude(verdict=Verdict.REJECTED)
            if not self.put_right:
                earlier = earlier.filter(line__lt=rows[0].item.line)
            before = dict(earlier.values_list("identity", "record"))
        here: dict[str, Judged] = {}
        for row in alive:
            if row.identity in before or row.identity in here:
                row.verdict, row.reason = Verdict.DUPLICATE, _("The same is earlier in this file.")
                row.record, row.first = before.get(row.identity), here.get(row.identity)
            else:
                here[row.identity] = row

    def _recognise(self, rows: Sequence[Judged]) -> None:
        """Rows that an earlier import brought in as they stand: nothing is new in them."""
        prints = {row.item.fingerprint for row in rows}
        found = ImportRow.objects.filter(
            fingerprint__among=prints, verdict__in=_SETTLED, record__isnull=False
        )
        known: dict[str, set[int]] = defaultdict(set)
        for print_, record, imported, state in found.values_list(
            "fingerprint", "record", "imported_id", "imported__state"
        ):
            if (
                record is not None
                and imported not in self.undone
                and state in {Import.State.RUNNING, Import.State.FINISHED}
            ):
                known[print_].add(record)
        if not known:
            return
        records = {record for some in known.values() for record in some}
        rows_of = self.becomes.objects.visible_to(self.actor)
        seen = set(rows_of.filter(pk__among=records).values_list("pk", flat=True))
        for row in rows:
            if there := known[row.item.fingerprint] & seen:
                row.verdict, row.record = Verdict.UNCHANGED, max(there)

    def _match(self, rows: Sequence[Judged]) -> None:
        externals = self._by_external({row.card.external_id for row in rows} - {""})
        emails = self._by_point("email", {email for row in rows for email in row.emails})
        phones = self._by_point("phone", {phone for row in rows for phone in row.phones})
        named = [row for row in rows if self.is_told_by_name(row)]
        names = self._by_name({row.item.key for row in named} - {""})
        chosen = self._chosen(rows)
        matched = []
        for row in rows:
            options: list[Sequence[Candidate]] = [
                externals.get(row.card.external_id, ()),
                *(self.fitting(row, emails.get(email, ())) for email in row.emails),
                *(self.fitting(row, phones.get(phone, ())) for phone in row.phones),
                self.fitting(row, names.get(row.item.key, ()), by_name=True)
                if self.is_told_by_name(row)
                else (),
            ]
            sure = next((some[0] for some in options if len(some) == 1), None)
            if sure is not None:
                row.verdict, row.record = Verdict.CHANGED, sure.pk
                matched.append(row)
            else:
                self._leave_in_doubt(row, options, emails, phones)
                if row.candidate and row.candidate == chosen.get(row.item.line):
                    row.verdict, row.record = Verdict.CHANGED, row.candidate
                    row.reason = _("It was said to mean the same.")
                    matched.append(row)
        self._refuse_beyond_reach(matched)

    def is_told_by_name(self, row: Judged) -> bool:
        """An organisation always; a person by name and organisation, where there is nothing better."""
        if row.card.kind == "organisation":
            return True
        return bool(row.card.organisation and not row.emails and not row.phones)

    def fitting(self, row: Judged, some: Sequence[Candidate], *, by_name: bool = False) -> list[Candidate]:
        """Those of the candidates that the row may well mean."""
        if not some:
            return []
        card, name = row.card, row.card.name or row.card.native_name
        company = name_key(card.organisation)
        return [
            one
            for one in some
            if (one.kind == card.kind or not name)
            and not (card.external_id and one.external_id and card.external_id != one.external_id)
            and names_agree(one.name, name)
            and (not by_name or card.kind == "organisation" or name_key(one.organisation) == company)
        ]

    def _leave_in_doubt(
        self, row: Judged, options: Sequence[Sequence[Candidate]], *by_point: dict[str, list[Candidate]]
    ) -> None:
        row.reason = row.reason or _doubt(row, options, *by_point)
        others = [
            one for some in by_point for value in (*row.emails, *row.phones) for one in some.get(value, ())
        ]
        row.candidate = next((one.pk for one in others if one.kind == row.card.kind), None)

    def _chosen(self, rows: Sequence[Judged]) -> dict[int, int | None]:
        """Whom somebody said that rows mean, by their lines."""
        said = ImportRow.objects.filter(
            imported=self.one, line__among={row.item.line for row in rows}, is_same=True
        )
        return dict(said.values_list("line", "candidate"))

    def _refuse_beyond_reach(self, rows: Sequence[Judged]) -> None:
        if not rows:
            return
        keys = [row.record for row in rows if row.record is not None]
        editable = Party.objects.visible_to(self.actor, Verb.EDIT).filter(pk__among=keys)
        allowed = set(editable.values_list("pk", flat=True))
        for row in rows:
            if row.record not in allowed:
                row.reject(
                    _("Your role may not change what this row says. An administrator can bring it in.")
                )

    def _visible(self) -> Any:
        rows = Party.objects.visible_to(self.actor)
        return rows if self.mark is None else rows.filter(pk__lte=self.mark)

    def _candidates(self, rows: Any) -> dict[int, Candidate]:
        values = rows.values_list("pk", "kind", "name", "native_name", "external_id", "organisation__name")
        return {v[0]: Candidate(v[0], v[1], v[2] or v[3], v[4], v[5] or "") for v in values}

    def _by_external(self, wanted: set[str]) -> dict[str, list[Candidate]]:
        found = defaultdict(list)
        if wanted:
            for one in self._candidates(
                self._visible().filter(external_id__among=wanted).exclude(external_id="")
            ).values():
                found[one.external_id].append(one)
        return found

    def _by_point(self, type_: str, wanted: set[str]) -> dict[str, list[Candidate]]:
        found: dict[str, list[Candidate]] = defaultdict(list)
        if not wanted:
            return found
        points = ContactPoint.objects.visible_to(self.actor).filter(type=type_, normal__among=wanted)
        pairs = set(points.values_list("normal", "party_id"))
        if not pairs:
            return found
        parties = self._candidates(self._visible().filter(pk__among={party for _normal, party in pairs}))
        for normal, party in sorted(pairs):
            if party in parties:
                found[normal].append(parties[party])
        return found

    def _by_name(self, wanted: set[str]) -> dict[str, list[Candidate]]:
        found: dict[str, list[Candidate]] = defaultdict(list)
        if not wanted:
            return found
        keys = {key.partition("=")[0] for key in wanted}
        for one in self._candidates(self._visible().filter(sort_key__among=keys)).values():
            if (key := name_key(one.name)) in wanted:
                found[key].append(one)
        return found


def identity_of(row: Judged) -> str:
    """What tells whom a row means: external id; e-mail; phone; name with organisation; the row itself: the first that
    it has, as a digest."""
    card, key = row.card, row.item.key
    company = key if card.kind == "organisation" else name_key(card.organisation)
    for letter, value in (
        ("x", card.external_id),
        ("e", row.emails and f"{row.emails[0]}\x1f{key}"),
        ("p", row.phones and f"{row.phones[0]}\x1f{key}"),
        ("n", key and company and f"{card.kind}\x1f{key}\x1f{company}"),
    ):
        if value:
            return f"{letter}:{blake2b(str(value).encode(), digest_size=16).hexdigest()}"
    return f"f:{row.item.fingerprint}"


def _doubt(row: Judged, options: Sequence[Sequence[Candidate]], *by_point: dict[str, list[Candidate]]) -> str:
    """Why a row is taken for new although somebody has its address or number."""
    if any(len(some) > 1 for some in options):
        return _("Several fit, so it is taken for a new one.")
    if any(some.get(value) for some in by_point for value in (*row.emails, *row.phones)):
        return _("Somebody of another name has this address or number, so it is taken for a new one.")
    return ""
