"""Every address, by every role, and from outside: who gets in, who is told whom to ask, and who finds nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Note, Promise
from rapport.customers.timeline.services import (
    Planned,
    Promised,
    Said,
    make_promise,
    plan_meeting,
    record_interaction,
    write_note,
)
from rapport.foundation.kernel.records.rules import record_types
from tests.cast import AT, BACKEND, Cast, all_records, doing, organisation, part, person

ROLES = ("dace", "ana", "mira", "tomas", "gita", "arvo")
# What a route is for. A route that stands in none of these fails the test: somebody must decide.
OPEN = {"account_login", "accounts:first-run", "alive", "source", "health:metrics", "ui:preferences"}
SIGNED_IN = {
    "account_logout", "accounts:myself", "accounts:keys", "accounts:password", "accounts:ending", "records:search",
    "records:options", "records:acts", "timeline:today", "timeline:week", "timeline:calls", "ui:pattern",
    "capture:reading", "timeline:reminders", "timeline:reminders-count", "timeline:emptying", "timeline:wishing",
}  # fmt: skip
ADMIN = {
    "accounts:firm", "accounts:users", "accounts:new-user", "accounts:user", "accounts:new-team", "accounts:team",
    "accounts:roles", "health:care", "health:trying", "health:mail", "health:mail-trial",
    "copies:mending", "copies:taking", "copies:backup", "upgrades:upgrade", "upgrades:looking",
    "upgrades:rehearsing", "upgrades:switching", "upgrades:returning", "copies:new-place", "copies:trying-place",
    "copies:pausing-place", "copies:resuming-place", "copies:removing-place",
}  # fmt: skip
IMPORTS = {
    "imports:list", "imports:new", "imports:one", "imports:columns", "imports:reading", "imports:bringing",
    "imports:choosing", "imports:correcting", "imports:discarding", "imports:rejected",
}  # fmt: skip
RECORDS = {
    "records:list", "records:new", "records:many", "records:record", "records:edit", "records:history",
    "records:new-part", "records:deletion", "records:cell", "records:cell-shown", "records:source",
    "records:panel", "records:readers", "records:undoing", "timeline:saying", "timeline:promising", "timeline:noting",
    "timeline:closing", "timeline:moving", "timeline:handing-over", "timeline:taking", "timeline:letting-be",
    "capture:capture", "capture:card",
    "timeline:planning", "timeline:holding", "timeline:moving-meeting", "timeline:missing",
    "timeline:attaching", "timeline:file", "timeline:detaching", "timeline:joining", "timeline:leaving",
    "timeline:noticing", "timeline:pinning", "timeline:unpinning",
    "timeline:reminding", "timeline:snoozing", "timeline:finishing",
}  # fmt: skip


def names(patterns: Any, prefix: str = "") -> Iterator[str]:
    """The names of all routes there are, with their namespaces."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns, f"{prefix}{one.namespace}:" if one.namespace else prefix)
        elif isinstance(one, URLPattern):
            yield f"{prefix}{one.name}"


def test_it_knows_what_every_route_is_for() -> None:
    everything = OPEN | SIGNED_IN | ADMIN | IMPORTS | RECORDS
    found = {name for name in names(get_resolver().url_patterns) if not name.startswith("adoption:")}

    assert found - everything == set(), "routes that nobody classified"
    assert everything - found == set(), "routes that are gone"


def client_of(cast: Cast, name: str) -> Client:
    """A browser in which this member of the cast is signed in."""
    client = Client()
    client.force_login(getattr(cast, name), backend=BACKEND)
    return client


@pytest.fixture
def story(cast: Cast) -> dict[str, Any]:
    """A person of Ana's, with a number, a promise, an interaction, a note and a private note."""
    ana = cast.actor("ana")
    firm = organisation(ana, "Havnen", owner=cast.ana)
    berg = person(ana, "Mrs Berg", owner=cast.ana, organisation=firm, team=cast.sellers)
    number = part(ana, "contact-points", berg, type="phone", value="32 12 34 56")
    said = record_interaction(
        [berg], Said("wants a price", AT), Promised("the quote", AT.date()), **doing(ana)
    )
    promise = make_promise(berg, Promised("a call", AT.date()), **doing(ana)).record
    note = write_note(berg, "likes it dark", **doing(ana)).record
    meeting = plan_meeting([berg], Planned(AT, words="the tasting"), **doing(ana)).record
    secret = write_note(berg, "CANARY her divorce", is_private=True, **doing(ana))
    return {
        "firm": firm, "berg": berg, "number": number, "said": said, "promise": promise, "note": note, "secret": secret,
        "meeting": meeting,
    }  # fmt: skip


