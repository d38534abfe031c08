"""What people do most in the journeys, done through the pages as they do it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.client import FormClient

FIRM, OWNER, EMAIL, PASSWORD = (
    "Lind & Bērziņš",
    "Mette Sørensen",
    "mette@lind.example",
    "a calm and quiet morning",
)
ZONE = ZoneInfo("Europe/Copenhagen")
PEOPLE = (
    ("Kavitha Ramanathan", "கவிதா ராமநாதன்", "Head of operations", "Madras Filter House", "customer"),
    ("Siti Aisyah binti Abdullah", "", "Owner", "Warung Pagi Sdn Bhd", "prospect"),
    ("Mai-Britt Østergaard-Christensen", "", "Buyer", "Lagkagehuset på Havnen", "customer"),
    ("Jose Miguel dela Cruz", "", "", "Kapihan ni Lola", "customer"),
    ("Andris Liepiņš", "", "Head barista", "Kafejnīca “Pie Daugavas”", "former"),
    ("முருகன் செல்வராஜ்", "", "", "Murugan Stores", "at_risk"),
)
# What happened with the firm's customers before there was Rapport, as other systems give it.
HISTORY = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "1C1I7A6R,Moses Frase,Malabar 12 kg,Murugan Stores,Won,2025-10-20,2026-03-01,1054\n"
    "Z063OYW0,Moses Frase,Sidamo 6 kg,Murugan Stores,Lost,2025-12-01,2026-03-11,0\n"
    "EC4QE1BX,Moses Frase,Grinder,Kapihan ni Lola,Won,2025-11-10,2026-04-02,4514\n"
    "MV1LWRNH,Moses Frase,Grinder,,Engaging,2025-11-11,,\n"
)


@dataclass(frozen=True)
class Call:
    """What was said on a call, and what was promised on it for a day from today."""

    words: str = "Wants three more seats, the number first."
    promise: str = "Quote for 3 more academy seats"
    days: int = 0


def begin(page: Page, first_run_url: str) -> None:
    """The first run: the firm and its first administrator, who is signed in then."""
    page.goto(first_run_url)
    page.fill("[name=firm]", FIRM)
    page.select_option("[name=country]", "DK")
    page.select_option("[name=time_zone]", ZONE.key)
    page.fill("[name=name]", OWNER)
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    expect(page.locator(".rail")).to_be_attached()
    page.get_by_role("link", name="Later").click()  # where a copy is kept is asked for next
    expect(page.locator(".rail [aria-current=page]").first).to_be_attached()


def sign_in(page: Page, url: str, email: str = EMAIL, password: str = PASSWORD) -> None:
    """Sign in on the page one is sent to."""
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.click("main [type=submit]")
    page.wait_for_url(lambda now: "/login/" not in now)


def add_person(page: Page, url: str, name: str, **values: str) -> str:
    """Add a person by the form; the organisation is added with it. Answers the page's address."""
    page.goto(f"{url}/people/new/")
    page.fill("[name=name]", name)
    stage = values.pop("stage", "")
    for slug, value in values.items():
        page.fill(f"[name={slug}]", value)
    if stage:
        page.select_option("[name=stage]", stage)
    page.click("main [type=submit]")
    expect(page.locator("h1")).to_contain_text(name)
    return page.url


def add_phone(page: Page, person_url: str, value: str, kind: str = "phone") -> None:
    """Add a number or an address by its form."""
    page.goto(f"{person_url}parts/contact-points/")
    page.select_option("[name=type]", kind)
    page.fill("[name=value]", value)
    page.click("main [type=submit]")
    expect(page.locator("#reach")).to_be_visible()


def record(page: Page, call: Call) -> None:
    """Record a call with a promise on the person's page that stands open."""
    page.get_by_role("link", name="Record", exact=True).click()
    page.fill("[name=words]", call.words)
    page.fill("[name=promise]", call.promise)
    page.fill("[name=due]", day(call.days))
    page.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text(call.words)


def now() -> datetime:
    """The hour on the firm's wall: its day may have begun before the machine's."""
    return datetime.now(ZONE)


def day(days: int) -> str:
    """A day so many days from today, as a field of the page takes it."""
    return (now().date() + timedelta(days=days)).isoformat()


def fill(page: Page, url: str) -> dict[str, str]:
    """A small firm: six people of several countries, calls and promises. Answers the addresses of one of each.

    Whoever is signed in on the page does it, by the same forms without a browser: the journeys show the browser's way.
    """
    client = FormClient(url).take(page.context.cookies())
    known: list[str] = []
    for name, native, job, organisation, stage in PEOPLE:
        client.write("/organisations/new/", name=organisation)
        values = {"native_name": native, "job_title": job, "organisation": organisation, "stage": stage}
        known.append(client.write("/people/new/", name=name, **values))
    first, third = (one.removeprefix("/people/").strip("/") for one in (known[0], known[2]))
    client.write(f"{known[0]}parts/contact-points/", type="phone", value="+91 44 2811 0242")
    client.write(f"{known[0]}parts/contact-points/", type="email", value="kavitha@madrasfilter.example")
    pinned = "Decides fast, dislikes being sold to. Ring before 11, her time."
    client.write(f"/parties/{first}/noting/", words=pinned, is_pinned="on")
    _tell(client, third, Call("Asked for a lighter Sidamo.", "Ask the roastery about a lighter Sidamo", 3))
    pongal = "If the grinder is here before Pongal we are with you another year."
    _tell(client, first, Call(pongal, "Grinder in Chennai", 30))
    _tell(client, first, Call())
    for party, days in ((first, 2), (third, 1)):
        at, about = f"{day(days)}T10:00", {"place": "Adyar", "words": "Tasting the Malabar"}
        client.write(f"/parties/{party}/planning/", at=at, until="10:45", channel="in_person", **about)
    # Its hour has come: it stands among the reminders by itself, above the one that was asked for.
    about = {"words": "Ring back about the samples", "whose": "ours"}
    client.write(f"/parties/{third}/promising/", due=day(0), due_time="00:01", **about)
    client.write(f"/reminding{known[0]}", at=f"{day(3)}T09:00", words="Pongal is near")
    columns = client.upload("/imports/new/", "sales_pipeline.csv", HISTORY)
    story = client.get(known[0]).text
    return {
        "person": known[0],
        "import": columns,
        "party": first,
        "promise": _first(r'href="(/promises/\d+/)"', story),
        "meeting": _first(r'href="(/meetings/\d+/)"', story),
        "interaction": _first(r'href="(/interactions/\d+/)"', story),
        "organisation": _first(r'href="(/organisations/\d+/)"', client.get("/organisations/").text),
        "team": _first(
            r'href="(/admin/teams/\d+/)"', client.get(client.write("/admin/teams/", name="Sellers")).text
        ),
    }


def _tell(client: FormClient, party: str, call: Call) -> None:
    at = now().strftime("%Y-%m-%dT%H:%M")
    said = {"channel": "phone", "direction": "ours", "whose": "ours", "at": at, "words": call.words}
    client.write(f"/parties/{party}/saying/", **said, promise=call.promise, due=day(call.days))


def _first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return found[1]
