"""What people do most in the journeys, done through the pages as they do it."""

from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Page, expect

FIRM, OWNER, EMAIL, PASSWORD = (
    "Lind & Bērziņš",
    "Mette Sørensen",
    "mette@lind.example",
    "a calm and quiet morning",
)
PEOPLE = (
    ("Kavitha Ramanathan", "கவிதா ராமநாதன்", "Head of operations", "Madras Filter House", "customer"),
    ("Siti Aisyah binti Abdullah", "", "Owner", "Warung Pagi Sdn Bhd", "prospect"),
    ("Mai-Britt Østergaard-Christensen", "", "Buyer", "Lagkagehuset på Havnen", "customer"),
    ("Jose Miguel dela Cruz", "", "", "Kapihan ni Lola", "customer"),
    ("Andris Liepiņš", "", "Head barista", "Kafejnīca “Pie Daugavas”", "former"),
    ("முருகன் செல்வராஜ்", "", "", "Murugan Stores", "at_risk"),
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
    page.select_option("[name=time_zone]", "Europe/Copenhagen")
    page.fill("[name=name]", OWNER)
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    expect(page.locator(".rail")).to_be_attached()


def sign_in(page: Page, url: str, email: str = EMAIL, password: str = PASSWORD) -> None:
    """Sign in on the page one is sent to."""
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.click("main [type=submit]")
    page.wait_for_url(lambda now: "/login/" not in now)


def add_organisation(page: Page, url: str, name: str) -> None:
    """Add an organisation by its form."""
    page.goto(f"{url}/organisations/new/")
    page.fill("[name=name]", name)
    page.click("main [type=submit]")
    expect(page.locator("h1")).to_contain_text(name)


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
    page.fill("[name=words]", call.words)
    page.fill("[name=promise]", call.promise)
    page.fill("[name=due]", day(call.days))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text(call.words)


def day(days: int) -> str:
    """A day so many days from today, as a field of the page takes it."""
    return (date.today() + timedelta(days=days)).isoformat()


def add_note(page: Page, person_url: str, words: str, *, pinned: bool = False) -> None:
    """Write a note on a person, pinned to the brief if so wished."""
    page.goto(f"{person_url}")
    page.get_by_role("link", name="Note", exact=True).click()
    page.fill("[name=words]", words)
    page.set_checked("[name=is_pinned]", pinned)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text(words)


def fill(page: Page, url: str) -> dict[str, str]:
    """A small firm: six people of several countries, calls and promises. Answers the addresses of one of each."""
    known: list[str] = []
    for name, native, job, organisation, stage in PEOPLE:
        add_organisation(page, url, organisation)
        values = {"native_name": native, "job_title": job, "organisation": organisation, "stage": stage}
        known.append(add_person(page, url, name, **{slug: value for slug, value in values.items() if value}))
    add_phone(page, known[0], "+91 44 2811 0242")
    add_phone(page, known[0], "kavitha@madrasfilter.example", "email")
    add_note(page, known[0], "Decides fast, dislikes being sold to. Ring before 11, her time.", pinned=True)
    page.goto(known[2])
    record(page, Call("Asked for a lighter Sidamo.", "Ask the roastery about a lighter Sidamo", 3))
    page.goto(known[0])
    record(
        page,
        Call("If the grinder is here before Pongal we are with you another year.", "Grinder in Chennai", 30),
    )
    record(page, Call())
    found = {"person": known[0].removeprefix(url)}
    found["promise"] = str(page.locator(".moment a.badge").first.get_attribute("href"))
    found["interaction"] = str(page.locator(".moment").first.locator(".meta a").get_attribute("href"))
    page.goto(f"{url}/organisations/")
    found["organisation"] = str(page.locator("tbody th a").first.get_attribute("href"))
    page.goto(f"{url}/admin/users/")
    page.fill("#team-name", "Sellers")
    page.get_by_role("button", name="Make it").click()
    found["team"] = str(page.get_by_role("link", name="Sellers").get_attribute("href"))
    page.goto(f"{url}/practice/")
    return found
