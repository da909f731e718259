"""What a program does to a board by the API is on open pages at once, and a person takes it back there."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import WHO, Person
from tests.servers import Site

pytestmark = pytest.mark.browser
# As the person who has the board open: each takes back what they have done themselves.
TOKEN = f"""
from django.contrib.auth.models import User
from tokens.models import Token
user = User.objects.create_superuser("ada", password={WHO["ada"]!r})
print(Token.objects.issue("program", "boards.edit:*", user=user)[1])
"""


def test_a_panel_comes_changes_goes_and_is_brought_back(browser: Browser, site: Site) -> None:
    token = site.shell(TOKEN).split()[-1]

    def send(method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = site.http(method, f"/api/{path}", json.dumps(body).encode() if body else b"", headers)
        assert answer.status < 300, answer.text
        return json.loads(answer.text) if answer.text else None

    page = Person(browser, site, "ada").tab("/boards/this-machine/edit").page
    made = send("POST", "panels", {"board": "this-machine", "title": "Made by a program", "kind": "stat"})
    tile = page.get_by_role("group", name="Made by a program", exact=True)
    expect(tile).to_be_visible()
    send("PATCH", f"panels/{made['id']}", {"title": "Changed by a program"})
    expect(tile).to_have_count(0)
    changed = page.get_by_role("group", name="Changed by a program", exact=True)
    expect(changed).to_be_visible()
    send("DELETE", f"panels/{made['id']}")
    expect(changed).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(changed).to_be_visible()
