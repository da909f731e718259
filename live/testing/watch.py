"""An open page without a browser: what it shows, brought up to date as a page is that polls, in the test's own thread.

So it works in a test's transaction, and who may see is asked, too. It shows only what was announced: the real page
would show the rest at its next sweep, seconds later, and a test must see that a ``changed()`` is missing.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.urls import reverse

from live import changes, polling
from live.keys import ElementId, Key
from live.rendering.rendered import LAZY
from live.testing.capture import Changed, Pending
from live.testing.elements import ELEMENT, element_of
from live.testing.list_swaps import swap_lists

TOKEN = re.compile(r'name="page" value="([^"]+)"')
WAIT_SECONDS, PAUSE_SECONDS = 2.0, 0.02


@contextmanager
def watch(client: Any, path: str, **options: Any) -> Iterator["OpenPage"]:
    """The page at ``path`` as ``client.get(path, **options)`` gives it, open for as long as the block lasts.

        with watch(client, "/orders/") as page:
            order.save()
            page.wait_for(row.key(pk=order.pk), contains="paid")

    Raises ``AssertionError`` for a response that is no live page.
    """
    page = OpenPage(client, path, options)
    changes.listeners.append(page.changed.extend)
    try:
        yield page
    finally:
        changes.listeners.remove(page.changed.extend)


class OpenPage:
    """Made by ``watch``. ``html`` is the whole page as it is now."""

    def __init__(self, client: Any, path: str, options: dict[str, Any]) -> None:
        self._client, self._pending = client, Pending()
        # What was announced and committed since the page was opened.
        self.changed = Changed()
        response = client.get(path, **options)
        self.html: str = response.content.decode()
        token = TOKEN.search(self.html)
        if response.status_code != 200 or token is None:
            raise AssertionError(f"{path} is no live page: status {response.status_code}, {self.html[:200]!r}")
        self._token = token[1]

    def shows(self, key: Key) -> str | None:
        """The HTML of that fragment, with what it nests, as the page has it; None if it has none."""
        return element_of(self.html, key.element)

    def wait_for(self, key: Key, *, contains: str, seconds: float = WAIT_SECONDS) -> None:
        """Until the fragment's HTML contains that. ``AssertionError`` says what it shows instead after so long."""
        deadline = time.monotonic() + seconds
        while True:
            unannounced = self.update()
            html = self.shows(key)
            if html is not None and contains in html:
                return
            if time.monotonic() > deadline:
                break
            time.sleep(PAUSE_SECONDS)
        if html is None:
            raise AssertionError(f"the page does not show {key}")
        why = (
            f"\nIt has changed, and nothing has announced it: call changed() for {key}"
            if key.element in unannounced
            else ""
        )
        raise AssertionError(f"{key} does not contain {contains!r} after {seconds:g} s: {html}{why}")

    def update(self) -> set[ElementId]:
        """Show what has changed and was announced. The ids of those elements that differ and were not.

        Raises ``AssertionError`` with the words for the person where the page may not be seen any more.
        """
        announced = {*self.changed, *self._pending.ids()}
        shown = [f"{id} {version} {seal}" for _, id, _, version, seal in ELEMENT.findall(self.html)]
        polling.forget_renderings()
        report = json.dumps({"page": self._token, "shown": shown})
        response = self._client.post(reverse("live:page"), report, content_type="application/json")
        new: str = response.content.decode()
        if response.status_code not in (200, 204):
            raise AssertionError(f"the page has ended: status {response.status_code}, {new}")

        def is_announced(element: ElementId) -> bool:
            return any(id.includes_element(element) for id in announced)

        self.html, new, unannounced = swap_lists(self.html, new, is_announced)
        for match in ELEMENT.finditer(new):
            element = ElementId(match[2])
            in_template = new.endswith(f'<template hx-swap-oob="outerHTML:#{element}">', 0, match.start())
            if not (match[3] or in_template):  # inside of one that is swapped
                continue
            is_lazy = f"{element} {LAZY} {match[5]}" in shown
            if is_lazy or is_announced(element):
                self._swap(element, element_of(new, element) or "")
            else:
                unannounced.add(element)
        return unannounced

    def _swap(self, element: ElementId, html: str) -> None:
        before = element_of(self.html, element)
        if before is not None:
            self.html = self.html.replace(before, html.replace(" hx-swap-oob=true", "", 1), 1)
