"""Files that other programs wrote arrive whole: every value of every card and row stands on its party."""

import csv
import hashlib
import io
import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from django.conf import settings

from rapport.customers.people.models import (
    Card,
    ContactPoint,
    Party,
    PartyTag,
    Photo,
    PostalAddress,
    Relation,
    Remembered,
)
from rapport.customers.timeline.models import Moment, Note, Participant
from rapport.doors.connect.imports import services
from rapport.doors.connect.imports.models import Import
from rapport.doors.connect.imports.rules.columns import guess
from rapport.doors.connect.imports.rules.rows import card_of
from rapport.doors.connect.imports.tests.test_rules_other_systems import GOOGLE_CARD, GOOGLE_ROW, header
from rapport.doors.connect.imports.tests.test_rules_tables import HEADERS, TORTURE
from rapport.doors.connect.imports.tests.test_rules_vcards import plain
from rapport.foundation.kernel.access.queries import actor_for
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.clock.rules import now
from rapport.foundation.kernel.fields.models import CustomField
from rapport.foundation.kernel.ledger.rules import COMMAND
from rapport.foundation.kernel.records.services import undo_act
from tests.imports.firm import BringIn, counts, everything, stored_files

pytestmark = pytest.mark.real_input
EXPECTED = Path(__file__).resolve().parents[1] / "real_input"
CARDS: dict[str, list[dict[str, Any]]] = json.loads((EXPECTED / "expected_vcards.json").read_text("utf-8"))
CONTACTS: dict[str, list[dict[str, Any]]] = json.loads(
    (EXPECTED / "expected_contacts.json").read_text("utf-8")
)
NO_COLUMN = "No column of this file holds a name, an organisation, an e-mail address or a phone number."
# rows, created, updated, unchanged, duplicates, rejected; read off the files
ARRIVE = {
    "csv_torture/csv-spectrum/csvs/comma_in_quotes.csv": (1, 1, 0, 0, 0, 0),
    "csv_torture/csv-spectrum/csvs/location_coordinates.csv": (1, 1, 0, 0, 0, 0),
    "csv_torture/csvkit/foo1.csv": (2, 2, 0, 0, 0, 0),
    "csv_torture/csvkit/foo2.csv": (2, 2, 0, 0, 0, 0),
    "csv_torture/csvkit/realdata/acs2012_5yr_population.csv": (93, 93, 0, 0, 0, 0),
    "crm_csv_headers/mailchimp_audience.csv": (1, 1, 0, 0, 0, 0),
}
ADDRESS = ("label", "street", "city", "region", "postal_code", "country", "po_box", "extended", "formatted")


def said(party: Party) -> dict[str, Any]:
    """A party in the shape of the expected values: only what is filled; points without their preference."""
    names = {"name", "native_name", "call_me", "job_title", "language", "external_id", "kind"}
    found: dict[str, Any] = {name: getattr(party, name) for name in names}
    found["department"] = party.unit
    found["organisation"] = party.organisation.name if party.organisation else ""
    if party.kind == "organisation":
        found["organisation"] = party.name
    points = ContactPoint.objects.filter(party=party).order_by("position")
    for field, type_ in (
        ("emails", "email"),
        ("phones", "phone"),
        ("links", "link"),
        ("messaging", "messaging"),
    ):
        found[field] = [[point.label, point.value] for point in points if point.type == type_]
    addresses = PostalAddress.objects.filter(party=party).order_by("position")
    found["addresses"] = [
        {part: text for part in ADDRESS if (text := getattr(one, part))} for one in addresses
    ]
    days = Remembered.objects.filter(party=party).order_by("pk")
    found["days"] = [[day.label, day.year, day.month, day.day] for day in days]
    found["relatives"] = [list(pair) for pair in _rows(Relation, party, "label", "other_name")]
    found["notes"] = [words for (words,) in _rows(Note, party, "words")]
    found["tags"] = [tag for (tag,) in _rows(PartyTag, party, "tag")]
    found["also"] = [list(pair) for (also,) in _rows(Card, party, "also") for pair in also]
    for photo in Photo.objects.filter(party=party):
        data = (Path(settings.FILES) / photo.file).read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        found["photo"] = {"bytes": len(data), "sha256": digest, "type": photo.content_type}
    return {field: value for field, value in found.items() if value}


