"""What holds for every reading: places, the note, doubts, bounded work; for any text at all."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.customers.capture.rules.grammar import grammar, languages
from rapport.customers.capture.rules.names import Known
from rapport.customers.capture.rules.reading import FactKind, Grain, Reading, due_text
from rapport.customers.capture.rules.understanding import finish, sketch
from rapport.customers.capture.rules.words import LONGEST, note_of, tokens_of
from rapport.customers.timeline.models import Channel, Direction
from tests.capture.spoken import any_text, sentences

AT = datetime(2026, 11, 19, 14, 30, tzinfo=UTC)
KNOWN = [
    Known(1, "people", "Anna Berg"),
    Known(2, "people", "Anna Holm"),
    Known(3, "organisations", "Nordpak A/S"),
]
SPOKEN = [one.text for language in languages() for one in sentences(language)]
# Words of real sentences in any order, between characters of any kind.
ANY = st.one_of(
    any_text(300),
    st.lists(st.sampled_from([word for text in SPOKEN for word in text.split()]), max_size=40).map(" ".join),
    st.lists(st.one_of(st.sampled_from(SPOKEN), any_text(20)), max_size=4).map("\n".join),
    st.text("0123456789/.:-+ €kr,apm", max_size=80),
)


def read(text: str, language: str = "en", known: list[Known] = KNOWN) -> Reading:
    return finish(sketch(text, AT, language, "DK"), known)


@pytest.mark.parametrize("language", languages())
def test_it_names_only_channels_and_directions_of_the_timeline(language: str) -> None:
    found = grammar(language).contacts
    meanings = [one.meaning for some in [*found.by_word.values(), found.others] for one in some]

    assert {one["channel"] for one in meanings if "channel" in one} <= set(Channel.values)
    assert {one["direction"] for one in meanings if "direction" in one} <= {*Direction.values, "subject"}


@pytest.mark.parametrize("language", languages())
def test_it_knows_every_slot_and_kind_that_a_grammar_names(language: str) -> None:
    """Each pattern is tried on every sentence of every language: an unknown slot would raise."""
    for text in SPOKEN:
        read(text, language)


@settings(deadline=None, max_examples=400)
@given(ANY, st.sampled_from(languages()))
def test_it_never_raises_and_keeps_its_places_in_the_text(text: str, language: str) -> None:
    reading = read(text, language)

    for _part, span in reading.spans():
        assert 0 <= span.start < span.end <= len(text)
    for who in reading.who:
        assert who.span is None or who.span.of(text) == who.said
    reading.as_dict()


@settings(deadline=None, max_examples=300)
@given(ANY)
def test_it_loses_no_character_of_the_note_but_control_signs(text: str) -> None:
    """Every character that is neither space nor control stands in the note, as often as in the text, in its order."""
    kept = [char for char in text if not char.isspace() and not _is_control(char)]
    noted = [char for char in note_of(text) if not char.isspace()]

    assert noted == kept
    assert Counter(note_of(text)) - Counter(text.replace("\r", "\n") + "\n") == Counter()


def _is_control(char: str) -> bool:
    return ord(char) < 32 or 127 <= ord(char) < 160


def test_it_reads_a_hundred_thousand_characters_by_their_beginning_and_keeps_them_all() -> None:
    text = "called anna berg, send the list by friday " + "and more words " * 7_000
    reading = read(text)

    assert len(text) > 100_000
    assert reading.note == text.strip()
    assert reading.who[0].candidates[0].name == "Anna Berg"
    assert [one.why for one in reading.doubts] == ["long"]


@pytest.mark.parametrize(
    "unit",
    ["a", "a ", "1", "1 ", "a@", "(1", "1.", "ab-", "friday ", "+1 ", "and ", "க்", "\u200f", "'", "to "],
)
def test_it_analyses_no_more_of_a_long_text_than_of_a_short_one(unit: str) -> None:
    """What is analysed has a ceiling, so that time cannot grow with the text beyond copying it."""
    for size in (10_000, 100_000):
        text = unit * (size // len(unit))
        assert sum(len(token.text) for token in tokens_of(text)) <= LONGEST
        assert read(text).note == note_of(text)


def test_it_reads_nothing_into_an_empty_line() -> None:
    for text in ("", "   ", "\n\t", "\x00\x07", "\u200f\u200e"):
        reading = read(text)
        assert (reading.who, reading.how, reading.promises, reading.facts, reading.doubts) == (
            (),
            None,
            (),
            (),
            (),
        )


def test_it_reads_through_marks_of_direction_and_control_signs() -> None:
    reading = read("\u200fcalled\x00 Anna\u200e Berg\x1b, send list \u202bby friday 10\u202c")

    assert (reading.who[0].candidates[0].name, due_text(reading.due)) == ("Anna Berg", "2026-11-20T10:00")


@pytest.mark.parametrize(
    ("text", "part", "why", "choices"),
    [
        ("send anna holm the list by 03/04", "due", "several", ("2027-04-03", "2027-03-04")),
        ("call anna tomorrow at 14", "who", "several", ("Anna Berg", "Anna Holm")),
        ("send the list by 12 Nov 2026", "due", "past", ("2026-11-12",)),
        ("send the list by 1 January 9999", "due", "far", ("9999-01-01",)),
        ("call nordpak tomorrow at 3", "due", "several", ("2026-11-20T15:00", "2026-11-20T03:00")),
        ("send the list by next friday", "due", "several", ("2026-11-27", "2026-11-20")),
    ],
)
def test_it_asks_back_what_is_in_doubt(text: str, part: str, why: str, choices: tuple[str, ...]) -> None:
    assert [(one.part, one.why, one.choices) for one in read(text).doubts] == [(part, why, choices)]


@pytest.mark.parametrize(
    "text", ["send it by 99/99", "by 31 february", "by 30/02/2027", "25:99", "in 999 years", "by 45.13.2026"]
)
def test_it_makes_no_day_of_what_is_none(text: str) -> None:
    due = read(text).due

    assert due is None or due.day.year > 2900


def test_it_counts_from_the_day_of_the_reader() -> None:
    """At half past eleven in the evening in Manila it is still yesterday's afternoon in London."""
    from zoneinfo import ZoneInfo

    moment = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    for zone, day in (("Asia/Manila", "2026-11-20"), ("Europe/London", "2026-11-19")):
        reading = finish(sketch("send it tomorrow", moment.astimezone(ZoneInfo(zone)), "en", None), [])
        assert due_text(reading.due) == day


