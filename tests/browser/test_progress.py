"""Progress on a real page, whose process is really killed."""

import re
import signal
import subprocess

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
WEEK = "/boards/this-week/"
# It comes to 54 % and then takes minutes over one step.
RUN = """
import signal, sys, time
from live.notices import everyone, progress
if {handler}:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
for n in progress(range(100), everyone, {action!r}, cancellable=True):
    if n == 54:
        time.sleep(0.5)  # so that this step is written
        continue
    if n == 55:
        print("there", flush=True)
        time.sleep(600)
"""


class Job:
    """A process that shows its progress."""

    def __init__(self, site: Site, action: str, *, handler: bool = False) -> None:
        code = RUN.format(action=action, handler=handler)
        command = [site.python, "manage.py", "shell", "--no-imports", "-c", code]
        self.process = subprocess.Popen(command, cwd=site.root, env=site.env, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        with self.process.stdout as output:
            assert output.readline() == "there\n"

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        self.process.wait(30)


def toast(screen: Screen, text: str) -> Locator:
    return screen.page.locator("#live-notices .live-notice").filter(has_text=text)


def test_one_whose_process_was_killed_says_so_and_goes_and_is_told(browser: Browser, site: Site) -> None:
    screen, activity = Screen(browser, site, WEEK), Screen(browser, site, "/live/notices/activity/")
    actions = {"Killed": False, "Terminated": False, "Pressed": False, "Handled": True, "Alive": False}
    jobs = {action: Job(site, action, handler=handler) for action, handler in actions.items()}
    try:
        for action in jobs:
            expect(toast(screen, f"{action}: 55 % (55 of 100)")).to_have_count(1)
        jobs["Killed"].end(signal.SIGKILL)
        jobs["Pressed"].end(signal.SIGKILL)
        for action in ("Terminated", "Handled"):
            jobs[action].end(signal.SIGTERM)
        # Where SIGTERM is an exception, as most task runners have it, it is told at once.
        activity.shows("Handled: stopped (55 of 100)")
        for action in ("Killed", "Terminated", "Pressed"):
            expect(toast(screen, f"{action}: 55 %")).to_contain_text(re.compile(r"Not heard of since \d\d:\d\d\."))
        expect(toast(screen, "Alive: 55 %")).not_to_contain_text("Not heard of")
        # Nobody would answer to this button: it ends at once.
        more = screen.page.locator("#live-notices-more")
        if more.is_visible():
            more.click()
        toast(screen, "Pressed: 55 %").get_by_role("button", name="Cancel").click()
        activity.shows("Pressed: 55 % (55 of 100): cancelled, not heard of since")
        # As long after as it takes to be given up.
        site.shell(
            "from live.notices.models import Notice; from django.db.models import F; from datetime import timedelta;"
            "Notice.objects.filter(text__contains='ed: 55', fraction__isnull=False)"
            ".update(heard_at=F('heard_at') - timedelta(seconds=60))"
        )
        for action in ("Killed", "Terminated"):
            activity.shows(f"{action}: 55 % (55 of 100): stopped, not heard of since")
            expect(toast(screen, action).locator("progress")).to_have_count(0)
        expect(toast(screen, "Alive: 55 %").locator("progress")).to_have_count(1)
        until(lambda: screen.complaints == activity.complaints == [], lambda: str(screen.complaints))
    finally:
        for job in jobs.values():
            job.end(signal.SIGKILL)
