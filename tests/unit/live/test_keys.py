"""What names a piece of a page."""

import json
from enum import StrEnum
from typing import Any

import pytest
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from live.keys import ANY, ElementId, FragmentError, Key, PageContext, RenderingId, check_audience, element_id

audiences = st.recursive(
    st.integers(-(2**53), 2**53) | st.text(), lambda inner: st.lists(inner).map(tuple), max_leaves=8
)


options = st.none() | st.lists(st.text()).map(tuple)


@given(audience=st.none() | audiences, options=options)
def test_rendering_id_comes_through_a_channel_layer_as_it_was(audience: object, options: Any) -> None:
    id = RenderingId(ElementId("tests-desk"), audience, options)  # type: ignore[arg-type]
    assert RenderingId.from_wire(json.loads(json.dumps(id.to_wire()))) == id
    assert len(id.to_wire()) == 2 or options is not None, "as processes know it that know of no options"


def test_a_rendering_id_is_about_all_that_it_does_not_tell_apart() -> None:
    one, all_of_it = RenderingId(ElementId("a"), "staff", ("6h",)), RenderingId(ElementId("a"))
    assert all_of_it.includes(one) and one.includes(one) and not one.includes(all_of_it)
    assert one._replace(audience=None).includes(one) and one._replace(options=None).includes(one)
    assert not RenderingId(ElementId("b")).includes(one)
    assert not RenderingId(ElementId("a"), None, ("1h",)).includes(one)


@pytest.mark.parametrize(
    ("pattern", "included", "others"),
    [
        ("tests-row-*", ["tests-row-1", "tests-row-", "tests-row-1-_at_footer"], ["tests-row"]),
        ("tests-row-*", [], ["tests-row-1-2", "tests-rows-1", "other-row-1", "tests-rows"]),
        ("tests-cell-1-*", ["tests-cell-1-2"], ["tests-cell-2-1", "tests-cell-1"]),
        ("tests-cell-*-*", ["tests-cell-1-2", "tests-cell-1-2-_at_a"], ["tests-cell-1"]),
    ],
)
def test_a_change_may_be_about_many_elements(pattern: str, included: list[str], others: list[str]) -> None:
    id = RenderingId(ElementId(pattern))
    assert id.fragment == ".".join(pattern.split("-")[:2])
    assert all(id.includes(RenderingId(ElementId(element), "staff", ("6h",))) for element in included)
    assert not any(id.includes(RenderingId(ElementId(element))) for element in others)
    assert not id._replace(audience="staff").includes(RenderingId(ElementId("tests-row-1"), "guests"))
    assert RenderingId.from_wire(json.loads(json.dumps(id.to_wire()))) == id


def test_a_change_may_be_about_some_of_the_options() -> None:
    every_page, one = RenderingId(ElementId("a"), None, ("*", "1")), RenderingId(ElementId("a"))
    assert every_page.includes(one._replace(options=("q", "1"))) and every_page.includes(
        one._replace(options=("", "1"))
    )
    assert not every_page.includes(one._replace(options=("q", "2")))
    assert not every_page.includes(one._replace(options=("q", "1", "2"))), "of another version of the project"
    assert not every_page.includes(one) and one.fragment is None and every_page.fragment is None


@given(values=st.lists(st.text() | st.integers() | st.booleans(), max_size=3))
def test_no_value_is_written_as_any_is(values: list[Any]) -> None:
    assert "*" not in element_id("tests.row", *values)
    assert RenderingId(element_id("tests.row", *values, *[ANY] * 2)).includes(
        RenderingId(element_id("tests.row", *values, "", "*"))
    )


def test_key_is_of_one_element_and_each_audience_a_rendering() -> None:
    key = Key("tests.desk", (("pk", 5),), ElementId("tests-desk-5"))
    assert key.id == RenderingId(ElementId("tests-desk-5"))
    assert key.of("staff").id == RenderingId(ElementId("tests-desk-5"), "staff")
    assert key.of("staff").of(None) == key
    assert str(key) == "tests.desk(pk=5)"
    assert str(key.of(("staff", 1))) == "tests.desk(pk=5, audience=('staff', 1))"


def test_key_is_rendered_for_pages_of_a_context_and_a_change_is_one_of_all() -> None:
    key, german = Key("tests.desk", (("pk", 5),), ElementId("tests-desk-5")), PageContext("de", "UTC", (("tenant", 7),))
    own = key.within(german)
    assert own.id == RenderingId(ElementId("tests-desk-5"), context=german)
    assert key.id.includes(own.id) and not own.id.includes(key.id)
    assert own.of("staff").context == own.named_at("footer").context == german and own.within(None) == key
    assert str(own) == "tests.desk(pk=5) [de, UTC, tenant=7]"
    assert own.id.to_wire() == key.id.to_wire() == ["tests-desk-5", None], "as processes know it that know of none"
    assert german["tenant"] == german.get("tenant") == 7 and german.get("role") is None
    with pytest.raises(KeyError, match="role"):
        german["role"]


def test_key_is_more_than_once_on_a_page_where_the_others_are_named() -> None:
    key = Key("cart.count", (), ElementId("cart-count"))
    other = key.named_at("footer")
    assert other.element == "cart-count-_at_footer"
    assert str(other.of("staff")) == "cart.count(audience='staff', at='footer')"
    assert other.named_at("menu") == key.named_at("menu")
    assert key.id.includes(other.id) and not other.id.includes(key.id)
    assert not RenderingId(ElementId("cart")).includes(other.id)
    for wrong in ("", "a b", "a-b", "_at_", 'a"', "é"):
        with pytest.raises(FragmentError, match=r'cart\.count\(\): at=".*" must be letters and digits'):
            key.named_at(wrong)


@given(audience=audiences)
def test_audience_may_be_a_number_a_text_or_a_tuple_of_them(audience: object) -> None:
    assert check_audience("tests.desk", audience) == audience


class Role(StrEnum):
    EDITOR = "editor"


@pytest.mark.parametrize("audience", [Role.EDITOR, mark_safe("editor"), (Role.EDITOR, 1)])
def test_audience_may_be_of_a_type_that_is_made_from_these(audience: object) -> None:
    assert check_audience("tests.desk", audience) == audience
    assert hash(audience) == hash(("editor", 1) if isinstance(audience, tuple) else "editor"), "one rendering for both"


@pytest.mark.parametrize("audience", [None, True, 1.5, [1], {"a"}, ("a", None), (("a", [1]),)])
def test_audience_is_nothing_else(audience: object) -> None:
    with pytest.raises(Exception, match=r"tests\.desk: the audience is .*; per= must give an int, a str or a tuple"):
        check_audience("tests.desk", audience)
