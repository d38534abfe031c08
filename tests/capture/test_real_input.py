"""Phrases that others wrote down: the share read right is printed (`pytest -s`), and may not fall under its floor."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rapport.customers.capture.rules.days import add
from rapport.customers.capture.rules.facts import facts_by_shape
from rapport.customers.capture.rules.grammar import grammar, languages
from rapport.customers.capture.rules.names import Known
from rapport.customers.capture.rules.reading import FactKind, Moment
from rapport.customers.capture.rules.understanding import finish, sketch
from rapport.customers.capture.rules.words import tokens_of

pytestmark = pytest.mark.real_input
AT = datetime(2026, 11, 19, 14, 30, tzinfo=UTC)
CLDR_FLOORS = {"en": 99, "da": 97, "lv": 97, "ms": 97, "fil": 96, "ta": 97}


def moments_in(text: str, at: datetime, language: str = "en") -> list[Moment]:
    return [one.moment for one in sketch(text, at, language, None).moments]


def share(name: str, right: int, of: int) -> float:
    print(f"{name}: {right} of {of} read right, {100 * right / of:.0f} %")
    return 100 * right / of


def the_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8-sig"))


def test_it_reads_the_dates_of_chrono(real_data: Path) -> None:
    lines = (real_data / "dates_chrono" / "chrono_en.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    kept = [row for row in rows if re.match(r"\d{4}-\d\d-", str(row["ref"])) and row["parser"] != "chrono.fr"]
    dates = [row for row in kept if row["expect"] and row["parser"] != "chrono.strict" and _wanted(row)]
    none = [row for row in kept if not row["expect"] and row["parser"] != "chrono.strict"]
    ahead = [row for row in dates if _is_ahead(row)]
    silent = share("chrono, no date", sum(not moments_in(row["text"], _ref(row)) for row in none), len(none))
    everything = share("chrono, dates", sum(map(_is_right, dates)), len(dates))
    coming = share("chrono, dates that lie ahead", sum(map(_is_right, ahead)), len(ahead))

    assert (silent >= 100, everything >= 52, coming >= 60) == (True, True, True)


def _ref(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["ref"]).replace(tzinfo=UTC)


def _wanted(row: dict[str, Any]) -> dict[str, int]:
    fields: dict[str, int] = dict(row.get("start_fields") or {})
    if re.match(r"\d{4}-\d\d-", str(row.get("start", ""))):
        start = datetime.fromisoformat(row["start"])
        fields = {"year": start.year, "month": start.month, "day": start.day} | fields
        if (start.hour, start.minute) != (12, 0):
            fields = {"hour": start.hour, "minute": start.minute} | fields
    return fields


def _is_ahead(row: dict[str, Any]) -> bool:
    wanted = _wanted(row)
    if not {"year", "month", "day"} <= wanted.keys() or wanted["year"] < 1:
        return False
    return date(wanted["year"], wanted["month"], wanted["day"]) >= _ref(row).date()


def _is_right(row: dict[str, Any]) -> bool:
    """The first moment says every field that is expected of year, month, day, hour and minute."""
    found, wanted = moments_in(row["text"], _ref(row)), _wanted(row)
    for one in (meant for moment in found[:1] for meant in (moment, *moment.others)):
        said = {"year": one.day.year, "month": one.day.month, "day": one.day.day}
        if one.clock:
            said |= {"hour": one.clock.hour, "minute": one.clock.minute}
        if all(
            said.get(name, 0) == wanted[name]
            for name in said.keys() | {"hour", "minute"}
            if name in wanted and (one.clock or name not in {"hour", "minute"})
        ):
            return True
    return False


@pytest.mark.parametrize("language", CLDR_FLOORS)
def test_it_reads_the_words_of_cldr_for_days(language: str, real_data: Path) -> None:
    words = the_json(real_data / "dates_cldr" / f"{language}.json")
    phrases = dict(_cldr_phrases(words))
    wrong = [
        text
        for text, days in phrases.items()
        if not any(_means(one, days) for one in moments_in(text, AT, language)[:1])
    ]
    print(f"  not read: {wrong}")

    assert share(f"CLDR {language}", len(phrases) - len(wrong), len(phrases)) >= CLDR_FLOORS[language]


def _means(moment: Moment, days: frozenset[date]) -> bool:
    return bool(days & {one.day for one in (moment, *moment.others)})


def _cldr_phrases(words: dict[str, Any]) -> Iterator[tuple[str, frozenset[date]]]:
    """Relative days, weeks, months and years; counts of them ahead and back; weekdays; days of months."""
    fields = words["dateFields"]["fields"]
    for unit in ("day", "week", "month", "year"):
        for n in (-2, -1, 0, 1, 2):
            if text := fields[unit].get(f"relative-type-{n}"):
                yield text, frozenset({add(AT, n, unit).date()})
    for unit in ("minute", "hour", "day", "week", "month", "year"):
        for way, sign in (("future", 1), ("past", -1)):
            for pattern in fields[unit][f"relativeTime-type-{way}"].values():
                for n in (1, 2, 3):
                    yield pattern.replace("{0}", str(n)), frozenset({add(AT, sign * n, unit).date()})
    yield from _weekdays(words, fields)
    months = words["ca-gregorian"]["calendars"]["gregorian"]["months"]
    for form in ("format", "stand-alone"):
        for number, name in months[form]["wide"].items():
            day = date(2026, int(number), 14)
            yield f"14 {name}", frozenset({day if day >= AT.date() else day.replace(year=2027)})


def _weekdays(words: dict[str, Any], fields: dict[str, Any]) -> Iterator[tuple[str, frozenset[date]]]:
    names = words["ca-gregorian"]["calendars"]["gregorian"]["days"]["format"]["wide"]
    for number, key in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun")):
        coming = AT.date() + timedelta(days=(number - AT.weekday() - 1) % 7 + 1)
        yield names[key], frozenset({coming})
        yield fields[key]["relative-type-1"], frozenset({coming, coming + timedelta(days=7)})
        yield (
            fields[key]["relative-type--1"],
            frozenset({coming - timedelta(days=7), coming - timedelta(days=14)}),
        )


def test_it_reads_the_days_of_the_recognizers(real_data: Path) -> None:
    rows = the_json(real_data / "capture_recognizers" / "DateTime_English_DateTimeModel.json")
    wanted = [
        row
        for row in rows
        if row["Results"] and row["Results"][0].get("TypeName") in {"datetimeV2.date", "datetimeV2.datetime"}
    ]
    right = 0
    for row in wanted:
        said_at = row.get("Context", {}).get("ReferenceDateTime", "2016-11-07T00:00:00")
        at = datetime.fromisoformat(said_at).replace(tzinfo=UTC)
        values = {one.get("value", "")[:10] for one in row["Results"][0]["Resolution"]["values"]}
        found = moments_in(row["Input"], at)
        right += any(str(one.day) in values for moment in found[:1] for one in (moment, *moment.others))

    assert share("recognizers, days", right, len(wanted)) >= 45


@pytest.mark.parametrize(
    ("file", "kind", "floor"),
    [
        ("Sequence_English_EmailModel", FactKind.EMAIL, 70),
        ("Sequence_English_PhoneNumberModel", FactKind.PHONE, 85),
        ("NumberWithUnit_English_CurrencyModel", FactKind.MONEY, 48),
    ],
)
def test_it_reads_what_the_recognizers_read(file: str, kind: FactKind, floor: int, real_data: Path) -> None:
    rows = the_json(real_data / "capture_recognizers" / f"{file}.json")
    right = 0
    for row in rows:
        tokens = tokens_of(row["Input"])
        found = [
            fact for fact in facts_by_shape(row["Input"], tokens, grammar("en"), "US") if fact.kind == kind
        ]
        right += _agree([fact.said for fact in found], [one["Text"] for one in row["Results"]])

    assert share(f"recognizers, {kind}", right, len(rows)) >= floor


def _agree(found: list[str], expected: list[str]) -> bool:
    return [_bare(one) for one in found] == [_bare(one) for one in expected]


def _bare(text: str) -> str:
    return re.sub(r"[\s()]", "", text.lower())


@pytest.mark.long
def test_it_knows_people_by_their_names_in_many_languages(real_data: Path) -> None:
    """Each sample name is a person known, named whole among all the others."""
    everybody = the_json(real_data / "names_cldr" / "person_names.json")
    names = sorted({name for one in everybody.values() for name in _names(one)})
    known = [Known(key, "people", name) for key, name in enumerate(names)]
    right = sum(_finds(name, key, known) for key, name in enumerate(names))

    assert share("CLDR names", right, len(names)) >= 88


def _names(language: dict[str, Any]) -> Iterator[str]:
    for sample in language.get("sampleName", {}).values():
        parts = [
            sample.get(part, "") for part in ("given", "given2", "surname-prefix", "surname", "surname-core")
        ]
        if name := " ".join(part for part in parts if part and "∅" not in part):
            yield name


def _finds(name: str, key: int, known: list[Known]) -> bool:
    who = finish(
        sketch(f"called {name} about the pallets, send the list by friday", AT, "en", None), known
    ).who
    return bool(who) and bool(who[0].candidates) and who[0].candidates[0].party == key


def test_it_has_words_for_every_language_that_has_a_grammar() -> None:
    assert set(CLDR_FLOORS) == set(languages())
