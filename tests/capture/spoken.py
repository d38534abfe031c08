"""The sentences with what they mean, the people they are about, and how a reading is compared with them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from rapport.customers.capture.rules.reading import Moment, Reading
from rapport.customers.capture.rules.words import folded
from rapport.foundation.kernel.access.rules import SYSTEM
from rapport.foundation.kernel.actors.models import Firm
from rapport.foundation.kernel.ledger.rules import COMMAND
from rapport.foundation.kernel.ledger.services import act
from tests.cast import AT, organisation, person

FOLDER = Path(__file__).parent / "sentences"
PARTS = ("who", "how", "promise", "due", "facts")
# Every third sentence is held out: nobody looked at how it is read while the grammars were written.
HELD_OUT = 3
ZONES = {
    "en": "Europe/London", "da": "Europe/Copenhagen", "lv": "Europe/Riga", "ms": "Asia/Kuala_Lumpur",
    "fil": "Asia/Manila", "ta": "Asia/Kolkata",
}  # fmt: skip
COUNTRIES = {"en": "GB", "da": "DK", "lv": "LV", "ms": "MY", "fil": "PH", "ta": "IN"}
# (name, organisation, call me); without an organisation's name a "+" marks an organisation itself.
PEOPLE = {
    "en": [
        ("Nordpak", "+", ""), ("Southbank Bakehouse", "+", ""), ("Mette Hansen", "Nordpak", ""),
        ("Kavitha Ramanathan", "", ""), ("Kavitha Nair", "", ""), ("Owen Adeyemi", "", ""),
        ("Eleanor Whitcombe", "", "Nell"), ("Tan Wei Ling", "", ""), ("Priya Menon", "", ""),
        ("Jose Miguel dela Cruz", "", "Joey"), ("Siti Aisyah binti Abdullah", "", ""),
        ("Peter Lindqvist", "", ""), ("Peter Obi", "", ""),
    ],
    "da": [
        ("Nordpak", "+", ""), ("Bageriet Kornblomst", "+", ""), ("Mette Hansen", "Nordpak", ""),
        ("Søren Kjær", "", ""), ("Freja Holm", "", ""), ("Jens Mølgaard", "", ""), ("Jens Bruun", "", ""),
        ("Ahmed Yildiz", "", ""), ("Åse Brandt", "", ""), ("Anne Marie Skov", "", "Rie"),
    ],
    "lv": [
        ("Baltijas Iepakojums", "+", ""), ("Pie Daugavas", "+", ""), ("Jānis Bērziņš", "", ""),
        ("Kristīne Zariņa", "", ""), ("Andris Liepiņš", "", ""), ("Ilze Kalniņa", "", ""),
        ("Mārtiņš Ozols", "", ""), ("Mārtiņš Kļaviņš", "", ""),
    ],
    "ms": [
        ("Kedai Kopi Sentosa", "+", ""), ("Warung Pagi", "+", ""), ("Siti Aisyah binti Abdullah", "", ""),
        ("Farid Iskandar", "", ""), ("Tan Wei Ling", "", ""), ("Thanaletchumi a/p Subramaniam", "", "Thana"),
        ("Ahmad Zaki", "", ""), ("Ahmad Firdaus", "", ""),
    ],
    "fil": [
        ("Kapihan ni Lola", "+", ""), ("Panaderya Luna", "+", ""), ("Maria Santos", "", ""),
        ("Jose Miguel dela Cruz", "", "Joey"), ("Liza Manalo", "", ""), ("Juan Reyes", "", ""),
        ("Juan Bautista", "", ""), ("Grace Villanueva", "", ""),
    ],
    "ta": [
        ("மெட்ராஸ் காபி", "+", ""), ("அன்னை பேக்கரி", "+", ""), ("முருகன் செல்வம்", "", ""),
        ("கவிதா ராமநாதன்", "", ""), ("பிரியா மேனன்", "", ""), ("குமார் ராஜா", "", ""),
        ("குமார் சுப்பிரமணியம்", "", ""), ("லட்சுமி நாராயணன்", "", ""), ("Deepa Krishnan", "", ""),
        ("Selvi Traders", "+", ""),
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """A sentence with what was written down of it, part by part, before it was read."""

    language: str
    number: int
    text: str
    expected: Mapping[str, str]

    @property
    def is_held_out(self) -> bool:
        """True for every third."""
        return self.number % HELD_OUT == 0


def sentences(language: str) -> list[Sentence]:
    """The sentences of a language in their order."""
    lines = (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    return [
        _sentence(language, number, line)
        for number, line in enumerate((line for line in lines if not line.startswith("#")), 1)
    ]


def _sentence(language: str, number: int, line: str) -> Sentence:
    text, *parts = (part.strip() for part in line.split("|"))
    return Sentence(language, number, text, dict(zip(PARTS, [*parts, ""], strict=False)))


def moment(language: str) -> datetime:
    """Thursday 19 November 2026, 14:30, where the language is spoken."""
    return datetime(2026, 11, 19, 14, 30, tzinfo=ZoneInfo(ZONES[language]))


def invite(language: str) -> None:
    """Write down the people of the sentences."""
    with act("firm.corrected", actor=SYSTEM, source=COMMAND, at=AT) as writer:
        writer.update(Firm.objects.get(), country=COUNTRIES[language])
    firms = {}
    for name, firm, call_me in PEOPLE[language]:
        if firm == "+":
            firms[name] = organisation(SYSTEM, name)
        else:
            person(SYSTEM, name, call_me=call_me, organisation=firms.get(firm))


def said(reading: Reading) -> dict[str, str]:
    """A reading in the shape of what is expected."""
    how, promise, due = reading.how, reading.promise, reading.due
    return {
        "who": "; ".join(sorted(_who(reading))),
        "how": f"{how.channel} {how.direction}" if how else "",
        "promise": f"{'ours' if promise.is_ours else 'theirs'}: {promise.words}" if promise else "",
        "due": _due(due) if due else "",
        "facts": "; ".join(sorted(f"{fact.kind}: {fact.value}" for fact in reading.facts)),
    }


def _who(reading: Reading) -> Iterator[str]:
    for who in reading.who:
        if who.is_new:
            yield f"new {who.said}"
        elif who.is_sure:
            yield who.candidates[0].name
        else:
            yield " / ".join(sorted(one.name for one in who.candidates))


def _due(due: Moment) -> str:
    grain = f" {due.grain}" if due.grain in {"week", "month", "quarter", "year"} else ""
    return f"{due}{grain}{' ?' if due.others else ''}"


def verdicts(sentence: Sentence, reading: Reading) -> dict[str, bool]:
    """Part by part, whether the reading is right; names and promises compare without case."""
    found = said(reading)
    return {part: _agree(sentence.expected[part], found[part], part) for part in PARTS}


def _agree(expected: str, found: str, part: str) -> bool:
    if part in {"who", "facts"}:
        wanted = ["/".join(sorted(one.strip() for one in some.split("/"))) for some in expected.split(";")]
        return Counter(map(_plain, wanted)) == Counter(
            _plain(one.replace(" / ", "/")) for one in found.split(";")
        )
    return _plain(expected) == _plain(found)


def _plain(text: str) -> str:
    return " ".join(folded(word) for word in text.split())


def any_text(longest: int) -> st.SearchStrategy[str]:
    """Text of any characters that can be stored. Said by category: how a codec does it takes seconds to find out."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=longest)
