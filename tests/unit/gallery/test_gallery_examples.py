"""The gallery shows everything that there is, and what it shows is what was run."""

import re
from inspect import signature
from xml.etree import ElementTree

import pytest

from gallery import data
from gallery.examples import FIGURE_OPTIONS, Example, broken, shape
from gallery.sections import KINDS, SECTIONS, board, example, examples
from live.charts import KINDS as FUNCTIONS
from live.charts import Span, StatusItem, Threshold
from live.charts.output.figure import STATES, figure

EXAMPLES = examples()
NAMES = [shown.slug for shown in EXAMPLES]


@pytest.mark.parametrize("shown", EXAMPLES, ids=NAMES)
def test_an_example_is_drawn(shown: Example) -> None:
    root = ElementTree.fromstring(f"<div>{shown.html}</div>")
    figures = list(root.iter("figure"))
    assert figures and all("chart" in element.attrib["class"].split() for element in figures)
    assert not [element.tag for element in root.iter() if {"id", "style"} & set(element.attrib)]
    assert "script" not in {element.tag for element in root.iter()}


@pytest.mark.parametrize("shown", [shown for shown in EXAMPLES if list(shown.calls())], ids=lambda shown: shown.slug)
def test_an_example_is_a_picture_too(shown: Example) -> None:
    root = ElementTree.fromstring(shown.picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.attrib["width"], root.attrib["height"]) == ("720", "360")


@pytest.mark.parametrize("shown", [shown for shown in EXAMPLES if shown.python], ids=lambda shown: shown.slug)
def test_the_call_in_python_gives_the_same(shown: Example) -> None:
    names = {**data.context(), "figure": figure}
    assert eval(shown.python_call, names) == shown.html
    assert shown.code.endswith(shown.python_call)
    shapes = shown.code.removesuffix(shown.python_call)
    compile(shapes, shown.slug, "exec")
    assert set(re.findall(r"^(\w+) = ", shapes, re.M)) <= set(data.context())


def test_it_shows_every_kind() -> None:
    assert [section.slug for section in KINDS] == [section.examples[0].slug for section in KINDS]
    assert {section.slug for section in KINDS} == set(FUNCTIONS)
    for section in KINDS:
        assert section.examples[0].python
        for shown in section.examples:
            assert {node.args[0].token.strip('"') for node in shown.calls()} == {section.slug}


@pytest.mark.parametrize("kind", sorted(FUNCTIONS))
def test_it_shows_every_option(kind: str) -> None:
    _, *options = signature(FUNCTIONS[kind]).parameters
    # `kind` is how an area is made of a line, and has no sense in a template.
    missing = set(options) - {"kind"} - used(kind)
    assert missing == set()


def test_it_shows_every_state() -> None:
    states = {
        node.kwargs["state"].token.strip('"') for shown in EXAMPLES for node in shown.calls() if "state" in node.kwargs
    }
    assert states == set(filter(None, STATES))


def test_a_board_is_at_the_top() -> None:
    assert sum(shown.width for shown in board()[:4]) == 12
    assert sum(shown.width for shown in board()) == 12 * 5


def test_names_are_given_once() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert len({section.slug for section in SECTIONS}) == len(SECTIONS)
    assert example("line") is SECTIONS[0].examples[0]
    assert example("no-such") is None


def test_no_name_of_the_data_is_for_nothing() -> None:
    words = " ".join(shown.call for shown in EXAMPLES)
    assert [name for name in data.context() if not re.search(rf"[= ]{name}\b", words)] == []


def test_the_data_is_always_the_same() -> None:
    assert repr(data.context.__wrapped__()).split(" at 0x")[0] == repr(data.context()).split(" at 0x")[0]
    assert data.wander(1, 5, 0, 100) == data.wander(1, 5, 0, 100)
    walk = data.wander(9, 5000, 10, 20)
    assert min(walk) >= 10 and max(walk) <= 20


def test_calls_are_broken_where_they_are_long() -> None:
    assert broken("f(", ["1", "a=2"], ")") == "f(1, a=2)"
    long = broken("f(", [f"name{n}={n}" for n in range(20)], ")")
    assert long.startswith("f(\n    name0=0,") and long.endswith(",\n)")
    assert max(map(len, long.splitlines())) <= 88


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.0, "1"),
        (1.5, "1.5"),
        (None, "None"),
        ('a "b"', '"a \\"b\\""'),
        ("x" * 99, '"' + "x" * 60 + '..."'),
        ([1, 2, 3, 4, 5, 6, 7], "[1, 2, 3, 4, 5, 6, 7]"),
        ([1, 2, 3, 4, 5, 6, 7, 8], "[1, 2, 3, ...]"),
        ([[1, 2], [3], [4], [5]], "[[1, 2], [3], [4], ...]"),
        (("a", 1), '("a", 1)'),
        ({"a": [1.0], "b": 2}, '{"a": [1], "b": 2}'),
        (dict.fromkeys("abcde", 1), '{"a": 1, "b": 1, "c": 1, ...}'),
        ([Threshold(5, "bad")], '[Threshold(5, "bad")]'),
        ([Threshold(5, "bad", above=False)], '[Threshold(5, "bad", False)]'),
        ([Span(1, 2, "ok", "Up")], '[Span(1, 2, "ok", "Up")]'),
        (StatusItem("Web", "ok", "Up", since="now"), 'StatusItem("Web", "ok", "Up", since="now")'),
        (StatusItem("Web", "ok", "Up", "a", "now"), 'StatusItem("Web", "ok", "Up", "a", since="now")'),
        (data.BEGIN, 'datetime(2026, 3, 28, 13, tzinfo=ZoneInfo("Europe/Berlin"))'),
    ],
)
def test_data_is_shown_as_python(value: object, words: str) -> None:
    assert shape(value) == words


def used(kind: str) -> set[str]:
    """The options of a kind that examples give."""
    names = {
        name
        for shown in EXAMPLES
        for node in shown.calls()
        if node.args[0].token == f'"{kind}"'
        for name in node.kwargs
    }
    # Given by `figure` where the call does not.
    return (names - set(FIGURE_OPTIONS)) | {"locale", "zone", "title"}
