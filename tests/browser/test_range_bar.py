"""The range bar: what it offers while somebody fills it in."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser


def test_time_zones_are_offered_to_who_types_one(browser: Browser, site: Site) -> None:
    page = Screen(browser, site, "/boards/this-week/").page
    zones = page.locator("#range-zones option")
    expect(zones).to_have_count(0)
    page.get_by_text("Custom…").click()
    page.get_by_label("Time zone").fill("Eur")
    expect(page.locator("#range-zones option[value='Europe/Berlin']")).to_be_attached()
    page.get_by_label("From").fill("2026-01-25T00:00")
    page.get_by_label("To", exact=True).fill("2026-01-26T00:00")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#live-state")).to_have_text("Live · looking back")
    expect(page.locator(".then")).to_contain_text("Jan 26, 2026 00:00:00 (Europe/Berlin)")
