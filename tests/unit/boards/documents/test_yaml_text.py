"""YAML in and out: what is written comes back, whatever it is, and what cannot be read is said with its line."""

from contextlib import suppress
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from boards.documents import yaml_text
from boards.documents.problems import Problem
from boards.documents.yaml_text import Mark, NotYAML, Text
from tests.unit.boards.documents.random_boards import LONG_TEXT, NUMBERS

VALUES = st.recursive(
    st.one_of(LONG_TEXT, NUMBERS, st.integers(-(2**70), 2**70), st.booleans(), st.none()),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(LONG_TEXT, values, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(LONG_TEXT, VALUES, max_size=4))
def test_everything_comes_back(document: dict[str, Any]) -> None:
    text = yaml_text.write(document)
    read = Text(text)
    assert (read.data, read.problems) == (document, [])
    # For others, whose YAML is 1.1, a text is the same text.
    assert yaml.safe_load(text) == document


@pytest.mark.parametrize(
    "text", ["no", "on", "y", "12:30", "1:30", "2026-11-25", "0x1F", "0o17", "1_000", ".5", "+1", "<<"]
)
def test_what_others_read_as_something_else_is_a_text(text: str) -> None:
    assert Text(f"title: {text}").data == {"title": text}
    assert yaml.safe_load(yaml_text.write({"title": text})) == {"title": text}


def test_values_of_json() -> None:
    text = "{a: 1, b: -0.5, c: 1e3, d: true, e: null, f: ~, g: , h: !!str 1, i: '1', j: 1e999}"
    values = {
        "a": 1,
        "b": -0.5,
        "c": 1000.0,
        "d": True,
        "e": None,
        "f": None,
        "g": None,
        "h": "1",
        "i": "1",
        "j": "1e999",
    }
    assert Text(text).data == values
    assert Text("").data is None


def test_a_long_text_is_written_as_it_is() -> None:
    assert yaml_text.write({"text": "# Title\n\n- one “two”\n"}) == "text: |\n  # Title\n\n  - one “two”\n"


@pytest.mark.parametrize(
    ("text", "words", "mark"),
    [
        ("title: [a\nb: c", "This is not YAML: while parsing a flow sequence", (2, 2)),
        ("a: 1\n  b: 2", "This is not YAML: mapping values are not allowed here", (2, 4)),
        ("a: 'open", "found unexpected end of stream", (1, 9)),
        ("a: b\nc: \x07", "There is a character that YAML cannot have", (2, 4)),
        ('a: "\\UFFFFFFFF"', "This is not YAML", (1, 1)),
        ("a: *b", "found undefined alias 'b'", (1, 4)),
        ("a: 1\n---\nb: 2", "expected a single document", (2, 1)),
        ("? [a]\n: b", "A name must be a text", (1, 3)),
        ("a: " + "[" * 10_000, "it is too deep", (1, 23)),
        ("a: &a [*a]", "There is too much in it", (1, 4)),
        ("x" * 500_001, "It is longer than 500000 characters", (1, 1)),
    ],
)
def test_what_cannot_be_read(text: str, words: str, mark: tuple[int, int]) -> None:
    with pytest.raises(NotYAML) as caught:
        Text(text)
    assert words in str(caught.value)
    assert caught.value.located.mark == mark


def test_a_bomb_of_aliases_is_refused() -> None:
    lists = "\n".join(f"- &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]" for number in range(1, 12))
    with pytest.raises(NotYAML, match="There is too much in it"):
        Text(f"- &a0 [x]\n{lists}")


def test_what_is_wrong_within_is_all_said() -> None:
    read = Text("a: 1\nb:\n  c: 1\n  c: 2\nd: !python/object:os.system x\na: 3\ne: !!int x\n")
    assert [str(located) for located in read.problems] == [
        "b.c: “c” is here twice, first in line 3 (line 4, column 3)",
        "d: “x” cannot be read as “!python/object:os.system” (line 5, column 4)",
        "a: “a” is here twice, first in line 1 (line 6, column 1)",
        "e: “x” cannot be read as “tag:yaml.org,2002:int” (line 7, column 4)",
    ]


def test_a_problem_is_where_its_value_is_or_its_key_or_the_nearest() -> None:
    read = Text("a:\n  - b: 1\n    c: 2\n")
    assert read.located(Problem(("a", 0, "c"), "")).mark == Mark(3, 8)
    assert read.located(Problem(("a", 0, "c"), "", of_key=True)).mark == Mark(3, 5)
    assert read.located(Problem(("a", 0, "d", "e"), "")).mark == Mark(2, 5)
    assert read.located(Problem((), "")).mark == Mark(1, 1)


@settings(max_examples=300, deadline=None)
@given(st.text("ab:-[]{}&*!|>'\"%@\\ \n\t#?,U~\x85\ufeff", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(NotYAML):
        Text(text)
