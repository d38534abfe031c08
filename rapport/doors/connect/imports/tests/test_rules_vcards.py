"""Reading vCards: the exports of real programs whole, and the ways in which cards are broken."""

import hashlib
import io
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import asdict

from rapport.doors.connect.imports.rules.card import Card, Day, Point, Relative
from rapport.doors.connect.imports.rules.vcards import BadCard, read_vcards
from rapport.doors.connect.imports.tests.real_files import REAL_FILES, expected, needs_real_files

EXPECTED = expected("expected_vcards.json")


def read(text: str | bytes) -> list[Card | BadCard]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_vcards(io.BytesIO(data)))


def one(body: str | bytes, version: str = "3.0") -> Card:
    data = body.encode() if isinstance(body, str) else body
    [card] = read(b"BEGIN:VCARD\nVERSION:" + version.encode() + b"\n" + data + b"\nEND:VCARD\n")
    assert isinstance(card, Card), card
    return card


def plain(card: Card | BadCard) -> dict[str, Any]:
    """A card in the shape of the expected values: only what is filled, points as lists."""
    assert isinstance(card, Card), card
    said: dict[str, Any] = {"kind": card.kind}
    for field in (
        "name",
        "native_name",
        "call_me",
        "organisation",
        "job_title",
        "department",
        "language",
        "external_id",
    ):
        said[field] = getattr(card, field)
    for field in ("emails", "phones", "links", "messaging"):
        points: tuple[Point, ...] = getattr(card, field)
        said[field] = [[p.label, p.value, True] if p.preferred else [p.label, p.value] for p in points]
    said["addresses"] = [
        {part: text for part, text in asdict(address).items() if text} for address in card.addresses
    ]
    said["days"] = [[day.label, day.year, day.month, day.day] for day in card.days]
    said["relatives"] = [[relative.label, relative.name] for relative in card.relatives]
    said |= {"notes": list(card.notes), "tags": list(card.tags), "also": [list(pair) for pair in card.also]}
    if card.photo:
        digest = hashlib.sha256(card.photo).hexdigest()
        said["photo"] = {"bytes": len(card.photo), "sha256": digest, "type": card.photo_type}
    return {field: value for field, value in said.items() if value}


@needs_real_files
@pytest.mark.real_input
@pytest.mark.parametrize("name", EXPECTED)
def test_it_reads_the_exports_of_real_programs_whole(name: str) -> None:
    with (REAL_FILES / "vcard_exports" / name).open("rb") as file:
        assert [plain(card) for card in read_vcards(file)] == EXPECTED[name]


@needs_real_files
@pytest.mark.real_input
def test_it_has_expected_values_for_every_vcard_file() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in (REAL_FILES / "vcard_exports").glob("*.vcf"))


def test_it_reads_quoted_printable_over_soft_breaks() -> None:
    card = one("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:K=C3=A4the=\n M=C3=BCller\nTEL;CELL:123", "2.1")
    assert card.name == "Käthe Müller"
    assert card.phones == (Point("mobile", "123"),)


def test_it_reads_quoted_printable_that_forgot_its_soft_break() -> None:
    card = one("FN:Ana\nNOTE;QUOTED-PRINTABLE:first =C3=A9\n=C3=A9 second\nTEL;HOME:1", "2.1")
    assert card.notes == ("first é\né second",)
    assert card.phones == (Point("home", "1"),)


def test_it_keeps_a_semicolon_that_android_encodes_inside_a_component() -> None:
    card = one("FN:Ana\nADR;HOME;ENCODING=QUOTED-PRINTABLE:;;Street 1=3B back;Riga;;;", "2.1")
    assert (card.addresses[0].street, card.addresses[0].city) == ("Street 1; back", "Riga")


def test_it_reads_other_charsets_when_the_card_says_so() -> None:
    card = one(b"FN;CHARSET=ISO-8859-1:Bj\xf8rn\nN;CHARSET=SHIFT_JIS:" + "山田".encode("shift_jis"), "2.1")
    assert card.name == "Bjørn"
    assert card.also == ()


def test_it_does_not_stumble_over_charsets_that_are_none() -> None:
    for charset in ("hex", "klingon", "undefined"):
        assert one(f"FN;CHARSET={charset}:Ana").name == "Ana"


def test_it_reads_bytes_that_are_not_utf8_as_windows_1252_and_says_so() -> None:
    card = one(b"FN:Bj\xf8rn")
    assert card.name == "Bjørn"
    assert card.also == (("FN", "The text was not UTF-8; it was read as Windows-1252."),)


def test_it_reads_files_in_utf16_and_with_a_mark() -> None:
    text = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:ராஜ சோழன்\r\nEND:VCARD\r\n"
    for encoding in ("utf-16", "utf-8-sig"):
        [card] = read(text.encode(encoding))
        assert isinstance(card, Card)
        assert card.name == "ராஜ சோழன்"


