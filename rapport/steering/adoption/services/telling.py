"""Writes the story of made-up parties: what was said, promised and kept, and the meetings."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rapport.customers.timeline.models import (
    Guest,
    Interaction,
    Meeting,
    MeetingClosure,
    Participant,
    Promise,
    PromiseClosure,
)
from rapport.foundation.kernel.ledger.services import Writer
from rapport.steering.adoption.rules import Planned, Spoken
from rapport.steering.adoption.services.made import House, Made, due_of, moment_of

type Talk = tuple[Made, Spoken, Interaction]


def write_story(writer: Writer, made: Sequence[Made], house: House, at: datetime) -> None:
    """What was said, who took part, what was promised with it, which promises were kept, and the meetings."""
    talks = [(each, spoken, _talk(spoken, moment, house)) for each in made for spoken, moment in each.said]
    writer.bulk_create([talk for _each, _spoken, talk in talks])
    writer.bulk_create([part for each, _spoken, talk in talks for part in _participants(each, talk)])
    promises = [(spoken, _promise(each, spoken, talk, at)) for each, spoken, talk in talks if spoken.promise]
    writer.bulk_create([promise for _spoken, promise in promises])
    closed = [(spoken, promise) for spoken, promise in promises if spoken.is_kept or spoken.why_dropped]
    writer.bulk_create([_closure(spoken, promise, at) for spoken, promise in closed])
    _write_meetings(writer, made, talks, house, at)


def _talk(spoken: Spoken, moment: datetime, house: House) -> Interaction:
    return Interaction(
        at=moment,
        channel=spoken.channel,
        direction=spoken.direction,
        words=spoken.words,
        owner_id=house.users[spoken.colleague].pk,
        minutes=spoken.minutes,
        outcome=spoken.outcome,
        feeling=spoken.feeling,
    )


def _participants(each: Made, talk: Interaction) -> Iterator[Participant]:
    for party in filter(None, (each, each.whole)):
        yield Participant(interaction_id=talk.pk, party_id=party.row.pk, is_organisation_of=party is not each)


def _promise(each: Made, spoken: Spoken, talk: Interaction, at: datetime) -> Promise:
    return Promise(
        party_id=each.row.pk,
        words=spoken.promise,
        is_ours=spoken.is_ours,
        due_date=due_of(spoken, at),
        owner_id=talk.owner_id,
        interaction_id=talk.pk,
        made_at=talk.at,
        is_open=not (spoken.is_kept or spoken.why_dropped),
    )


def _closure(spoken: Spoken, promise: Promise, at: datetime) -> PromiseClosure:
    """Kept a day or two after it was made, and never in the future."""
    closed_at = max(promise.made_at, min(at - timedelta(hours=2), promise.made_at + timedelta(days=2)))
    return PromiseClosure(
        promise_id=promise.pk,
        at=closed_at,
        by_id=promise.owner_id,
        is_kept=spoken.is_kept,
        why=spoken.why_dropped,
    )


def _write_meetings(
    writer: Writer, made: Sequence[Made], talks: Sequence[Talk], house: House, at: datetime
) -> None:
    """Those that became what was said, those that were missed, and those to come."""
    held = [(each, _held(spoken, talk), talk) for each, spoken, talk in talks if spoken.met]
    planned = [(each, one, _meeting(one, house, at)) for each in made for one in each.one.planned]
    all_of_them = [
        *((each, meeting) for each, meeting, _talk in held),
        *((each, meeting) for each, _one, meeting in planned),
    ]
    writer.bulk_create([meeting for _each, meeting in all_of_them])
    writer.bulk_create([guest for each, meeting in all_of_them for guest in _guests(each, meeting)])
    closures = [
        MeetingClosure(meeting_id=meeting.pk, interaction_id=talk.pk, at=talk.at, by_id=talk.owner_id)
        for _each, meeting, talk in held
    ]
    closures += [
        MeetingClosure(meeting_id=meeting.pk, at=meeting.at, by_id=meeting.owner_id, why=one.why_missed)
        for _each, one, meeting in planned
        if one.why_missed
    ]
    writer.bulk_create(closures)


def _held(spoken: Spoken, talk: Interaction) -> Meeting:
    return Meeting(
        at=talk.at,
        minutes=talk.minutes,
        channel=talk.channel,
        words=spoken.met,
        owner_id=talk.owner_id,
        is_open=False,
    )


def _meeting(one: Planned, house: House, at: datetime) -> Meeting:
    owner = house.users[one.colleague].pk
    return Meeting(
        at=moment_of(one, at),
        minutes=45,
        channel=one.channel,
        words=one.words,
        owner_id=owner,
        is_open=not one.why_missed,
    )


def _guests(each: Made, meeting: Meeting) -> Iterator[Guest]:
    for party in filter(None, (each, each.whole)):
        yield Guest(meeting_id=meeting.pk, party_id=party.row.pk, is_organisation_of=party is not each)
