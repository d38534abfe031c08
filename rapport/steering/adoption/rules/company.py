"""Makes up the parties of the practice company, a block at a time, so that a million need no more memory than some."""

from collections.abc import Sequence
from random import Random

from msgspec import Struct, field

from rapport.foundation.kernel.search.rules import fold, words_in
from rapport.steering.adoption.rules import words
from rapport.steering.adoption.rules.names import COUNTRIES, INDIA, WEIGHTS, Country
from rapport.steering.adoption.rules.story import Planned, Spoken, story

# A block is made from the seed and its number alone. Links lead to the same block only.
BLOCK = 600
STAGES = ("stranger", "prospect", "prospect", "customer", "customer", "customer", "at_risk", "former", "")
CHANNELS = ("phone", "phone", "in_person", "email", "email", "chat", "letter", "video")


class Colleague(Struct, frozen=True):
    """Somebody of the practice firm who can sign in."""

    email: str
    name: str
    role: str
    department: str
    team: str
    language: str
    time_zone: str


COLLEAGUES = (
    Colleague(
        "dace@practice.example",
        "Dace Lind",
        "administrator",
        "management",
        "North",
        "en",
        "Europe/Copenhagen",
    ),
    Colleague(
        "mikkel@practice.example", "Mikkel Lind", "director", "management", "North", "da", "Europe/Copenhagen"
    ),
    Colleague("ilze@practice.example", "Ilze Bērziņa", "manager", "sales", "North", "lv", "Europe/Riga"),
    Colleague("kavitha@practice.example", "S. Kavitha", "member", "sales", "South", "ta", "Asia/Kolkata"),
    Colleague(
        "siti@practice.example", "Siti binti Rahman", "member", "service", "South", "ms", "Asia/Kuala_Lumpur"
    ),
    Colleague(
        "ramon@practice.example", "Ramon Santos", "member", "front-desk", "South", "fil", "Asia/Manila"
    ),
)
# Who looks after whom: the first three the north, the last three the south; some belong to nobody yet.
_NORTH, _SOUTH = (0, 0, 1, 2, 2, 2, None), (3, 3, 4, 4, 5, None)
TEAMS = ("North", "South")


class Plan(Struct, frozen=True):
    """How large the company is, and the seed it is made from."""

    people: int = 1_200
    seed: int = 7

    @property
    def key(self) -> str:
        """The plan as the source of its acts keeps it."""
        return f"{self.seed}/{self.people}"

    @classmethod
    def of(cls, key: str) -> "Plan":
        """The plan of a key. Raises ValueError."""
        seed, _sep, people = key.partition("/")
        return cls(int(people), int(seed))


class Address(Struct, frozen=True):
    """Where a party lives or works."""

    street: str
    city: str
    postal_code: str
    region: str
    country: str


class Somebody(Struct):
    """A made-up party. `part_of` and `related_to` are places in the same block."""

    kind: str
    name: str
    country: Country
    native_name: str = ""
    call_me: str = ""
    part_of: int | None = None
    job_title: str = ""
    unit: str = ""
    stage: str = ""
    channel: str = ""
    owner: int | None = None
    days_known: int = 0
    emails: tuple[str, ...] = ()
    phones: tuple[tuple[str, str, str], ...] = ()
    link: str = ""
    address: Address | None = None
    birthday: tuple[int | None, int, int] | None = None
    tags: tuple[str, ...] = ()
    consent: tuple[str, str, bool, str, int] | None = None
    related_to: tuple[str, int] | None = None
    note: str = ""
    spoken: list[Spoken] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)