def test_it_reads_lines_ended_by_carriage_returns_only() -> None:
    [card] = read("BEGIN:VCARD\rVERSION:3.0\rFN:Ana\rTEL:1\rEND:VCARD\r")
    assert isinstance(card, Card)
    assert (card.name, card.phones) == ("Ana", (Point("other", "1"),))


def test_it_unfolds_as_its_version_does() -> None:
    assert one("FN:Ana\nNOTE:long li\n ne", "3.0").notes == ("long line",)
    assert one("FN:Ana\nNOTE:two\n words", "2.1").notes == ("two words",)


def test_it_keeps_lines_that_were_not_folded() -> None:
    assert one("FN:Ana\nNOTE:first\nsecond line\nTEL:1").notes == ("first\nsecond line",)


def test_it_keeps_a_backslash_in_a_path_of_version_2() -> None:
    assert one(r"FN:Ana" + "\n" + r"NOTE:C:\new\; done", "2.1").notes == (r"C:\new; done",)


def test_it_reads_base64_without_indentation_up_to_the_blank_line() -> None:
    card = one("FN:Ana\nPHOTO;ENCODING=BASE64;TYPE=PNG:\niVBORw0K\nGgo=\n\nTEL:1", "2.1")
    assert (card.photo, card.photo_type) == (b"\x89PNG\r\n\x1a\n", "image/png")
    assert card.phones == (Point("other", "1"),)


def test_it_reads_a_photo_in_a_data_address_and_keeps_a_link_to_one() -> None:
    assert one("FN:Ana\nPHOTO:data:image/png;base64,iVBORw0KGgo=", "4.0").photo == b"\x89PNG\r\n\x1a\n"
    card = one("FN:Ana\nPHOTO;VALUE=uri:https://example.org/ana.jpg")
    assert (card.photo, card.also) == (b"", (("PHOTO", "https://example.org/ana.jpg"),))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("BDAY:19800322", Day("birthday", 1980, 3, 22)),
        ("BDAY:1980-03-22T00:00:00Z", Day("birthday", 1980, 3, 22)),
        ("BDAY:--0203", Day("birthday", None, 2, 3)),
        ("BDAY:--02-29", Day("birthday", None, 2, 29)),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-22", Day("birthday", None, 3, 22)),
        ("ANNIVERSARY:20090808T1430-0500", Day("anniversary", 2009, 8, 8)),
        ("X-KADDRESSBOOK-X-Anniversary:2001-05-01", Day("anniversary", 2001, 5, 1)),
        ("item1.X-ABDATE:1975-03-01\nitem1.X-ABLabel:first sale", Day("first sale", 1975, 3, 1)),
    ],
)
def test_it_reads_days_in_all_their_forms(written: str, day: Day) -> None:
    assert one(f"FN:Ana\n{written}", "4.0").days == (day,)


@pytest.mark.parametrize("written", ["1980-13-40", "03/04/1980", "circa 1800", "1980-03", "2023-02-29"])
def test_it_keeps_a_day_it_cannot_read_in_the_file_s_words(written: str) -> None:
    card = one(f"FN:Ana\nBDAY:{written}")
    assert (card.days, card.also) == ((), (("BDAY", written),))


def test_it_reads_links_and_numbers_written_as_addresses() -> None:
    card = one(
        "FN:Ana\nTEL;VALUE=uri:tel:+371-2000;ext=7\nEMAIL:mailto:ana@x.lv\nIMPP;PREF=1:xmpp:ana@x.lv", "4.0"
    )
    assert card.phones == (Point("other", "+371-2000 ext. 7"),)
    assert card.emails == (Point("other", "ana@x.lv"),)
    assert card.messaging == (Point("xmpp", "ana@x.lv", preferred=True),)


def test_it_reads_relatives_of_every_program() -> None:
    lines = "X-SPOUSE:Bo\nX-EVOLUTION-MANAGER:Eva\nX-MS-ASSISTANT:Jo\n"
    lines += "X-KADDRESSBOOK-X-SpousesName:Al\nRELATED;TYPE=friend:Ida"
    found = one("FN:Ana\n" + lines).relatives
    assert [relative.name for relative in found] == ["Bo", "Eva", "Jo", "Al", "Ida"]
    assert [relative.label for relative in found] == ["spouse", "manager", "assistant", "spouse", "friend"]
    assert one("FN:Ana\na.X-ABRELATEDNAMES:Per\na.X-ABLabel:_$!<Brother>!$_").relatives == (
        Relative("brother", "Per"),
    )


def test_it_takes_the_name_from_its_parts_when_there_is_no_full_name() -> None:
    card = one("N:Møller;Hans;Sven,Åge;hr.;jr.")
    assert card.name == "hr. Hans Sven Åge Møller jr."