def reads(story: dict[str, Any]) -> list[str]:
    """Addresses that read something of the story."""
    berg, number = story["berg"].pk, story["number"].pk
    promise, note, said = story["promise"].pk, story["note"].pk, story["said"].record.pk
    return [
        "/", "/people/", "/people/?owner=me", "/people/?sort=name", "/organisations/", "/households/",
        f"/people/{berg}/", f"/people/{berg}/history/", f"/people/{berg}/fields/job_title/shown/",
        f"/people/{berg}/fields/name/source/", f"/contact-points/{number}/fields/value/source/",
        f"/panels/story/people/{berg}/", f"/panels/reach/people/{berg}/", f"/promises/{promise}/", f"/notes/{note}/",
        f"/interactions/{said}/", "/promises/", "/notes/", "/interactions/", "/search/?q=berg",
        "/search/options/people/?q=berg", "/history/", "/me/", "/me/keys/", "/week/", "/calls/", "/meetings/",
        f"/meetings/{story['meeting'].pk}/", "/reminders/", "/reminders/count/", "/reminders/wishing/",
        f"/reminding/people/{berg}/", f"/reminding/promises/{promise}/",
    ]  # fmt: skip


def writes(story: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """Addresses that write to the story, with what they send."""
    berg, number = story["berg"].pk, story["number"].pk
    said = {"channel": "phone", "direction": "ours", "at": "2026-11-19T10:00", "words": "x", "whose": "ours"}
    return [
        (f"/people/{berg}/fields/name/", {"name": "HACKED"}),
        (f"/people/{berg}/edit/", {"name": "HACKED"}),
        (f"/people/{berg}/deletion/", {}),
        (f"/contact-points/{number}/fields/value/", {"value": "34 41 23 45"}),
        (f"/contact-points/{number}/deletion/", {}),
        (f"/people/{berg}/parts/tags/", {"tag": "HACKED"}),
        ("/people/many/", {"pick": str(berg), "set": "stage=former"}),
        (f"/promises/{story['promise'].pk}/closure/", {}),
        (f"/promises/{story['promise'].pk}/deletion/", {}),
        (f"/notes/{story['note'].pk}/fields/words/", {"words": "HACKED"}),
        (f"/acts/{story['said'].act}/undoing/", {}),
        ("/people/new/", {"name": "HACKED"}),
        (f"/parties/{berg}/saying/", said),
        (f"/parties/{berg}/noting/", {"words": "x"}),
        (f"/parties/{berg}/letting-be/", {}),
        (f"/reminding/people/{berg}/", {"at": "2099-01-01T10:00"}),
        (f"/parties/{berg}/promising/", {"words": "x", "whose": "ours", "due": "2099-01-01"}),
        (f"/parties/{berg}/planning/", {"at": "2099-01-01T10:00", "channel": "phone"}),
        (f"/meetings/{story['meeting'].pk}/holding/", {"words": "x"}),
        (f"/meetings/{story['meeting'].pk}/moving/", {"at": "2099-01-01T10:00"}),
        (f"/meetings/{story['meeting'].pk}/missing/", {}),
        ("/admin/users/new/", {"name": "x"}),
        ("/admin/teams/", {"name": "x"}),
        ("/admin/roles/", {"role": "guest", "record_type": "people", "verb": "edit", "reach": "all"}),
        ("/admin/firm/", {"name": "x"}),
    ]


def test_it_sends_strangers_to_the_door(cast: Cast, story: dict[str, Any]) -> None:
    standing, client = all_records(), Client()

    for address in reads(story):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/"), address
    for address, data in writes(story):
        answer = client.post(address, data)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/"), address
    assert all_records() == standing


@pytest.mark.parametrize("who", ROLES)
def test_it_shows_people_and_their_story_to_every_role_but_no_private_note(
    cast: Cast, story: dict[str, Any], who: str
) -> None:
    client = client_of(cast, who)
    canaries = 0
    for address in reads(story):
        answer = client.get(address)
        assert answer.status_code == 200, (who, address)
        canaries += b"CANARY" in answer.content

    assert (canaries > 0) == (who == "ana")
    assert client.get(f"/notes/{story['secret'].record.pk}/").status_code == (200 if who == "ana" else 404)


MAY_WRITE = {"dace": 25, "ana": 21, "mira": 21, "tomas": 6, "gita": 2, "arvo": 0}


@pytest.mark.parametrize("who", ROLES)
def test_it_lets_each_role_write_only_what_is_its_own(cast: Cast, story: dict[str, Any], who: str) -> None:
    """Refused means unchanged (G22); what may be done is in the table of roles."""
    from django.db import transaction

    client, done, standing = client_of(cast, who), 0, all_records()
    for address, data in writes(story):
        with transaction.atomic():
            answer = client.post(address, data)
            changed = all_records() != standing
            assert answer.status_code < 500, (who, address)
            assert changed <= (answer.status_code == 303), (who, address, answer.status_code)
            if not may(who, address):
                assert not changed, (who, address)
                assert answer.status_code in {303, 403, 404, 409}, (who, address, answer.status_code)
            done += changed
            transaction.set_rollback(True)
    assert done <= MAY_WRITE[who]
    assert done > 0 or who == "arvo"


def may(who: str, address: str) -> bool:
    """Whether a role may do this at all, by the shipped table (`accounts.rules`)."""
    if who == "arvo":
        return False
    if address.startswith("/admin/"):
        return who == "dace"
    if address.startswith("/reminding/"):
        return True
    if who == "gita":
        return address.endswith("/noting/")
    if who == "tomas":
        return address.endswith(("/new/", "/saying/", "/promising/", "/noting/", "/planning/"))
    return True


@pytest.mark.parametrize("who", ROLES)
def test_it_takes_a_pasted_signature_only_from_who_may_add_people(cast: Cast, who: str) -> None:
    answer = client_of(cast, who).get("/signature/")
    assert answer.status_code == (403 if who in {"gita", "arvo"} else 200)


def narrow(cast: Cast, reach: str) -> None:
    """Make members see only as far as this, everywhere."""
    from rapport.foundation.accounts.services import set_grant

    for kind in record_types():
        if not kind.is_part:
            set_grant(cast.ana.role, kind.key, "see", reach, **doing(cast.actor("dace")))


def test_it_hides_what_is_out_of_reach_exactly_like_what_never_was(cast: Cast, story: dict[str, Any]) -> None:
    narrow(cast, "own")
    tomas = client_of(cast, "tomas")
    standing = all_records()
    for address in reads(story):
        if any(char.isdigit() for char in address):
            answer = tomas.get(address)
            never = tomas.get(_never(address))
            assert (answer.status_code, never.status_code) == (404, 404), address
            assert _bare(answer.content) == _bare(never.content), address
        else:
            assert b"Berg" not in tomas.get(address).content.replace(b'value="berg"', b""), address
    for address, data in writes(story):
        if any(char.isdigit() for char in address):
            assert tomas.post(address, data).status_code in {403, 404}, address
    assert all_records() == standing


def _never(address: str) -> str:
    return "/".join("99999999" if piece.isdigit() else piece for piece in address.split("/"))


def _bare(content: bytes) -> bytes:
    """A page without what differs at every request: the tokens of its forms, and the address one asked for."""
    import re

    content = re.sub(rb'(value|content|nonce)="[^"]*"', b"", content)
    return content


def test_it_refuses_to_link_to_a_hidden_record(cast: Cast, story: dict[str, Any]) -> None:
    narrow(cast, "own")
    tomas = cast.actor("tomas")
    mine = person(tomas, "Mine", owner=cast.tomas)
    answer = client_of(cast, "tomas").post(
        f"/people/{mine.pk}/fields/organisation/", {"organisation": "Havnen"}
    )

    assert answer.status_code == 422
    assert Party.objects.get(pk=mine.pk).organisation_id is None


def test_it_ignores_fields_that_no_form_has(cast: Cast, story: dict[str, Any]) -> None:
    berg = story["berg"]
    sent = {"name": "Mrs Berg", "kind": "household", "version": "1", "id": "5", "updated_at": "2001-01-01"}
    client_of(cast, "ana").post(f"/people/{berg.pk}/edit/", sent)

    berg.refresh_from_db()
    assert (berg.kind, berg.pk) == ("person", story["berg"].pk)


def test_it_hides_a_hidden_field_everywhere(cast: Cast, story: dict[str, Any]) -> None:
    from rapport.foundation.kernel.access.models import HiddenField
    from rapport.foundation.kernel.ledger.services import act
    from rapport.foundation.kernel.records.rules import record_type
    from rapport.foundation.kernel.records.services import edit_record

    berg = story["berg"]
    edit_record(record_type("people"), berg, {"external_id": "HIDDEN-17"}, **doing(cast.actor("ana")))
    with act("role.changed", **doing(cast.actor("dace"))) as writer:
        writer.create(HiddenField(role=cast.tomas.role, record_type="people", field="external_id"))
    tomas = client_of(cast, "tomas")

    for address in reads(story):
        assert b"HIDDEN-17" not in tomas.get(address).content, address
    assert tomas.get(f"/people/{berg.pk}/fields/external_id/source/").status_code == 404


@pytest.mark.parametrize(
    "query", ["owner__password__startswith=a", "nope=1", "sort=owner__email", "after=x", "owner=x"]
)
def test_it_answers_400_to_a_filter_that_is_none(cast: Cast, query: str) -> None:
    assert client_of(cast, "ana").get(f"/people/?{query}").status_code == 400


def test_it_counts_promises_and_notes_as_their_owners(cast: Cast, story: dict[str, Any]) -> None:
    assert Promise.objects.visible_to(cast.actor("tomas"), "edit").count() == 0
    assert Promise.objects.visible_to(cast.actor("mira"), "edit").count() == 2
    assert Note.objects.visible_to(cast.actor("mira")).count() == 1