def _rows(model: Any, party: Party, *names: str) -> Any:
    return model.objects.filter(party=party).order_by("pk").values_list(*names)


def _preferred_first(card: dict[str, Any]) -> dict[str, Any]:
    """The expected card with its preferred points first and unmarked, which is how Rapport keeps the preference."""
    points = {field: card[field] for field in ("emails", "phones", "links", "messaging") if field in card}
    return card | {
        field: [point[:2] for point in sorted(some, key=lambda point: len(point) < 3)]
        for field, some in points.items()
    }


def _record_of(one: Import, line: int) -> Party:
    return Party.objects.get(pk=one.rows.get(line=line).record or 0)


@pytest.mark.parametrize("name", CARDS)
def test_it_takes_a_vcard_file_whole(name: str, bring_in: BringIn, real_data: Path) -> None:
    one = bring_in(real_data / "vcard_exports" / name)
    expected = CARDS[name]
    assert counts(one) == (len(expected), len(expected), 0, 0, 0, 0)
    for number, card in enumerate(expected, 1):
        assert said(_record_of(one, number)) == _preferred_first(card)
    assert Card.objects.filter(raw__startswith="BEGIN:VCARD").count() == len(expected)
    before = everything()
    assert counts(bring_in(real_data / "vcard_exports" / name)) == (len(expected), 0, 0, len(expected), 0, 0)
    assert everything() == before


@pytest.mark.parametrize("name", CONTACTS)
def test_it_takes_a_contact_list_whole(name: str, bring_in: BringIn, real_data: Path) -> None:
    one = bring_in(real_data / "encodings" / name)
    expected = CONTACTS[name]
    assert counts(one) == (len(expected), len(expected), 0, 0, 0, 0)
    for row, wanted in zip(one.rows.order_by("line"), expected, strict=True):
        party = Party.objects.get(pk=row.record or 0)
        country = PostalAddress.objects.filter(party=party).values_list("country", flat=True).first() or ""
        phone = (
            ContactPoint.objects.filter(party=party, type="phone").values_list("value", flat=True).first()
            or ""
        )
        found = {
            "name": party.name,
            "language": party.language,
            "country": country,
            "phone": phone,
        } | party.custom
        assert {key: value for key, value in found.items() if value} == wanted
    assert counts(bring_in(real_data / "encodings" / name))[1:3] == (0, 0)


@pytest.mark.parametrize(
    "path", [*(f"csv_torture/{name}" for name in TORTURE), *(f"crm_csv_headers/{name}" for name in HEADERS)]
)
def test_it_brings_in_or_refuses_every_hard_file(path: str, bring_in: BringIn, real_data: Path) -> None:
    known = (TORTURE | HEADERS)[path.partition("/")[2]]
    if path in ARRIVE:
        assert counts(bring_in(real_data / path)) == ARRIVE[path]
        return
    with pytest.raises(services.ImportRefused) as refusal:
        bring_in(real_data / path)
    assert str(refusal.value) == (known if isinstance(known, str) else NO_COLUMN)
    assert (Party.objects.count(), Import.objects.count(), stored_files()) == (0, 0, 0)


def test_it_makes_accounts_organisations_under_their_parents(bring_in: BringIn, real_data: Path) -> None:
    one = bring_in(real_data / "maven_crm" / "accounts.csv")
    assert counts(one) == (85, 85, 0, 0, 0, 0)
    assert set(Party.objects.values_list("kind", flat=True)) == {"organisation"}
    assert Party.objects.count() == 85
    with (real_data / "maven_crm" / "accounts.csv").open(encoding="utf-8", newline="") as file:
        parents = {row["account"]: row["subsidiary_of"] or None for row in csv.DictReader(file)}
    assert dict(Party.objects.values_list("name", "organisation__name")) == parents
    assert counts(bring_in(real_data / "maven_crm" / "accounts.csv")) == (85, 0, 0, 85, 0, 0)


