"""Pages in several languages and time zones: rendered once for each of them, and each page is sent its own."""

from typing import Any

import pytest
from django.contrib.auth.models import Group

from live import Fragment, fragment
from live.hub.hub import Hub
from live.keys import PageContext
from tests.unit.live.screens import Screen, in_thread, renders, settled

pytestmark = pytest.mark.database

GERMAN, TOKYO = PageContext("de", "UTC"), PageContext("en", "Asia/Tokyo")


@pytest.fixture
def count(templates: dict[str, str]) -> Fragment:
    templates["count.html"] = (
        "{% load i18n tz %}{% get_current_language as language %}{% get_current_timezone as zone %}"
        "<p>{{ number }} in {{ language }} {{ zone }}</p>"
    )

    @fragment("count.html")
    def count() -> dict[str, Any]:
        return {"number": Group.objects.count()}

    return count


async def test_each_language_and_zone_is_rendered_once_and_a_change_is_one_of_all(hub: Hub, count: Fragment) -> None:
    contexts = [None, GERMAN, TOKYO, GERMAN, GERMAN, TOKYO, None]
    screens = [await Screen(count.key().within(context)).join(hub) for context in contexts]
    for screen in screens:
        screen.forget()
    before = renders("tests.count")
    await in_thread(lambda: (Group.objects.create(name="new"), count.changed()))
    words = {None: "1 in en UTC", GERMAN: "1 in de UTC", TOKYO: "1 in en Asia/Tokyo"}
    for screen, context in zip(screens, contexts, strict=True):
        await screen.gets(words[context])
    await settled(hub)
    assert renders("tests.count") == before + 3
    assert all(screen.frames == [["tests-count"]] for screen in screens)
    for screen in screens:
        hub.leave(screen.viewer)
    assert hub.core.watches == {} and not hub.core.watches._by_element
