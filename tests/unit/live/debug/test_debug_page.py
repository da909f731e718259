"""The page of developers: who may see it, and what it says of what is watched."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from live.debug import page as debug
from live.hub.hub import Hub
from live.page.page import Reason
from live.rendering.render import placeholder, render
from tests.unit.live.crew import Crew
from tests.unit.live.screens import Screen, in_thread, settled

pytestmark = pytest.mark.database
STATES = re.compile(r'<th scope="row"><code>(.*?)</code></th><td><code>.*?<td>([^<]*)</td></tr>')


def signed_in(**rights: bool) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("ada", **rights))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_debug", "who", "status"),
    [
        (True, "staff", 200),
        (True, "others", 403),
        (True, "nobody", 302),
        (False, "staff", 404),
        (False, "nobody", 404),
    ],
)
def test_it_is_for_staff_and_with_debug(settings: Any, is_debug: bool, who: str, status: int) -> None:
    settings.DEBUG = is_debug
    client = Client() if who == "nobody" else signed_in(is_staff=who == "staff")
    answer = client.get(reverse("live:debug"))
    assert answer.status_code == status
    if status == 302:
        assert answer["Location"].endswith(f"?next={reverse('live:debug')}")
    if status == 200:
        assert "This process has no hub" in answer.content.decode() and "ws-connect" in answer.content.decode()


def states() -> dict[str, str]:
    """What the page says of each watched fragment, by its key."""
    table = render(debug.debug_page.key()).html.partition("Last changes")[0]
    return {key.replace("&#x27;", "'"): words for key, words in STATES.findall(table)}


async def test_it_says_why_something_is_or_is_not_shown(hub: Hub, crew: Crew, settings: Any) -> None:
    team, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(team).join(hub)
    assert (await in_thread(states))[str(team)] == "all show it"
    watch = hub.core.watches[ann.id]
    screen.viewer.withheld = {ann.element: placeholder(ann, "withheld")}
    assert (await in_thread(states))[str(ann)] == "withheld from 1: their users may not see it"
    screen.viewer.withheld, screen.viewer.far = {}, frozenset({ann.element})
    watch.is_rendering = True
    words = "is being rendered, far from the window on 1: sent when it comes near"
    assert (await in_thread(states))[str(ann)] == words
    watch.is_rendering, screen.viewer.far = False, frozenset()
    watch.waiting.add(screen.viewer)
    assert (await in_thread(states))[str(ann)] == "1 wait for a newer rendering"
    watch.waiting.clear()
    screen.viewer.mailbox.put(ann.id)
    assert (await in_thread(states))[str(ann)] == "1 wait to be sent it"
    screen.viewer.mailbox.discard(ann.id)
    assert watch.rendered is not None
    good = watch.rendered
    watch.rendered = placeholder(ann, "failed")
    assert (await in_thread(states))[str(ann)] == "it failed: words stand in its place, all show it"
    watch.rendered = good.marked("Out of date")
    assert (await in_thread(states))[str(ann)] == "the last good one, marked as out of date, all show it"
    watch.rendered = None
    assert (await in_thread(states))[str(ann)].startswith("not rendered here yet")


async def test_it_says_who_watches(hub: Hub, crew: Crew) -> None:
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    anybody, ada = await Screen(team).join(hub), await Screen(team, user="7").join(hub)
    ada.viewer.awaits_admission = True

    def shown() -> list[tuple[str, str, str]]:
        html = render(debug.debug_page.key()).html.partition("Open pages")[2]
        return sorted(re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', html))

    words = "waits: whether its user may see what is new on it is being asked"
    assert await in_thread(shown) == [("nobody", "2", "up to date"), ("user 7", "2", words)]
    ada.viewer.awaits_admission = False
    ada.viewer.mailbox.block(0.0)
    hub.close([anybody.viewer], Reason.ASK_AGAIN)
    await settled(hub)
    shown_now = await in_thread(shown)
    assert ("user 7", "2", "waits: it reads nothing of what it was sent") in shown_now
