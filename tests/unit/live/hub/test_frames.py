"""What goes over the socket."""

import re
import time

import pytest

from live.hub.frames import make_frame
from live.hub.mailbox import Entry, Heartbeat
from live.hub.viewer import Frame
from live.keys import ElementId, Key
from live.rendering.rendered import Rendered
from live.rendering.slots import slot_of
from live.rendering.tree import to_html
from tests.unit.live.screens import count

pytestmark = pytest.mark.django_db


def key(name: str) -> Key:
    return Key(f"tests.{name}", (), ElementId(name))


def make(*names: str, missing: str = "", also: tuple[Entry, ...] = ()) -> Frame | None:
    """A frame of the fragments of these names."""
    there = {id: rendered for id, rendered in RENDERINGS.items() if id.element != missing}
    return make_frame((*also, *(key(name).id for name in names)), there.get, "")


def rendered(name: str, *children: str) -> Rendered:
    slots = "".join(slot_of(ElementId(child)) for child in children)
    return Rendered(key(name), "p", f">{name}{slots}</p>", f"{name}-1", tuple(key(child) for child in children))


# a contains b and c, c contains d; e is by itself.
RENDERINGS = {
    rendering.key.id: rendering
    for rendering in (rendered("a", "b", "c"), rendered("b"), rendered("c", "d"), rendered("d"), rendered("e"))
}


def test_a_frame_has_each_fragment_in_order_ready_to_be_swapped_in() -> None:
    frame = make("e", "b")
    assert frame is not None
    assert frame.html == to_html(RENDERINGS[key("e").id], {}, swap=True) + to_html(
        RENDERINGS[key("b").id], {}, swap=True
    )
    assert frame.versions == {"e": "e-1", "b": "b-1"}
    assert frame.message == {"type": "websocket.send", "text": frame.html}


@pytest.mark.parametrize("ids", [["a", "d", "b"], ["d", "b", "a"]])
def test_what_one_contains_is_not_sent_a_second_time(ids: list[str]) -> None:
    frame = make(*ids)
    assert frame is not None
    assert frame.html == to_html(RENDERINGS[key("a").id], RENDERINGS, swap=True)
    assert frame.html.count("hx-swap-oob") == 1
    assert frame.html.count('id="d"') == 1
    assert frame.versions == {name: f"{name}-1" for name in "abcd"}


def test_no_frame_while_something_in_it_is_not_rendered() -> None:
    assert make("e", "a", missing="d") is None


def test_what_nobody_watches_is_left_out() -> None:
    frame = make("gone", "e")
    assert frame is not None
    assert frame.versions == {"e": "e-1"}


def test_the_heartbeat_is_an_element_of_its_own() -> None:
    frame = make("e", also=(Heartbeat.TRUE,))
    assert frame is not None
    assert frame.html.count("hx-swap-oob") == 2
    assert '<i id="live-heartbeat" hx-swap-oob="true"' in frame.html
    assert frame.versions == {"e": "e-1"}, "it has no version that a page would report"
    assert abs(float(re.search(r'data-time="([\d.]+)" hidden></i>$', frame.html)[1]) - time.time()) < 60  # type: ignore[index]


def test_the_heartbeat_says_since_when_the_database_is_away() -> None:
    frame = make_frame((Heartbeat.TRUE,), RENDERINGS.get, "", 1234.5)
    assert frame is not None
    assert ' data-database-away="1234.500" hidden></i>' in frame.html


@pytest.mark.parametrize(
    ("entries", "is_behind"),
    [([Heartbeat.TRUE], False), ([Heartbeat.BEHIND], True), ([Heartbeat.BEHIND, Heartbeat.TRUE], False)],
)
def test_the_heartbeat_says_that_the_page_may_be_behind(entries: list[Entry], is_behind: bool) -> None:
    frame = make_frame(tuple(entries), RENDERINGS.get, "")
    assert frame is not None
    assert frame.html.count("live-heartbeat") == 1
    assert frame.html.endswith(" data-behind hidden></i>") == is_behind


def test_frames_are_counted() -> None:
    before = count("live_frames_total")
    make("e")
    assert count("live_frames_total") == before + 1


def test_the_html_of_feeds_comes_after_the_fragments() -> None:
    frame = make_frame((key("e").id,), RENDERINGS.get, "<i>feeds</i>")
    assert frame is not None
    assert frame.html == to_html(RENDERINGS[key("e").id], {}, swap=True) + "<i>feeds</i>"
