"""What a fragment and all that it nests are."""

from live.keys import ElementId, Key, RenderingId
from live.rendering.rendered import Rendered, closure


def key(name: str) -> Key:
    return Key(f"tests.{name}", (), ElementId(name))


def rendered(name: str, *children: str) -> Rendered:
    return Rendered(key(name), "p", f">{name}</p>", f"{name}-1", tuple(key(child) for child in children))


def ids(names: str) -> set[RenderingId]:
    return {key(name).id for name in names}


# a contains b and c, c contains d; e is by itself.
RENDERINGS = {
    rendering.key.id: rendering
    for rendering in (rendered("a", "b", "c"), rendered("b"), rendered("c", "d"), rendered("d"), rendered("e"))
}


def test_closure_is_everything_that_is_nested() -> None:
    assert closure([key("a"), key("e")], RENDERINGS.get) == {key(name).id: key(name) for name in "abcde"}
    assert closure([key("c")], RENDERINGS.get).keys() == ids("cd")


def test_closure_has_what_is_not_rendered_yet_without_what_it_nests() -> None:
    assert closure([key("a")], {key("a").id: RENDERINGS[key("a").id]}.get).keys() == ids("abc")
    assert closure([], RENDERINGS.get) == {}


def test_closure_has_what_two_nest_once() -> None:
    both = {key(name).id: rendered(name, "d") for name in "bc"} | {key("a").id: rendered("a", "b", "c")}
    assert closure([key("a")], both.get).keys() == ids("abcd")


def test_what_is_marked_is_marked_of_one_version() -> None:
    good = RENDERINGS[key("a").id]
    marked = good.marked("as of 12:00")
    assert marked.is_marked_of("a-1")
    assert not marked.is_marked_of("a-2")
    assert not good.is_marked_of("a-1")
