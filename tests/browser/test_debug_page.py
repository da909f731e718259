"""What developers see with DEBUG: the page of what the process does, and the strip of what will not work."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import grave
from tests.browser.people import state_of
from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
BOARD = "/boards/this-week/"
# A page that browsers may cache, which is said on it.
CACHED = """
from django.template import engines
from django.http import HttpResponse
from django.urls import path
from config.urls import *
SOURCE = "{% load live %}<!doctype html><html lang='en'><head><title>Cached</title>{% live_head %}</head><body><main>"
SOURCE += "<h1>Cached</h1>{% live 'boards.board' pk=2 %}</main>{% live_page %}</body></html>"
def cached(request):
    return HttpResponse(engines["django"].from_string(SOURCE).render({}, request))
urlpatterns = [path("cached", cached), *urlpatterns]
"""


@pytest.fixture
def developing(stopped_site: Site) -> Site:
    stopped_site.env["DEBUG"] = "1"
    return stopped_site.start()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_live_and_says_what_followed_from_a_change(browser: Browser, developing: Site, scheme: str) -> None:
    staff = state_of(developing.browse().sign_in())
    board = Screen(browser, developing, BOARD)
    debug = Screen(browser, developing, "/live/debug/", bypass_csp=True, color_scheme=scheme, **staff)
    watched = debug.page.get_by_role("region", name="Watched fragments").first
    expect(watched.get_by_role("row", name="boards.panel(")).to_contain_text("all show it")
    developing.send({"series": "week", "tags": {"day": "Mon"}, "value": 4321})
    board.shows("4,321")
    changes = debug.page.get_by_role("region", name="Last changes").first
    expect(changes.get_by_role("row", name="boards-panel-").first).to_contain_text(
        "it looks different: sent to those of 1"
    )
    expect(changes.get_by_role("row", name="boards-card-").first).to_contain_text("no open page has it: not rendered")
    assert debug.not_reloaded() and debug.complaints == board.complaints == []
    assert grave(debug.page) == []
    assert board.page.locator("#live-debug").count() == 0, "all is right on it"


def test_the_strip_says_what_will_not_work(browser: Browser, stopped_site: Site) -> None:
    (stopped_site.folder / "cached.py").write_text(CACHED)
    settings = "from tests.settings import *\nROOT_URLCONF = 'cached'\nDEBUG = True\n"
    (stopped_site.folder / "cached_settings.py").write_text(settings)
    stopped_site.env |= {"DJANGO_SETTINGS_MODULE": "cached_settings", "PYTHONPATH": str(stopped_site.folder)}
    site = stopped_site.start()
    screen = Screen(browser, site, "/cached", bypass_csp=True)
    expect(screen.page.locator("#live-debug")).to_contain_text("Its view is not never_cache")
    assert screen.page.locator("#live-debug").evaluate("(strip) => getComputedStyle(strip).position") == "fixed"
    assert grave(screen.page) == []
