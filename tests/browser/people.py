"""People in front of their browsers, who remember every notice that they saw."""

from typing import Any

from playwright.sync_api import Browser

from tests.browser.screens import Screen
from tests.servers import Session, Site
from tests.waiting import until

# From before the page is parsed: every notice that comes to be in the region, by what it says, in order.
REMEMBER = """
window.seen = [];
const known = new WeakSet(); // while a page is parsed, what is added comes with its parent and by itself
new MutationObserver((records) => {
  for (const record of records) for (const node of record.addedNodes) {
    if (node.nodeType !== 1) continue;
    for (const each of [node, ...node.querySelectorAll("[data-notice]")]) {
      if (!each.matches("#live-notices [data-notice]") || known.has(each)) continue;
      known.add(each);
      window.seen.push(each.querySelector(".live-notice-body").innerText.trim());
    }
  }
}).observe(document, { childList: true, subtree: true });
"""
WHO = {"ada": "ada's password", "bob": "bob's password", "cleo": "cleo's password"}
PEOPLE = f"""
from django.contrib.auth.models import Group, Permission, User
for name, password in {WHO!r}.items():
    User.objects.create_user(name, password=password)
Group.objects.create(name="Operators").user_set.add(User.objects.get(username="bob"))
User.objects.get(username="cleo").user_permissions.add(Permission.objects.get(codename="add_board"))
"""

# An installation with somebody to sign in as, and no board or series.
EMPTY = """
from boards.models import Board
from series.models import Series
Board.objects.all().delete()
for one in Series.objects.all():
    one.delete()
"""


def state_of(session: Session) -> dict[str, Any]:
    """What a browser context is made with to go on with this session."""
    cookie = {"name": "sessionid", "value": session.cookie("sessionid"), "domain": "127.0.0.1", "path": "/"}
    cookie |= {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return {"storage_state": {"cookies": [cookie], "origins": []}}


class Person:
    """Somebody with a browser of their own, signed in if they have a name; any number of tabs."""

    def __init__(self, browser: Browser, site: Site, name: str = "") -> None:
        self.browser, self.site = browser, site
        self.state: dict[str, Any] = state_of(site.browse().sign_in(name, WHO[name])) if name else {}

    def tab(self, path: str = "/", **options: Any) -> "Tab":
        return Tab(self.browser, self.site, path, **self.state, **options)


class Tab(Screen):
    """A page that remembers."""

    remember = REMEMBER

    @property
    def seen(self) -> list[str]:
        found: list[str] = self.page.evaluate("() => window.seen")
        return found

    def sees(self, *texts: str) -> None:
        """It has seen exactly these notices, each once and in this order."""
        until(lambda: self.seen == list(texts), lambda: f"{texts}, and not {self.seen}")
