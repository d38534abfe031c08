"""Writes made-up parties with all that belongs to them, table by table, in one act."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

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
from rapport.customers.timeline.models import Interaction, Note, Participant, Promise, PromiseClosure
from rapport.customers.timeline.rules.rhythm import quiet_from, rhythm_of
from rapport.foundation.kernel.actors.models import User, Versioned
from rapport.foundation.kernel.ledger.services import Writer
from rapport.steering.adoption.rules import Somebody, Spoken


@dataclass(frozen=True)
class House:
    """The colleagues in the order of the rules, and the team of each by the user's key."""

    users: tuple[User, ...]
    teams: dict[int, int]


@dataclass
class _Made:
    """A made-up party, the row it became, and when one spoke with it and must keep a promise."""

    one: Somebody
    row: Party
    whole: "_Made | None" = None
    spoke_at: list[datetime] = field(default_factory=list)
    due: date | None = None
    said: list[tuple[Spoken, datetime]] = field(default_factory=list)


def write(writer: Writer, blocks: Sequence[Sequence[Somebody]], house: House, at: datetime) -> None:
    """Write these blocks of parties. Links lead to parties of the same block."""
    made: list[_Made] = []
    wholes: list[list[_Made]] = []
    for some in blocks:
        rows = [_Made(one, _party(one, house, at)) for one in some]
        for each in rows:
            each.whole = rows[each.one.part_of] if each.one.part_of is not None else None
            _remember(each, at)
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
    _write_talks(writer, made, house, at)


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


def _remember(each: _Made, at: datetime) -> None:
    """When what was said was said; the person's organisation took part, but promised is the person alone."""
    for spoken in each.one.spoken:
        midnight = (at - timedelta(days=spoken.days_ago)).replace(hour=0, minute=0, second=0, microsecond=0)
        moment = midnight + timedelta(minutes=spoken.minute)
        each.said.append((spoken, moment))
        for party in filter(None, (each, each.whole)):
            party.spoke_at.append(moment)
        if spoken.promise and spoken.is_ours and not spoken.is_kept:
            due = _due(spoken, at)
            each.due = min(each.due or due, due)


def _due(spoken: Spoken, at: datetime) -> date:
    return at.date() + timedelta(days=spoken.due_in)


def _contacts(each: _Made, at: datetime) -> Iterator[Versioned]:
    one, key = each.one, each.row.pk
    label = "work" if one.kind == "organisation" or one.job_title else "home"
    points = [("email", email, email, label) for email in one.emails]
    points += [("phone", typed, normal, kind) for typed, normal, kind in one.phones]
    points += [("link", one.link, one.link, "work")] if one.link else []
    for position, (type_, value, normal, kind) in enumerate(points):
        yield ContactPoint(
            party_id=key, type=type_, value=value, normal=normal, label=kind, position=position
        )


def _addresses(each: _Made, at: datetime) -> Iterator[Versioned]:
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


def _dates(each: _Made, at: datetime) -> Iterator[Versioned]:
    if each.one.birthday:
        year, month, day = each.one.birthday
        yield Remembered(party_id=each.row.pk, label="Birthday", year=year, month=month, day=day)


def _tags(each: _Made, at: datetime) -> Iterator[Versioned]:
    for tag in each.one.tags:
        yield PartyTag(party_id=each.row.pk, tag=tag)


def _consents(each: _Made, at: datetime) -> Iterator[Versioned]:
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


def _relations(rows: Sequence[_Made]) -> Iterator[Relation]:
    for each in rows:
        if each.one.related_to:
            label, other = each.one.related_to
            yield Relation(party_id=each.row.pk, other_id=rows[other].row.pk, label=label)


def _notes(each: _Made, house: House, at: datetime) -> Iterator[Note]:
    if each.one.note:
        author = house.users[each.one.owner or 0]
        yield Note(
            party_id=each.row.pk, words=each.one.note, owner=author, at=each.row.created_at, is_pinned=True
        )


def _write_talks(writer: Writer, made: Sequence[_Made], house: House, at: datetime) -> None:
    """What was said, who took part, what was promised with it, and which promises were kept."""
    talks: list[tuple[_Made, Spoken, Interaction]] = []
    for each in made:
        for spoken, moment in each.said:
            owner = house.users[spoken.colleague].pk
            talk = Interaction(
                at=moment,
                channel=spoken.channel,
                direction=spoken.direction,
                words=spoken.words,
                owner_id=owner,
            )
            talks.append((each, spoken, talk))
    writer.bulk_create([talk for _each, _spoken, talk in talks])
    parts: list[Participant] = []
    promises: list[tuple[Spoken, Promise]] = []
    for each, spoken, talk in talks:
        parts.append(Participant(interaction_id=talk.pk, party_id=each.row.pk))
        if each.whole is not None:
            parts.append(
                Participant(interaction_id=talk.pk, party_id=each.whole.row.pk, is_organisation_of=True)
            )
        if spoken.promise:
            promises.append((spoken, _promise(each, spoken, talk, at)))
    writer.bulk_create(parts)
    writer.bulk_create([promise for _spoken, promise in promises])
    writer.bulk_create([_closure(spoken, promise, at) for spoken, promise in promises if spoken.is_kept])


def _promise(each: _Made, spoken: Spoken, talk: Interaction, at: datetime) -> Promise:
    return Promise(
        party_id=each.row.pk,
        words=spoken.promise,
        is_ours=spoken.is_ours,
        due_date=_due(spoken, at),
        owner_id=talk.owner_id,
        interaction_id=talk.pk,
        made_at=talk.at,
    )


def _closure(spoken: Spoken, promise: Promise, at: datetime) -> PromiseClosure:
    kept: Any = min(at - timedelta(hours=2), promise.made_at + timedelta(days=2))
    return PromiseClosure(promise_id=promise.pk, at=max(kept, promise.made_at), by_id=promise.owner_id)
