"""Several people in front of real browsers: who sees which notice, how often, and in which order."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import PEOPLE, Person, Tab
from tests.servers import Site

pytestmark = pytest.mark.browser
WEEK, MACHINE = "/boards/this-week/", "/boards/this-machine/"
TELL = """
from django.contrib.auth.models import User
from live import notices
from live.notices import *
from boards.recipients import board
from boards.models import Board
user = lambda name: notices.user(User.objects.get(username=name))
week = board(Board.objects.get(slug="this-week"))
"""


@pytest.fixture
def people(site: Site) -> Site:
    """The site with its people."""
    site.shell(PEOPLE)
    return site


def tell(site: Site, *lines: str) -> None:
    """Say it from another process."""
    site.shell(TELL + "\n".join(lines))


def test_for_each_audience_who_saw_what_once_and_in_order(browser: Browser, people: Site) -> None:
    ada, bob, cleo = (Person(browser, people, name) for name in ("ada", "bob", "cleo"))
    anonymous = Person(browser, people)
    one, two = ada.tab(WEEK), ada.tab(MACHINE)
    bobs, cleos, nobodys = bob.tab("/"), cleo.tab(MACHINE), anonymous.tab(WEEK)
    away = Person(browser, people).tab("/")
    away.context.set_offline(True)
    plain = Person(browser, people).tab(WEEK, live=False, java_script_enabled=False)
    tell(
        people,
        'notify(everyone, "info", "to everyone")',
        'notify(user("ada"), "success", "to Ada")',
        'notify(group("Operators"), "warning", "to the operators")',
        'notify(permission("boards.add_board"), "info", "to who makes boards")',
        'notify(signed_in, "info", "to who is signed in")',
        'notify(staff, "info", "to staff")',
        'notify(week, "info", "to who looks at the week")',
        'notify(everyone, "error", "to everyone at last")',
    )
    last = "to everyone at last"
    one.sees("to everyone", "to Ada", "to who is signed in", "to who looks at the week", last)
    two.sees("to everyone", "to Ada", "to who is signed in", last)
    bobs.sees("to everyone", "to the operators", "to who is signed in", last)
    cleos.sees("to everyone", "to who makes boards", "to who is signed in", last)
    nobodys.sees("to everyone", "to who looks at the week", last)
    assert away.seen == []
    away.context.set_offline(False)
    away.expect("live")
    away.sees("to everyone", last)
    assert "to everyone" not in plain.page.content()
    for tab in (one, two, bobs, cleos, nobodys):
        assert tab.not_reloaded()
        assert tab.complaints == []


def test_a_page_loaded_later_does_not_repeat_them(browser: Browser, people: Site) -> None:
    first = Person(browser, people).tab(WEEK)
    tell(people, 'notify(everyone, "info", "before")')
    first.sees("before")
    later = Person(browser, people).tab(WEEK)
    tell(people, 'notify(everyone, "info", "after")')
    first.sees("before", "after")
    later.sees("after")


def test_a_sticky_one_is_there_on_every_page_until_it_is_dismissed(browser: Browser, people: Site) -> None:
    ada = Person(browser, people, "ada")
    tell(people, 'notify(user("ada"), "info", "Your export is ready", sticky=True, link="/activity/")')
    one, two = ada.tab(WEEK), ada.tab("/")
    for tab in (one, two):
        tab.sees("Your export is ready")
    plain = ada.tab("/", live=False, java_script_enabled=False)
    expect(plain.page.locator("#live-notices")).to_contain_text("Your export is ready")
    one.page.locator("#live-notices").get_by_role("button", name="Dismiss").click()
    for tab in (one, two):
        expect(tab.page.locator("#live-notices [data-notice]")).to_have_count(0)
    assert ada.tab(MACHINE).seen == []
    assert one.complaints == two.complaints == []


def test_what_was_committed_before_the_server_was_killed_still_arrives(browser: Browser, people: Site) -> None:
    tab = Person(browser, people).tab(WEEK)
    people.kill()
    tell(people, 'notify(everyone, "info", "written while nobody served")')
    # ... and one whose process ended between the commit and giving it its place.
    tell(
        people,
        "from live.notices.models import Notice",
        "from django.utils import timezone",
        "from datetime import timedelta",
        "later = timezone.now() + timedelta(hours=1)",
        'Notice.objects.create(recipients="everyone", text="never announced", expires=later)',
    )
    people.start()
    tab.expect("live")
    tab.sees("written while nobody served", "never announced")


def test_what_is_rolled_back_is_shown_to_nobody(browser: Browser, people: Site) -> None:
    tab = Person(browser, people).tab(WEEK)
    tell(
        people,
        "from django.db import transaction",
        "try:",
        "    with transaction.atomic():",
        '        notify(everyone, "info", "never said")',
        "        raise ZeroDivisionError",
        "except ZeroDivisionError:",
        "    pass",
        'notify(everyone, "info", "said")',
    )
    tab.sees("said")


def test_a_progress_is_one_toast_that_moves_and_ends(browser: Browser, people: Site) -> None:
    tab: Tab = Person(browser, people, "ada").tab(WEEK)
    tell(people, 'for n in progress(range(40), user("ada"), "Importing"):', "    import time; time.sleep(0.05)")
    expect(tab.page.locator("#live-notices")).to_contain_text("Importing")
    expect(tab.page.locator("#live-notices")).to_contain_text("done")
    assert tab.page.locator("#live-notices [data-notice]").count() == 1
    first, last = tab.seen  # in between it moves in place
    assert first.startswith("Importing: ") and last == "Importing: done (40)"
    assert tab.complaints == []
