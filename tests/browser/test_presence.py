"""Who is on a page, in browsers: a tab that is opened is seen, and one that is closed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import axe
from tests.browser.people import state_of
from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import PROMISED

pytestmark = pytest.mark.browser
USERS = """
from tests.acting.models import User; from django.contrib.auth.models import Permission
for name in ("ann", "bob"): User.objects.create_user(name, first_name=name.title())
User.objects.get(username="ann").user_permissions.add(Permission.objects.get(codename="see_names"))
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path, env={"DJANGO_SETTINGS_MODULE": "tests.acting.settings", "DEBUG": "1"})
    site.manage("migrate", "-v0")
    site.shell(USERS)
    yield site.start()
    site.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_tab_is_seen_while_it_is_open(browser: Browser, project: Site, scheme: str) -> None:
    sessions = {name: project.browse() for name in ("ann", "bob")}
    for name, session in sessions.items():
        session.get(f"/in/{name}")
    ann = Screen(browser, project, "/", color_scheme=scheme, bypass_csp=True, **state_of(sessions["ann"]))
    count, names = (ann.page.locator(f".live-presence-{part}") for part in ("count", "names li"))
    expect(count).to_have_text("1 person here")
    bob = Screen(browser, project, "/", **state_of(sessions["bob"]))
    expect(bob.page.locator(".live-presence-count")).to_have_text("2 people here")
    expect(bob.page.locator(".live-presence-names")).to_have_count(0)
    expect(count).to_have_text("2 people here")
    expect(names).to_have_text(["Ann", "Bob"])
    ann.page.add_style_tag(url=f"{project.address}/static/live/theme.css")
    ann.page.add_style_tag(content="body { background: var(--live-page) } main, p { color: var(--live-ink) }")
    assert [each for each in axe.grave(ann.page) if "presence" in each] == []
    bob.page.close()
    expect(names).to_have_text(["Ann"], timeout=PROMISED * 1000)
    expect(count).to_have_text("1 person here")
    assert ann.not_reloaded() and ann.complaints == []