def blocks_of(plan: Plan) -> int:
    """How many blocks the company has."""
    return -(-plan.people // BLOCK)


def shape(total: int) -> tuple[int, int, int]:
    """How many organisations, households and people a block of so many parties has."""
    organisations, households = total * 15 // 100, total // 60
    return organisations, households, total - organisations - households


def block(plan: Plan, number: int) -> list[Somebody]:
    """The parties of one block: organisations first, then households, then people."""
    chance = Random(f"{plan.seed}:{number}")  # noqa: S311 - a game of names, no secret
    organisations, households, people = shape(min(BLOCK, plan.people - number * BLOCK))
    made: list[Somebody] = []
    for place in range(organisations):
        made.append(_organisation(chance, number * BLOCK + place))
    for place in range(households):
        made.append(_household(chance, number * BLOCK + organisations + place))
    firms: dict[str, list[int]] = {}
    for place in range(organisations):
        firms.setdefault(made[place].country.code, []).append(place)
    homes = list(range(organisations, organisations + households))
    for _each in range(people):
        one = _person(chance, number * BLOCK + len(made), made, firms, homes)
        if made and chance.random() < 0.08:
            one.related_to = chance.choice(words.RELATIONS), chance.randrange(len(made))
        made.append(one)
    return made


def _begin(chance: Random, kind: str, country: Country, name: str) -> Somebody:
    owner = chance.choice(_SOUTH if country.time_zone.startswith("Asia") else _NORTH)
    one = Somebody(kind, name, country, owner=owner)
    one.stage = chance.choice(STAGES)
    one.days_known = 1 + int(chance.random() ** 2 * 2_000)
    if chance.random() < 0.5:
        one.tags = tuple(dict.fromkeys(chance.choices(words.TAGS, k=chance.randint(1, 2))))
    if chance.random() < 0.75:
        city, code, region = chance.choice(country.places)
        street = f"{chance.choice(country.streets)} {chance.randint(1, 180)}"
        one.address = Address(street, city, code, region, country.code)
    if chance.random() < 0.03:
        one.note = chance.choice(words.NOTES)
    return one


def _country(chance: Random) -> Country:
    return chance.choices(COUNTRIES, WEIGHTS)[0]


def _organisation(chance: Random, number: int) -> Somebody:
    country = _country(chance)
    family = chance.choice(country.families).removeprefix("bin ")
    name = " ".join(filter(None, [family, chance.choice(country.trades), chance.choice(country.forms)]))
    one = _begin(chance, "organisation", country, name)
    site = f"{_slug(family)}{number}.example"
    one.emails = (f"info@{site}",)
    one.link = f"https://www.{site}/"
    one.phones = (_phone(chance, country, "work"),)
    return one


def _household(chance: Random, number: int) -> Somebody:
    country = _country(chance)
    family = chance.choice(country.families).removeprefix("bin ")
    one = _begin(chance, "household", country, f"Family {family}")
    one.emails = (f"family.{_slug(family)}{number}@home.example",)
    return one


def _person(
    chance: Random, number: int, made: Sequence[Somebody], firms: dict[str, list[int]], homes: list[int]
) -> Somebody:
    country = _country(chance)
    name, native, called = _name(chance, country)
    one = _begin(chance, "person", country, name)
    one.native_name = native
    one.call_me = called if chance.random() < 0.1 else ""
    if country.code in firms and chance.random() < 0.7:
        one.part_of = chance.choice(firms[country.code])
        own_jobs = words.OWN_JOBS.get(country.language, words.JOBS)
        one.job_title = chance.choice(own_jobs if chance.random() < 0.4 else words.JOBS)
        one.unit = chance.choice(words.UNITS) if chance.random() < 0.3 else ""
    elif homes and chance.random() < 0.25:
        one.part_of = chance.choice(homes)
    _reach(chance, one, number, made)
    if chance.random() < 0.35:
        year = chance.randint(1945, 2006) if chance.random() < 0.8 else None
        one.birthday = year, chance.randint(1, 12), chance.randint(1, 28)
    if chance.random() < 0.4:
        one.consent = _consent(chance)
    colleague = one.owner if one.owner is not None else chance.randrange(len(COLLEAGUES))
    one.spoken, one.planned = story(chance, one.stage, country.language, one.days_known, colleague)
    return one


def _name(chance: Random, country: Country) -> tuple[str, str, str]:
    """A whole name, the same in its own script where that is another one, and the given name."""
    is_woman = chance.random() < 0.52
    if country is INDIA:
        given, own = chance.choice(country.own_women if is_woman else country.own_men)
        initial, own_initial = chance.choice(country.own_initials)
        return f"{initial} {given}".strip(), f"{own_initial} {own}".strip(), given
    given = chance.choice(country.women if is_woman else country.men)
    families = country.family_of_women if is_woman and country.family_of_women else country.families
    return f"{given} {chance.choice(families)}", "", given


def _reach(chance: Random, one: Somebody, number: int, made: Sequence[Somebody]) -> None:
    """E-mail addresses and phones; the work address is at the firm's own site."""
    slug = ".".join(_slug(word) for word in one.name.split())
    firm = made[one.part_of] if one.part_of is not None else None
    if chance.random() < 0.85:
        at = firm.emails[0].partition("@")[2] if firm and firm.kind == "organisation" else "mail.example"
        one.emails = (f"{slug}.{number}@{at}",)
    phones = [_phone(chance, one.country, "mobile")] if chance.random() < 0.8 else []
    if chance.random() < 0.15:
        phones.append(_phone(chance, one.country, "home"))
    one.phones = tuple(phones)
    one.channel = chance.choice(CHANNELS) if chance.random() < 0.2 else ""


def _slug(word: str) -> str:
    return "".join(part for part in words_in(fold(word.casefold())) if part.isascii()) or "x"


def _phone(chance: Random, country: Country, label: str) -> tuple[str, str, str]:
    """A number as typed, in E.164, and its kind."""
    form = country.mobile if label == "mobile" else country.fixed
    digits = iter(f"{chance.randrange(100_000):05d}")
    typed = f"{country.dial} " + "".join(next(digits) if char == "#" else char for char in form)
    return typed, "+" + "".join(char for char in typed if char.isdigit()), label


def _consent(chance: Random) -> tuple[str, str, bool, str, int]:
    purpose, source = chance.choice(words.PURPOSES), chance.choice(words.SOURCES)
    return (
        purpose,
        chance.choice(("email", "phone", "letter")),
        chance.random() < 0.8,
        source,
        chance.randint(1, 900),
    )
