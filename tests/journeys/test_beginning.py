"""The first run, signing in, and signing out, in a real browser."""

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.steps import EMAIL, PASSWORD
from tests.serving import Serving


def test_an_empty_home_is_begun_with_the_code_alone(server: Serving, page: Page) -> None:
    page.goto(server.url)
    expect(page).to_have_url(f"{server.url}/accounts/login/?next=%2F")
    answer = page.goto(f"{server.url}/first-run/guessed/")
    assert answer and answer.status == 404
    page.goto(server.first_run_url or "")
    page.fill("[name=firm]", steps.FIRM)
    page.fill("[name=password]", "short")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("[name=firm]")).to_have_value(steps.FIRM)
    steps.begin(page, server.first_run_url or "")
    expect(page.get_by_role("heading", name="No one here yet")).to_be_visible()
    expect(page.locator(".rail .house").first).to_contain_text(steps.FIRM)
    again = page.goto(server.first_run_url or "")
    assert again and again.status == 404

    page.goto(f"{server.url}/me/")
    page.get_by_role("button", name="Sign out on every device").click()
    expect(page).to_have_url(f"{server.url}/accounts/login/")
    page.goto(f"{server.url}/people/")
    expect(page).to_have_url(f"{server.url}/accounts/login/?next=%2Fpeople%2F")


def test_a_wrong_password_is_refused_and_the_right_one_leads_where_one_wanted(
    server: Serving, page: Page
) -> None:
    other = page.context.browser
    assert other
    steps.begin(page, server.first_run_url or "")
    elsewhere = other.new_context()
    second = elsewhere.new_page()
    second.goto(f"{server.url}/people/")
    second.fill("[name=login]", EMAIL)
    second.fill("[name=password]", "not at all the password")
    second.get_by_role("button", name="Sign in").click()
    expect(second.get_by_role("alert")).to_be_visible()
    expect(second.locator("[name=login]")).to_have_value(EMAIL)
    second.fill("[name=password]", PASSWORD)
    second.get_by_role("button", name="Sign in").click()
    expect(second).to_have_url(f"{server.url}/people/")

    page.goto(f"{server.url}/me/")
    page.get_by_role("button", name="Sign out on every device").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    second.reload()
    expect(second).to_have_url(f"{server.url}/accounts/login/?next=%2Fpeople%2F")
    elsewhere.close()