def test_it_invents_no_name() -> None:
    card = one("EMAIL:ana@x.lv\nORG:")
    assert (card.kind, card.name, card.organisation) == ("person", "", "")


def test_it_reads_organisations() -> None:
    for body, version in (
        ("ORG:Acme\nTEL:1", "3.0"),
        ("KIND:org\nFN:Acme", "4.0"),
        ("FN:Acme\nORG:Acme;\nX-ABShowAs:COMPANY", "3.0"),
    ):
        card = one(body, version)
        assert (card.kind, card.name, card.organisation, card.also) == ("organisation", "Acme", "Acme", ())


def test_it_keeps_the_rest_of_nicknames_and_second_values() -> None:
    card = one("FN:Ana\nNICKNAME:Anna,Annie\nTITLE:Boss\nTITLE:Founder\nGEO:1;2\nX-FOO:bar")
    assert (card.call_me, card.job_title) == ("Anna", "Boss")
    assert card.also == (("NICKNAME", "Annie"), ("TITLE", "Founder"), ("GEO", "1;2"), ("X-FOO", "bar"))


def test_it_keeps_an_agent_s_card_inside_its_own() -> None:
    first, second = read(
        "BEGIN:VCARD\nVERSION:2.1\nFN:Ana\nAGENT:\nBEGIN:VCARD\nVERSION:2.1\nFN:Bo\nEND:VCARD\nTEL:1\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Eva\nEND:VCARD\n"
    )
    assert isinstance(first, Card)
    assert isinstance(second, Card)
    assert (first.name, first.phones, second.name) == ("Ana", (Point("other", "1"),), "Eva")
    assert "FN:Bo" in first.raw


def test_it_reads_on_after_a_missing_end() -> None:
    first, second = read("BEGIN:VCARD\nFN:Ana\nBEGIN:VCARD\nFN:Bo\nEND:VCARD\n")
    assert isinstance(first, Card)
    assert isinstance(second, Card)
    assert (first.name, second.name, second.also) == ("Ana", "Bo", ())
    assert first.also == (("END", "The line END:VCARD was missing; the card was read up to the next one."),)


def test_it_reports_bad_cards_and_reads_the_others() -> None:
    found = read(
        "hello\nBEGIN:VCARD\nNOTE:nobody\nEND:VCARD\n\nBEGIN:VCARD\nKIND:group\nFN:Friends\nEND:VCARD\n"
        "BEGIN:VCARD\n:::\nEND:VCARD\nBEGIN:VCARD\nFN:Ana\nEND:VCARD\n"
    )
    assert [(card.line, card.reason) for card in found if isinstance(card, BadCard)] == [
        (1, "These lines are outside any card: no BEGIN:VCARD stands before them."),
        (2, "The card has no name, organisation, e-mail or phone."),
        (6, "The card is a list of other cards, not a person or an organisation."),
        (10, "The card has no name, organisation, e-mail or phone."),
    ]
    assert [card.name for card in found if isinstance(card, Card)] == ["Ana"]


def test_it_says_that_an_empty_file_is_empty() -> None:
    assert read("") == [BadCard(1, "", "The file is empty: there is no contact in it.")]


def test_it_reads_lines_as_well_as_files() -> None:
    [card] = read_vcards([b"BEGIN:VCARD\n", b"FN:Ana\n", b"END:VCARD\n"])
    assert isinstance(card, Card)
    assert card.raw == "BEGIN:VCARD\nFN:Ana\nEND:VCARD\n"


def test_it_reads_many_cards_in_flat_memory() -> None:
    def lines() -> Iterator[bytes]:
        for number in range(1000):
            yield from (
                b"BEGIN:VCARD\n",
                b"FN:Ana %d\n" % number,
                b"NOTE:" + b"x" * 2000 + b"\n",
                b"END:VCARD\n",
            )

    tracemalloc.start()
    count = sum(isinstance(card, Card) for card in read_vcards(lines()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, peak < 500_000) == (1000, True)  # the whole file is 2 MB


def test_it_gives_up_on_a_card_without_end_before_it_fills_the_memory() -> None:
    huge = [
        b"BEGIN:VCARD\n",
        b"FN:Ana\n",
        *[b"NOTE:" + b"x" * 1_000_000 + b"\n"] * 17,
        b"BEGIN:VCARD\n",
        b"FN:Bo\n",
        b"END:VCARD\n",
    ]
    bad, good = read_vcards(huge)
    assert isinstance(bad, BadCard)
    assert isinstance(good, Card)
    assert (bad.reason, len(bad.raw)) == ("The card is larger than 16 MB, or its END:VCARD is missing.", 2000)
    assert good.name == "Bo"
