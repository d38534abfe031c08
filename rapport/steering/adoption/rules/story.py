"""Three years of story with one person: how often one speaks, about what, what was promised, who was met."""

from random import Random

from msgspec import Struct
from msgspec.structs import replace

from rapport.steering.adoption.rules import topics

YEARS = 3
LONGEST_AGO = YEARS * 365
# By stage: the days between two talks, and how many of these have passed since the last one. Whoever is at risk or lost
# has fallen silent; with a prospect it has just begun.
RHYTHMS = {
    "customer": ((21, 30, 45, 60, 60, 90, 120), (0.05, 1.4)),
    "at_risk": ((30, 45, 60), (2.2, 4.0)),
    "former": ((45, 60, 90), (4.0, 9.0)),
    "prospect": ((10, 14, 21), (0.1, 1.8)),
    "": ((90, 180), (0.2, 2.0)),
}
# Days; of what was promised since then most is open.
FRESH = 21
MOST = {"prospect": 5, "": 2}
CHANNELS = ("phone", "phone", "phone", "in_person", "email", "email", "chat", "letter", "video")
CALLS = {"phone", "video"}
BY_APPOINTMENT = {"in_person", "video"}


class Spoken(Struct, frozen=True):
    """Something that was said, and what was promised with it. Days count back from today, due days forward; the minute
    is of the day, in UTC. `met` says what for, where it had been planned as a meeting."""

    days_ago: int
    minute: int
    channel: str
    direction: str
    words: str
    colleague: int
    outcome: str = ""
    feeling: str = ""
    minutes: int | None = None
    met: str = ""
    promise: str = ""
    is_ours: bool = True
    due_in: int = 0
    is_kept: bool = False
    why_dropped: str = ""


class Planned(Struct, frozen=True):
    """A meeting to come (negative days ago), or one that nobody came to, with a word why."""

    days_ago: int
    minute: int
    channel: str
    words: str
    colleague: int
    why_missed: str = ""


def story(
    chance: Random, stage: str, language: str, days_known: int, colleague: int
) -> tuple[list[Spoken], list[Planned]]:
    """What was said with somebody of this stage, latest first, and the meetings beside it."""
    if stage not in RHYTHMS:
        return [], []
    rhythms, (least, most) = RHYTHMS[stage]
    rhythm = chance.choice(rhythms)
    ago = 1 + int(rhythm * chance.uniform(least, most))
    said: list[Spoken] = []
    while ago < min(days_known, LONGEST_AGO) and len(said) < MOST.get(stage, LONGEST_AGO):
        said.append(_spoken(chance, ago, language, colleague))
        # Most gaps near the rhythm, now and then a long one, as people do.
        ago += 1 + int(rhythm * chance.triangular(0.3, 2.4, 0.9))
    return said, _planned(chance, stage, said, colleague)


def _spoken(chance: Random, ago: int, language: str, colleague: int) -> Spoken:
    channel = chance.choice(CHANNELS)
    said = Spoken(
        ago,
        chance.randint(6 * 60, 15 * 60),
        channel,
        chance.choice(("ours", "ours", "theirs")),
        "",
        colleague,
    )
    if channel == "phone" and chance.random() < 0.12:
        outcome = chance.choice(("no_answer", "left_message"))
        return replace(said, words=chance.choice(topics.NOBODY_THERE), direction="ours", outcome=outcome)
    topic = chance.choice(topics.topics_in(language))
    fill = {"coffee": chance.choice(topics.COFFEES), "kilos": chance.choice((5, 10, 12, 20, 40))}
    said = replace(
        said, words=topic.words.format(**fill), feeling=topic.feeling if chance.random() < 0.6 else ""
    )
    if channel in CALLS | BY_APPOINTMENT:
        said = replace(said, minutes=chance.choice((None, 5, 10, 15, 30, 45)))
    if channel in BY_APPOINTMENT and chance.random() < 0.5:
        said = replace(said, met=chance.choice(topics.MEETINGS))
    ours, theirs = topic.ours.format(**fill), topic.theirs.format(**fill)
    if not (ours or theirs) or chance.random() < (0.15 if ago <= FRESH else 0.5):
        return said
    is_ours = bool(ours) and (not theirs or chance.random() < 0.7)
    return _promised(chance, replace(said, promise=ours if is_ours else theirs, is_ours=is_ours))


def _promised(chance: Random, said: Spoken) -> Spoken:
    """Due within weeks. What is long past was kept or, now and then, let go; of what is fresh most is open."""
    due_in = chance.choice((0, 1, 1, 2, 3, 5, 7, 14, 21)) - said.days_ago
    if said.days_ago <= FRESH and (due_in >= 0 or chance.random() < 0.15):
        return replace(said, due_in=due_in)
    why = chance.choice(topics.WHY_DROPPED) if chance.random() < 0.06 else ""
    return replace(said, due_in=due_in, is_kept=not why, why_dropped=why)


def _planned(chance: Random, stage: str, said: list[Spoken], colleague: int) -> list[Planned]:
    found: list[Planned] = []
    # On the full and the half hour of a working day, as one agrees on.
    minute = chance.randint(14, 30) * 30
    about = chance.choice(topics.MEETINGS)
    channel = chance.choice(("in_person", "in_person", "video", "phone"))
    if stage in {"customer", "prospect"} and chance.random() < 0.12:
        found.append(
            Planned(-chance.choice((0, 0, 1, 1, 2, 3, 4, 5, 7, 9, 13)), minute, channel, about, colleague)
        )
    if len(said) > 3 and chance.random() < 0.04:
        ago = chance.randint(10, 200)
        found.append(Planned(ago, minute, "in_person", about, colleague, chance.choice(topics.WHY_MISSED)))
    return found
