"""Writes made-up parties with all that belongs to them, table by table, in one act."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rapport.customers.people.models import (
    Consent,
    ContactPoint,
    Party,
    PartyTag,
    PostalAddress,
    Relation,
    Remembered,
)
from rapport.customers.people.rules import sort_key
from rapport.customers.timeline.models import Note
from rapport.customers.timeline.rules.rhythm import quiet_from, rhythm_of
from rapport.foundation.kernel.actors.models import Versioned
from rapport.foundation.kernel.ledger.services import Writer
from rapport.steering.adoption.rules import Somebody
from rapport.steering.adoption.services.made import House, Made
from rapport.steering.adoption.services.telling import write_story


def write(writer: Writer, blocks: Sequence[Sequence[Somebody]], house: House, at: datetime) -> None:
    """Write these blocks of parties. Links lead to parties of the same block."""
    made: list[Made] = []
    wholes: list[list[Made]] = []
    for some in blocks:
        rows = [Made(one, _party(one, house, at)) for one in some]
        for each in rows:
            each.whole = rows[each.one.part_of] if each.one.part_of is not None else None
            each.remember(at)
        made += rows
        wholes.append(rows)
    for each in made:
        last = max(each.spoke_at, default=None)
        each.row.last_contact_at, each.row.next_promise_due = last, each.due
        each.row.rhythm_days = rhythm_of(moment.date() for moment in each.spoke_at)
        each.row.quiet_from = quiet_from(last, each.row.rhythm_days)
    writer.bulk_create([each.row for each in made if each.whole is None])
    members = [(each, each.whole) for each in made if each.whole is not None]
    for each, whole in members:
        each.row.organisation_id = whole.row.pk
    writer.bulk_create([each.row for each, _whole in members])
    for parts in (_contacts, _addresses, _dates, _tags, _consents):
        writer.bulk_create([part for each in made for part in parts(each, at)])
    writer.bulk_create([relation for rows in wholes for relation in _relations(rows)])
    writer.bulk_create([note for each in made for note in _notes(each, house, at)])
    write_story(writer, made, house, at)


def _party(one: Somebody, house: House, at: datetime) -> Party:
    owner = house.users[one.owner] if one.owner is not None else None
    known = at - timedelta(days=one.days_known)
    return Party(
        kind=one.kind,
        name=one.name,
        native_name=one.native_name,
        call_me=one.call_me,
        job_title=one.job_title,
        unit=one.unit,
        stage=one.stage,
        language=one.country.language,
        channel=one.channel,
        time_zone=one.country.time_zone,
        owner_id=owner.pk if owner else None,
        team_id=house.teams.get(owner.pk) if owner else None,
        department_id=owner.department_id if owner else None,
        created_at=known,
        # What is derived is given as the projections would make it, so that they need not write every row again.
        updated_at=known,
        sort_key=sort_key(one.name),
    )


def _contacts(each: Made, at: datetime) -> Iterator[Versioned]:
    one, key = each.one, each.row.pk
    label = "work" if one.kind == "organisation" or one.job_title else "home"
    points = [("email", email, email, label) for email in one.emails]
    points += [("phone", typed, normal, kind) for typed, normal, kind in one.phones]
    points += [("link", one.link, one.link, "work")] if one.link else []
    for position, (type_, value, normal, kind) in enumerate(points):
        yield ContactPoint(
            party_id=key, type=type_, value=value, normal=normal, label=kind, position=position
        )


def _addresses(each: Made, at: datetime) -> Iterator[Versioned]:
    if there := each.one.address:
        yield PostalAddress(
            party_id=each.row.pk,
            label="home" if each.one.kind == "household" else "work",
            street=there.street,
            city=there.city,
            postal_code=there.postal_code,
            region=there.region,
            country=there.country,
        )


def _dates(each: Made, at: datetime) -> Iterator[Versioned]:
    if each.one.birthday:
        year, month, day = each.one.birthday
        yield Remembered(party_id=each.row.pk, label="Birthday", year=year, month=month, day=day)


def _tags(each: Made, at: datetime) -> Iterator[Versioned]:
    for tag in each.one.tags:
        yield PartyTag(party_id=each.row.pk, tag=tag)


def _consents(each: Made, at: datetime) -> Iterator[Versioned]:
    if each.one.consent:
        purpose, channel, is_given, source, ago = each.one.consent
        yield Consent(
            party_id=each.row.pk,
            purpose=purpose,
            channel=channel,
            is_given=is_given,
            source=source,
            said_date=at.date() - timedelta(days=ago),
        )


def _relations(rows: Sequence[Made]) -> Iterator[Relation]:
    for each in rows:
        if each.one.related_to:
            label, other = each.one.related_to
            yield Relation(party_id=each.row.pk, other_id=rows[other].row.pk, label=label)


def _notes(each: Made, house: House, at: datetime) -> Iterator[Note]:
    if each.one.note:
        author = house.users[each.one.owner or 0]
        yield Note(
            party_id=each.row.pk, words=each.one.note, owner=author, at=each.row.created_at, is_pinned=True
        )
