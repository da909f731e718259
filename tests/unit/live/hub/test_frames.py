"""What goes over the socket."""

import pytest

from live.fragments import Key
from live.hub.frames import HEARTBEAT, closure, make
from live.rendering.render import Rendered, to_html
from tests.unit.live.screens import count

pytestmark = pytest.mark.django_db


def key(name: str) -> Key:
    return Key(f"tests.{name}", (), name)


def rendered(name: str, *children: str) -> Rendered:
    slots = "".join(f"<!--live:{child}-->" for child in children)
    return Rendered(key(name), "p", f">{name}{slots}</p>", f"{name}-1", tuple(key(child) for child in children))


# a contains b and c, c contains d; e is by itself.
RENDERS = {
    each.key.id: each
    for each in (rendered("a", "b", "c"), rendered("b"), rendered("c", "d"), rendered("d"), rendered("e"))
}


def test_the_closure_is_everything_that_is_nested() -> None:
    assert closure([key("a"), key("e")], RENDERS.get) == {name: key(name) for name in "abcde"}
    assert closure([key("c")], RENDERS.get).keys() == {"c", "d"}


def test_what_is_not_rendered_yet_is_in_the_closure_without_what_it_nests() -> None:
    assert closure([key("a")], {"a": RENDERS["a"]}.get).keys() == {"a", "b", "c"}
    assert closure([], RENDERS.get) == {}


def test_a_frame_has_each_fragment_in_order_ready_to_be_swapped_in() -> None:
    frame = make(["e", "b"], RENDERS.get)
    assert frame is not None
    assert frame.html == to_html(RENDERS["e"], {}, swap=True) + to_html(RENDERS["b"], {}, swap=True)
    assert frame.versions == {"e": "e-1", "b": "b-1"}
    assert frame.message == {"type": "websocket.send", "text": frame.html}


@pytest.mark.parametrize("ids", [["a", "d", "b"], ["d", "b", "a"]])
def test_what_one_contains_is_not_sent_a_second_time(ids: list[str]) -> None:
    frame = make(ids, RENDERS.get)
    assert frame is not None
    assert frame.html == to_html(RENDERS["a"], RENDERS, swap=True)
    assert frame.html.count("hx-swap-oob") == 1
    assert frame.html.count('id="d"') == 1
    assert frame.versions == {name: f"{name}-1" for name in "abcd"}


def test_no_frame_while_something_in_it_is_not_rendered() -> None:
    assert make(["e", "a"], {**RENDERS, "d": None}.get) is None


def test_what_nobody_watches_is_left_out() -> None:
    frame = make(["gone", "e"], RENDERS.get)
    assert frame is not None
    assert frame.versions == {"e": "e-1"}


def test_the_heartbeat_is_an_element_of_its_own() -> None:
    frame = make([HEARTBEAT, "e"], RENDERS.get)
    assert frame is not None
    assert frame.html.count("hx-swap-oob") == 2
    assert '<i id="live-heartbeat" hx-swap-oob="true"' in frame.html
    assert frame.versions == {"e": "e-1"}, "it has no version that a page would report"


def test_frames_are_counted() -> None:
    before = count("live_frames_total")
    make(["e"], RENDERS.get)
    assert count("live_frames_total") == before + 1
