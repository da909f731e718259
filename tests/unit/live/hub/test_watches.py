"""What is watched, and what that says of pages."""

from typing import Any

import pytest

from live.hub.viewer import Viewer
from live.hub.watches import Watches
from live.keys import ElementId, Key, RenderingId
from live.page.page import Page
from live.rendering.rendered import Rendered


def key(name: str) -> Key:
    return Key(f"tests.{name}", (), ElementId(name))


def watch(watches: Watches, name: str, version: str | None = "1", *, nests: str = "", reported: str = "") -> None:
    """It has been rendered in this version, with these in it, and each of some pages has reported such a one."""
    made = watches.of(key(name))
    if version is not None:
        made.rendered = Rendered(key(name), "p", ">…</p>", version, tuple(map(key, nests)))
    connection: Any = None
    for each in reported:
        made.viewers.add(Viewer(connection, None, Page(), reported={ElementId(name): each}))


def test_nesting_are_those_whose_newest_rendering_has_it_in_it() -> None:
    watches = Watches()
    watch(watches, "wall", nests="ab")
    watch(watches, "other", nests="c")
    watch(watches, "alone")
    watch(watches, "new", None)
    assert watches.nesting({key("a"), key("d")}) == [key("wall").id]
    assert watches.nesting({key("d")}) == []


def test_who_leaves_neither_shows_it_nor_waits_for_it() -> None:
    watches = Watches()
    watch(watches, "a", reported="12")
    made = watches.of(key("a"))
    stays, leaves = made.viewers
    made.waiting = {stays, leaves}
    watches.leave(made.id, leaves)
    assert made.viewers == made.waiting == {stays}
    watches.leave(made.id, stays)
    assert made.id not in watches and not made.waiting
    watches.leave(made.id, stays)


def test_receipts_count_who_has_reported_the_newest_version() -> None:
    watches = Watches()
    watch(watches, "a", "2", reported="221")
    watch(watches, "b", None, reported="1")
    assert watches.receipts("tests.a") == {key("a"): (2, 3)}
    assert watches.receipts("tests.b") == {}, "it has not been rendered"
    assert watches.receipts("tests.c") == {}


def test_a_change_is_about_all_elements_that_show_the_same() -> None:
    watches = Watches()
    first, other, staff = key("a"), key("a").named_at("footer"), key("a").named_at("menu").of("staff")
    for one in (first, other, staff, key("b"), key("b").named_at("footer")):
        watches.of(one)

    def matching(id: RenderingId) -> list[str]:
        return sorted(watch.id.element for watch in watches.matching(id))

    assert matching(first.id) == ["a", "a-_at_footer", "a-_at_menu"]
    assert matching(RenderingId(first.element, "staff")) == ["a-_at_menu"]
    assert matching(other.id) == ["a-_at_footer"]
    connection: Any = None
    viewer = Viewer(connection, None, Page())
    watches.leave(first.id, viewer)
    assert matching(first.id) == ["a-_at_footer", "a-_at_menu"]
    watches.leave(other.id, viewer)
    watches.leave(staff.id, viewer)
    assert matching(first.id) == []
    assert len(watches._by_element) == 1, "and nothing of it is kept"


def test_a_change_is_about_all_renderings_that_it_does_not_tell_apart() -> None:
    watches = Watches()
    keys = [
        Key("tests.a", (("range", option),), ElementId("a"), audience, (option,))
        for option in ("1h", "6h")
        for audience in (None, "staff")
    ]
    for one in keys:
        watches.of(one)
    alone = watches.of(key("b"))

    def matching(*id: Any) -> set[Key]:
        return {watch.key for watch in watches.matching(RenderingId(*id))}

    assert matching("a") == set(keys)
    assert matching("a", "staff") == {keys[1], keys[3]}
    assert matching("a", None, ("6h",)) == {keys[2], keys[3]}
    assert matching("a", "staff", ("6h",)) == {keys[3]}
    assert matching("a", "other") == matching("c") == set()
    assert matching("b") == {alone.key}
    connection: Any = None
    viewer = Viewer(connection, None, Page())
    for one in keys:
        watches.leave(one.id, viewer)
    assert matching("a") == set()


def test_a_change_of_many_elements_is_compared_with_those_of_its_fragment_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watches = Watches()
    for name in ("row", "rows"):
        for pk in range(100):
            watches.of(Key(f"tests.{name}", (("pk", pk),), ElementId(f"tests-{name}-{pk}")))
    compared: list[RenderingId] = []
    includes = RenderingId.includes
    monkeypatch.setattr(RenderingId, "includes", lambda id, other: compared.append(other) or includes(id, other))

    assert [watch.key.params for watch in watches.matching(RenderingId(ElementId("tests-row-7")))] == [(("pk", 7),)]
    assert compared == [], "the usual change is a look-up"
    assert len(list(watches.matching(RenderingId(ElementId("tests-row-*"))))) == len(compared) == 100
    assert list(watches.matching(RenderingId(ElementId("tests-column-*")))) == []

    connection: Any = None
    viewer = Viewer(connection, None, Page())
    for id in list(watches):
        watches.leave(id, viewer)
    assert list(watches.matching(RenderingId(ElementId("tests-row-*")))) == []
    assert not watches._by_fragment, "and nothing of it is kept"
