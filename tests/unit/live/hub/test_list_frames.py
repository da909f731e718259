"""What a page is sent of a list: what differs from the order that it shows, and no more."""

import json

import pytest

from live.hub.core import Core
from live.hub.frame_delivery import _read_orders
from live.hub.frames import make_frame
from live.hub.mailbox import ListEntry
from live.hub.viewer import Frame
from live.keys import ElementId
from live.page.page import Page
from live.page.report import MAX_ENTRIES, MAX_REPORT_LENGTH, read_report
from live.page.token import sign
from live.rendering.orders import Orders, orders
from live.rendering.rendered import Renderings
from live.rendering.seals import seal
from live.rendering.tree import to_html
from tests.unit.live.hub.test_core import NOW, Viewer, render, viewer
from tests.unit.live.testing.test_list_swaps import LIST, frame, page, row, rows, swapped

THOUSAND = list(range(1000))
# What says where a row comes, goes or moves, and that the list is another version.
OVERHEAD = 500


@pytest.mark.parametrize(
    ("changed", "sent_rows"),
    [
        (lambda order: [*order[:500], 5000, *order[500:]], 1),
        (lambda order: [*order[:500], *order[501:]], 0),
        (lambda order: [order[-1], *order[:-1]], 0),
        (lambda order: [*order[:10], *order[11:900], order[10], *order[900:]], 0),
    ],
)
def test_one_of_a_thousand_rows_is_sent_alone(changed, sent_rows: int) -> None:  # type: ignore[no-untyped-def]
    before, after = rows(THOUSAND), rows(changed(THOUSAND))
    html = frame(after, before[LIST.id].version)
    length = len(to_html(row(5000), {}))
    assert html.count("<td>") == sent_rows
    assert len(html) < 2 * sent_rows * length + OVERHEAD
    assert swapped(page(before), html) == page(after)


def report_of(renderings: Renderings) -> str:
    shown = [f"{one.key.element} {one.version} {seal(one.key.element)}" for one in renderings.values()]
    return json.dumps({"page": "token", "shown": shown, "frames": 3})


def test_a_page_can_tell_of_as_many_items_as_a_list_may_have_and_its_token_has_none() -> None:
    text = report_of(rows(range(5000)))
    assert len(text) < MAX_REPORT_LENGTH / 2 and MAX_ENTRIES >= 5001
    report = read_report(text)
    assert len(report.shown) == 5001 and report.frames == 3
    made = Page()
    made.add(LIST)
    few = len(sign(made))
    made = Page()
    made.add(LIST, [one.key for one in rows(THOUSAND).values() if not one.is_list])
    assert len(sign(made)) == few


def test_a_process_that_has_just_started_reads_the_order_from_the_report() -> None:
    before, after = rows([1, 2, 3], remembered=False), rows([1, 3, 4])
    there = Orders()
    shown = [ElementId(name) for name in ("shop-row-9", "shop-rows", "shop-row-1", "part", "shop-row-2", "shop-row-3")]
    version = before[LIST.id].version
    more = [*shown, ElementId("shop-row-7")]
    for told in (shown, more):
        assert there.read(after[LIST.id], told, version) == ("shop-row-1", "shop-row-2", "shop-row-3")
        there = Orders()
    assert there.read(after[LIST.id], shown[:-1], version) is None, "it is not what the version says"
    assert there.read(after[LIST.id], [ElementId("part")], version) is None, "it does not show the list"
    assert there.read(after[LIST.id], [*shown[:2], *shown[:1:-1]], version) is None
    assert there.get(version) is None


def test_orders_are_forgotten_when_there_are_too_many() -> None:
    there = Orders(max_items=10)
    versions = [(made := rows([number, number + 1]))[LIST.id].version for number in range(8)]
    for number in range(8):
        there.remember(rows([number, number + 1])[LIST.id])
        there.remember(made[LIST.id])
    assert there.get(versions[0]) is None
    assert there.get(versions[-1]) is not None and there.get(f"{versions[-1]}!") == there.get(versions[-1])


def joined(core: Core, before: Renderings) -> Viewer:
    """A viewer of a page that shows the list as it is, and which the core has compared."""
    one = viewer()
    one.page.add(LIST)
    core.join(one, {made.key.element: made.version for made in before.values()}, NOW)
    return one


@pytest.fixture
def core() -> Core:
    return Core(lambda key: False)


def list_entries(core: Core) -> dict[Viewer, list[ListEntry]]:
    return {
        one: [entry for entry in entries if isinstance(entry, ListEntry)]
        for entries, several in core.take_frames().items()
        for one in several
    }


def test_those_who_show_the_same_get_the_same_and_who_shows_something_older_what_makes_up_for_it(core: Core) -> None:
    first, second, third = rows([1, 2]), rows([1, 2, 3]), rows([3, 1, 2])
    ann, bob = joined(core, first), joined(core, first)
    render(core, *second.values())
    assert list_entries(core) == {one: [ListEntry(LIST.id, first[LIST.id].version)] for one in (ann, bob)}
    made = make_frame((ListEntry(LIST.id, first[LIST.id].version),), core.watches.rendering_of, "")
    assert made is not None
    ann.has_been_sent(made)
    bob.mailbox.block(NOW)
    render(core, *third.values(), now=NOW + 1)
    bob.mailbox.unblock()
    core.resume([bob])
    based = {one: entries[0].base for one, entries in list_entries(core).items()}
    assert based == {ann: second[LIST.id].version, bob: first[LIST.id].version}


def test_what_cannot_be_sent_yet_is_put_back_as_it_was(core: Core) -> None:
    ann = joined(core, rows([1]))
    render(core, *rows([1, 2]).values())
    [(entries, viewers)] = core.take_frames().items()
    core.put_back(viewers, entries)
    core.resume([ann])
    assert list(core.take_frames()) == [entries]


def test_a_list_that_has_lost_an_item_on_its_page_is_sent_whole(core: Core) -> None:
    before = rows([1, 2])
    ann = joined(core, before)
    render(core, *before.values())
    core.take_frames()
    core.join(ann, {LIST.element: before[LIST.id].version, ElementId("shop-row-1"): "version1"}, NOW + 1)
    render(core, *before.values(), now=NOW + 1)
    assert list_entries(core) == {ann: [ListEntry(LIST.id, "")]}


def test_what_is_on_its_way_when_a_page_reports_is_what_it_will_show() -> None:
    one = viewer("a", "b")
    one.has_reported({ElementId("a"): "1", ElementId("b"): "1"}, frozenset(), NOW, 0)
    one.has_been_sent(Frame("", {ElementId("a"): "2"}))
    one.has_been_sent(Frame("", {ElementId("b"): "2"}))
    one.has_reported({ElementId("a"): "lost", ElementId("b"): "1"}, frozenset(), NOW, 1)
    assert one.shown == {"a": "lost", "b": "2"} and one.reported == {"a": "lost", "b": "1"}
    one.has_reported({ElementId("a"): "2", ElementId("b"): "1"}, frozenset(), NOW)
    assert one.shown == {"a": "2", "b": "1"}, "a script that does not count has got everything"


def test_the_order_that_only_a_page_knows_is_read_before_its_frame_is_made(core: Core) -> None:
    before, after = rows([70, 71], remembered=False), rows([71, 72])
    ann = joined(core, before)
    render(core, *after.values())
    [(entries, _)] = core.take_frames().items()
    _read_orders(entries, core.watches.rendering_of, ann)
    assert orders.get(before[LIST.id].version) == ("shop-row-70", "shop-row-71")
