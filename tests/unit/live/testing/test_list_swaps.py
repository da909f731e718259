"""What comes of a list's frames: the page is as it is when it is loaded, whatever order it showed before."""

import re
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from live.hub.frames import make_frame
from live.hub.mailbox import ListEntry
from live.keys import ElementId, Key
from live.rendering.orders import orders, version_of
from live.rendering.rendered import LIST_TAG, Rendered, Renderings
from live.rendering.seals import short_text
from live.rendering.slots import slot_of
from live.rendering.tree import to_html
from live.testing.list_swaps import swap_lists

LIST = Key("shop.rows", (), ElementId("shop-rows"))
numbers = st.lists(st.integers(0, 20), unique=True)


def row(number: int, text: str = "") -> Rendered:
    key = Key("shop.row", (("pk", number),), ElementId(f"shop-row-{number}"))
    return Rendered(key, "tr", f"><td>{text or number}</td></tr>", f"version{number}{text}")


def rows(order: Sequence[int], *, remembered: bool = True) -> Renderings:
    """A list in that order, with its items."""
    items = [row(number) for number in order]
    html = f"></{LIST_TAG}>" + "".join(slot_of(item.key.element) for item in items)
    version = short_text(version_of(f"{LIST_TAG} {html}").digest())
    rendered = Rendered(LIST, LIST_TAG, html, version, tuple(item.key for item in items))
    if remembered:
        orders.remember(rendered)
    return {one.key.id: one for one in (rendered, *items)}


def page(renderings: Renderings) -> str:
    return f"<table><tbody>{to_html(renderings[LIST.id], renderings)}</tbody></table>"


def frame(renderings: Renderings, base: str) -> str:
    made = make_frame((ListEntry(LIST.id, base),), renderings.get, "")
    assert made is not None
    return made.html


def swapped(html: str, frame: str) -> str:
    html, rest, unannounced = swap_lists(html, frame, lambda element: True)
    assert (rest, unannounced) == ("", set())
    return html


@given(numbers, numbers)
def test_what_differs_makes_the_new_list_of_the_old_one(old: list[int], new: list[int]) -> None:
    before, after = rows(old), rows(new)
    sent = frame(after, before[LIST.id].version)
    assert swapped(page(before), sent) == page(after)
    comes = {number for number in new if number not in old}
    assert set(map(int, re.findall(r"<td>(\d+)</td>", sent))) == comes, "nothing else is sent"


@given(numbers, numbers)
def test_the_whole_makes_the_new_list_of_any_other(old: list[int], new: list[int]) -> None:
    assert swapped(page(rows(old)), frame(rows(new), "unknown")) == page(rows(new))


def test_nothing_is_swapped_of_a_list_that_was_not_announced() -> None:
    before, after = rows([1, 2]), rows([2, 3])
    sent = frame(after, before[LIST.id].version) + "<p>else</p>"
    assert swap_lists(page(before), sent, lambda element: False) == (page(before), "<p>else</p>", {"shop-rows"})
