"""Readers of one page in several languages and time zones: each sees theirs, from one rendering for each."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen
from tests.servers import Redis, Site

# By language and zone, of which two pages are opened each: the language and the direction of a fragment, and what it
# shows; what the page says of itself, what stands where a fragment was, and how the button of a notice is called.
READERS = {
    ("en-US", ""): ("en", "ltr", "2,345.5 May 12:00", "Live", "This is no longer here.", "Dismiss"),
    ("de-DE", "Europe/Berlin"): ("de", "ltr", "2.345,5 Mai 14:00", "Live", "Das gibt es hier nicht mehr.", "Schließen"),
    ("ar-EG", "Africa/Cairo"): ("ar", "rtl", "2345,5 مايو 15:00", "مباشر", "لم يعد هذا موجودًا هنا.", "إغلاق"),
    ("ja-JP", "Asia/Tokyo"): ("ja", "ltr", "2,345.5 5月 21:00", "ライブ", "これはもうありません。", "閉じる"),
}


@pytest.fixture
def languages(stopped_site: Site, redis: Redis) -> Site:
    """A site with a page whose language and time zone are its reader's."""
    # Without Redis every commit to the file may have been another process's, and everything is rendered anew.
    stopped_site.env |= {"DJANGO_SETTINGS_MODULE": "tests.languages.settings", "REDIS_URL": redis.url}
    stopped_site.shell(
        "from tests.languages.fragments import *; write(1250.5); Group.objects.create(pk=2, name='going')"
    )
    return stopped_site.start()


def renders(site: Site, name: str) -> float:
    return site.counters().get(f'live_renders_total{{fragment="{name}"}}', 0)


@pytest.mark.browser
def test_each_reader_sees_their_language_and_zone_from_one_rendering_of_each(browser: Browser, languages: Site) -> None:
    screens = [
        (Screen(browser, languages, f"/languages/{zone and f'?zone={zone}'}", locale=locale), READERS[locale, zone])
        for locale, zone in READERS
        for _ in range(2)
    ]
    before = renders(languages, "languages.inner"), renders(languages, "live_notices.notices")
    languages.shell("from tests.languages.fragments import *; write(2345.5)")
    for screen, (language, direction, shown, *_) in screens:
        inner = screen.page.locator("#languages-inner")
        expect(inner).to_have_text(shown)
        expect(inner).to_have_attribute("lang", language)
        assert inner.evaluate("node => getComputedStyle(node).direction") == direction
    assert renders(languages, "languages.inner") == before[0] + len(READERS)
    languages.shell(
        "from tests.languages.fragments import *; from live.notices import everyone, notify;"
        "Group.objects.filter(pk=2).delete(); going.changed(); notify(everyone, 'info', 'Kaffee')"
    )
    for screen, (_, _, _, state, gone, dismiss) in screens:
        notice = screen.page.locator(".live-notice", has_text="Kaffee")
        expect(notice.get_by_role("button")).to_have_accessible_name(dismiss)
        expect(screen.page.locator("#languages-going")).to_have_text(gone)
        expect(screen.page.locator("#live-state")).to_have_text(state)
        assert screen.complaints == []
    assert renders(languages, "live_notices.notices") == before[1] + len(READERS)


@pytest.mark.browser
def test_what_a_page_asks_for_is_for_its_tenant(browser: Browser, languages: Site) -> None:
    for tenant in ("red", "blue"):
        screen = Screen(browser, languages, f"/languages/?tenant={tenant}")
        screen.page.get_by_role("button", name="Tenant").click()
        expect(screen.page.locator("#tenant")).to_have_text(tenant)
        assert screen.complaints == []
