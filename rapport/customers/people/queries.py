"""What pages ask of people: what each is known by, their parts, who may own them."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import ngettext
from msgspec import Struct

from rapport.customers.people.models import (
    Consent,
    ContactPoint,
    Part,
    Party,
    PartyTag,
    PostalAddress,
    Relation,
    Remembered,
)
from rapport.foundation.kernel.access.rules import Actor
from rapport.foundation.kernel.actors.queries import active_users, department_names, team_names, user_names
from rapport.foundation.kernel.ledger.queries.kept_query import KeptQuery
from rapport.foundation.kernel.records.rules import Known


def known_parties(keys: Sequence[int]) -> Mapping[int, Known]:
    """What each of these parties is found by: names in every form, organisation, addresses, numbers, places, tags."""
    emails: dict[int, list[str]] = defaultdict(list)
    phones: dict[int, list[str]] = defaultdict(list)
    words: dict[int, list[str]] = defaultdict(list)
    for party, type_, value, normal in _points(keys):
        if type_ == ContactPoint.Type.PHONE:
            phones[party].append(normal.partition(";")[0] or value)
        elif type_ == ContactPoint.Type.EMAIL:
            emails[party].append(value)
        else:
            words[party].append(value)
    for party, word in [*_tags(keys), *_cities(keys)]:
        words[party].append(word)
    return {key: _known(names, words[key], emails[key], phones[key]) for key, *names in _names(keys)}


_points = KeptQuery(
    lambda keys: (
        ContactPoint.objects.filter(party__among=keys)
        .order_by("pk")
        .values_list("party_id", "type", "value", "normal")
    )
)
_tags = KeptQuery(lambda keys: PartyTag.objects.filter(party__among=keys).values_list("party_id", "tag"))
_cities = KeptQuery(
    lambda keys: PostalAddress.objects.filter(party__among=keys).values_list("party_id", "city")
)
_names = KeptQuery(
    lambda keys: Party.objects.filter(pk__among=keys).values_list(
        "pk", "name", "native_name", "call_me", "job_title", "organisation__name"
    )
)


def _known(names: Sequence[str | None], words: list[str], emails: list[str], phones: list[str]) -> Known:
    name, native_name, call_me, job_title, organisation = (part or "" for part in names)
    title = name or native_name or (emails or phones or [str(Party())])[0]
    subtitle = ", ".join(filter(None, [job_title, organisation]))
    return Known(title, subtitle, [name, native_name, call_me, *words], emails, phones)


def told_apart(keys: Sequence[int], actor: Actor) -> Mapping[int, str]:
    """What tells parties of one name apart: town, the firm's part of an address, and how many belong to it."""
    towns = dict(
        PostalAddress.objects.filter(party__in=keys)
        .exclude(city="")
        .order_by("-pk")
        .values_list("party", "city")
    )
    emails = ContactPoint.objects.filter(party__in=keys, type=ContactPoint.Type.EMAIL).order_by("-pk")
    domains = {party: normal.rpartition("@")[2] for party, normal in emails.values_list("party", "normal")}
    members = Party.objects.visible_to(actor).filter(organisation__in=keys).values_list("organisation")
    people = dict(members.annotate(Count("pk")))
    numbers = {
        key: ngettext("%(count)s person", "%(count)s people", n) % {"count": n} for key, n in people.items()
    }
    return {key: ", ".join(filter(None, [of.get(key) for of in (towns, domains, numbers)])) for key in keys}


def line_under(party: Party) -> str:
    """What stands under a party's name: what they do, and where."""
    return ", ".join(filter(None, [party.job_title, str(party.organisation or "")]))


class Parts(Struct, frozen=True):
    """All that belongs to a party, in the order it was given."""

    contacts: Sequence[ContactPoint]
    addresses: Sequence[PostalAddress]
    dates: Sequence[Remembered]
    relations: Sequence[Relation]
    related_from: Sequence[Relation]
    tags: Sequence[PartyTag]
    consents: Sequence[Consent]

    def all(self) -> list[Part]:
        """Every part that is the party's own."""
        return [*self.contacts, *self.addresses, *self.dates, *self.relations, *self.tags, *self.consents]


def parts_of(party: Party, actor: Actor) -> Parts:
    """What belongs to a party; a relation to somebody the actor may not see shows no name."""
    relations, related_from = _relations(party.pk), _related_from(party.pk)
    others = {one.other_id for one in relations if one.other_id} | {one.party_id for one in related_from}
    allowed = set(_visible_among(others, actor))
    return Parts(
        contacts=_contacts(party.pk),
        addresses=_addresses(party.pk),
        dates=_dates(party.pk),
        relations=[one for one in relations if one.other_id is None or one.other_id in allowed],
        related_from=[one for one in related_from if one.party_id in allowed],
        tags=_tagged(party.pk),
        consents=_consents(party.pk),
    )


_relations = KeptQuery[Relation](
    lambda party: Relation.objects.filter(party=party).select_related("other").order_by("pk")
)
_related_from = KeptQuery[Relation](
    lambda party: Relation.objects.filter(other=party).select_related("party").order_by("pk")[:20]
)
_visible_among = KeptQuery[int](
    lambda keys, actor: Party.objects.visible_to(actor).filter(pk__among=keys).values_list("pk", flat=True)
)
_contacts = KeptQuery[ContactPoint](
    lambda party: ContactPoint.objects.filter(party=party).order_by("type", "position", "pk")
)
_addresses = KeptQuery[PostalAddress](
    lambda party: PostalAddress.objects.filter(party=party).order_by("position", "pk")
)
_dates = KeptQuery[Remembered](lambda party: Remembered.objects.filter(party=party).order_by("month", "day"))
_tagged = KeptQuery[PartyTag](lambda party: PartyTag.objects.filter(party=party).order_by("tag"))
_consents = KeptQuery[Consent](lambda party: Consent.objects.filter(party=party).order_by("-said_date", "pk"))


def members_of(organisation: Party, actor: Actor, limit: int = 20) -> Sequence[Party]:
    """The people of an organisation, or its parts, that the actor may see."""
    return list(
        Party.objects.visible_to(actor).filter(organisation=organisation).order_by("sort_key", "pk")[:limit]
    )


def owner_choices() -> tuple[tuple[str, str], ...]:
    """Colleagues who can own a party."""
    active = active_users()
    return tuple((str(key), name) for key, name in user_names().items() if key in active)


def team_choices() -> tuple[tuple[str, str], ...]:
    """The firm's teams."""
    return tuple((str(key), name) for key, name in team_names().items())


def department_choices() -> tuple[tuple[str, str], ...]:
    """The firm's departments."""
    return tuple((str(key), name) for key, name in department_names().items())


def next_day(remembered: Remembered, today: date) -> date:
    """The next time a remembered date comes round; a day that its month does not have, as 29 February in most years, is
    kept on the month's last."""
    for year in (today.year, today.year + 1):
        last = monthrange(year, remembered.month)[1]
        day = date(year, remembered.month, min(remembered.day, last))
        if day >= today:
            return day
    return day


def same_contact(type_: str, normals: Sequence[str], actor: Actor) -> Mapping[str, list[int]]:
    """For each normal form, the parties the actor may see that have such a contact point."""
    found: dict[str, list[int]] = defaultdict(list)
    visible = Party.objects.visible_to(actor)
    rows: Any = ContactPoint.objects.filter(Q(type=type_, normal__in=normals), party__in=visible)
    for normal, party in rows.values_list("normal", "party_id").order_by("party_id"):
        if party not in found[normal]:
            found[normal].append(party)
    return found
