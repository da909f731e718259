"""Renderings put together."""

from typing import Any

import pytest

from live import FragmentError, fragment, html_of
from live.keys import Key
from live.rendering.render import render
from live.rendering.tree import render_tree, to_html
from tests.unit.live.crew import Crew, rename
from tests.unit.live.screens import renders

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def page_of(templates: dict[str, str], html: str) -> Key:
    """A fragment without parameters that renders this template."""
    templates["it.html"] = html

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return {}

    return it.key()


def test_a_tree_is_rendered_once_each(crew: Crew) -> None:
    team, [ann, bob] = crew.make("crew", "Ann", "Bob")
    before = renders("tests.person"), renders("tests.team")
    assert list(render_tree([team, ann, team])) == [team.id, ann.id, bob.id]
    assert (renders("tests.person"), renders("tests.team")) == (before[0] + 2, before[1] + 1)


def test_what_is_known_is_not_rendered_except_where_it_is_asked_for(crew: Crew) -> None:
    team, [ann, bob] = crew.make("crew", "Ann", "Bob")
    assert list(render_tree([team], is_known=lambda id: id == ann.id)) == [team.id, bob.id]
    assert list(render_tree([ann], is_known=lambda id: True)) == [ann.id]


def test_a_fragment_that_contains_itself_is_refused(templates: dict[str, str]) -> None:
    key = page_of(templates, '{% load live %}<div>{% live "tests.it" %}</div>')
    with pytest.raises(FragmentError, match=r"tests\.it\(\) contains itself"):
        render_tree([key])


def test_a_parent_is_filled_with_its_children_as_they_are_now(crew: Crew) -> None:
    team, [ann, bob] = crew.make("crew", "Ann", "Bob")
    tree = render_tree([team])
    rename(ann, "Anna")
    tree[ann.id] = render(ann)
    html = to_html(tree[team.id], tree, swap=True)
    assert html.count("hx-swap-oob") == 1, "only the outermost element is swapped"
    assert to_html(tree[ann.id], tree) in html
    assert to_html(tree[bob.id], tree) in html
    assert "Anna" in html
    assert "<!--live" not in html


# For a response


def test_fragments_for_a_response_are_ready_to_be_swapped_in(crew: Crew) -> None:
    team, [ann] = crew.make("crew", "Ann")
    _, [bob] = crew.make("other", "Bob")
    html = html_of(team, bob)
    assert html.count("hx-swap-oob=true") == 2
    assert html.index(team.element) < html.index(ann.element) < html.index(bob.element)
    assert html == html_of(team) + html_of(bob)


def test_error_in_a_response_is_raised_or_shown(templates: dict[str, str], settings: Any) -> None:
    templates["it.html"] = "<p></p>"

    @fragment("it.html")
    def it() -> dict[str, Any]:
        raise ValueError("why")

    key = it.key()
    with pytest.raises(ValueError, match="why"):
        html_of(key)
    settings.LIVE_STRICT = False
    assert "could not be shown" in html_of(key)


def test_a_response_is_made_of_keys() -> None:
    with pytest.raises(FragmentError, match=r"html_of takes keys, as html_of\(row.key\(pk=1\)\), and not 'shop.row'"):
        html_of("shop.row")  # type: ignore[arg-type]