def test_it_says_how_exactly_a_time_was_meant() -> None:
    said = {
        "by friday": Grain.DAY,
        "by friday 10": Grain.HOUR,
        "friday 10:15": Grain.MINUTE,
        "next week": Grain.WEEK,
        "next month": Grain.MONTH,
    }

    assert {words: read(f"send it {words}").due.grain for words in said} == said  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "due", "grain"),
    [
        ("call her between 3 and 5 pm tomorrow", "2026-11-20T15:00", Grain.HOUR),
        ("call her tomorrow 11-1 pm", "2026-11-20T11:00", Grain.HOUR),
        ("call her tomorrow 12-2 pm", "2026-11-20T12:00", Grain.HOUR),
        ("send it Mon–Wed", "2026-11-25", Grain.DAY),
        ("send it from Friday to Monday", "2026-11-23", Grain.DAY),
        ("send it in Q4", "2026-11-19", Grain.QUARTER),
        ("send it in Q3", "2027-07-01", Grain.QUARTER),
        ("send it by the end of Q4 2027", "2027-12-31", Grain.DAY),
        ("send 3-5 boxes", None, None),
        ("send it in Q5", None, None),
    ],
)
def test_it_reads_ranges_and_quarters(text: str, due: str | None, grain: Grain | None) -> None:
    found = read(text).due
    assert (due_text(found), found and found.grain) == (due, grain)


def test_it_keeps_what_happened_apart_from_what_is_due() -> None:
    reading = read("met anna berg yesterday at 15:00, send the offer by friday")

    assert (str(reading.when), str(reading.due)) == ("2026-11-18 15:00", "2026-11-20")


def test_it_finds_facts_with_their_places() -> None:
    text = "anna berg: new mail anna@berg.example, tel 32 12 34 56, offer EUR 1.250,50"
    facts = [(one.kind, one.value, one.span.of(text)) for one in read(text).facts]

    assert facts == [
        (FactKind.EMAIL, "anna@berg.example", "anna@berg.example"),
        (FactKind.PHONE, "+4532123456", "32 12 34 56"),
        (FactKind.MONEY, "1250.50 EUR", "EUR 1.250,50"),
    ]


def test_it_marks_both_promises_of_a_sentence() -> None:
    reading = read("called anna berg, she'll send the form by monday, I'll call her tomorrow")

    assert [(one.words, one.is_ours, str(one.due)) for one in reading.promises] == [
        ("send the form", False, "2026-11-23"),
        ("call her", True, "2026-11-20"),
    ]