def _as_csv(columns: list[str], row: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([columns, row])
    return text.getvalue()


def test_it_takes_a_google_contact_whole(bring_in: BringIn, real_data: Path) -> None:
    columns = header("google_contacts_2024.csv")
    one = bring_in(_as_csv(columns, [GOOGLE_ROW[column] for column in columns]), "contacts.csv")
    party = _record_of(one, 2)
    assert said(party) == _preferred_first(plain(GOOGLE_CARD))
    labels = {field.key: field.label for field in CustomField.objects.all()}
    assert sorted((labels[key], value) for key, value in party.custom.items()) == sorted(GOOGLE_CARD.custom)


def test_it_takes_an_outlook_contact_whole(bring_in: BringIn, real_data: Path) -> None:
    columns = header("outlook_com.csv")
    days = {"Birthday": "3/22/1980", "Anniversary": "13/1/2011"}
    row = [days.get(column, f"<{column}>") for column in columns]
    card = card_of(row, [item.place for item in guess(columns, [row])], columns)
    party = _record_of(bring_in(_as_csv(columns, row), "contacts.csv"), 2)
    assert said(party) == _preferred_first(plain(card))
    stands = json.dumps([said(party), party.custom])
    assert [value for value in row if value not in stands and value not in days.values()] == []


@pytest.mark.long
@pytest.mark.sqlite  # what it reads knows no database
def test_it_takes_a_sales_pipeline_as_the_history_of_its_accounts(bring_in: BringIn, real_data: Path) -> None:
    folder = real_data / "maven_crm"
    bring_in(folder / "accounts.csv")
    parties = everything()["people.Party"]
    with (folder / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = {
        (row["account"], row["close_date"] or row["engage_date"], row["opportunity_id"]): row
        for row in rows
        if row["account"] and (row["close_date"] or row["engage_date"])
    }
    one = bring_in(folder / "sales_pipeline.csv")
    assert counts(one) == (len(rows), len(told), 0, 0, 0, len(rows) - len(told))
    assert everything()["people.Party"] == parties
    found = Participant.objects.values_list("party__name", "interaction__at", "interaction__words")
    by_key = {
        (name, f"{at:%Y-%m-%d}", words.partition("Opportunity id: ")[2].partition(" · ")[0]): words
        for name, at, words in found
    }
    assert by_key.keys() == told.keys()
    for key, words in by_key.items():
        assert {value for value in told[key].values() if value} <= {*_values(words), *key}
    reasons = set(one.rows.filter(verdict="rejected").values_list("reason", flat=True))
    assert reasons == {
        "The row does not say with whom: it has no name, organisation, e-mail, phone or number.",
        "The row does not say when.",
    }
    last = {name: max(day for account, day, _ in told if account == name) for name, _, _ in told}
    measured = Party.objects.exclude(last_contact_at=None).values_list("name", "last_contact_at")
    assert {name: f"{at:%Y-%m-%d}" for name, at in measured} == last
    before = everything()
    assert counts(bring_in(folder / "sales_pipeline.csv"))[1:4] == (0, 0, len(told))
    assert everything() == before


def _values(words: str) -> set[str]:
    return {part.partition(": ")[2] for part in words.split(" · ")}


@pytest.mark.long
@pytest.mark.sqlite
def test_it_takes_purchases_without_a_header_as_the_history_of_their_customers(
    ana: User, bring_in: BringIn, real_data: Path
) -> None:
    path = real_data / "cdnow" / "CDNOW_sample.txt"
    lines = [tuple(line.split()) for line in path.read_text("ascii").splitlines() if line.strip()]
    purchases = set(lines)
    empty = everything()
    begun = process_time()
    one = bring_in(path)
    print(f"\n{len(lines) / (process_time() - begun):,.0f} rows of history per CPU second")
    assert counts(one) == (len(lines), len(purchases), 0, 0, len(lines) - len(purchases), 0)
    names = dict(Party.objects.values_list("external_id", "name"))
    assert names == {master: f"Customer {master}" for master, *_ in lines}
    rows = Participant.objects.values_list("party__external_id", "interaction__at", "interaction__words")
    found = {(whom, f"{at:%Y%m%d}", *sorted(_values(words))) for whom, at, words in rows}
    assert found == {(line[0], line[2], *sorted((line[1], *line[3:]))) for line in lines}
    assert Moment.objects.count() == len(purchases)
    before = everything()
    assert counts(bring_in(path))[1:3] == (0, 0)
    assert everything() == before
    undo_act(one.long_act or 0, actor=actor_for(ana), source=COMMAND, at=now())
    assert (everything(), Moment.objects.count()) == (empty, 0)
