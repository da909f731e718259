"""Which series are meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from series.samples import SampleError, check_labels
from series.selectors import Matcher, Selector, SelectorError, parse, selector_of


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        ("cpu", Selector("cpu")),
        (" cpu.user ", Selector("cpu.user")),
        ("cpu.*", Selector("cpu.", is_prefix=True)),
        ("*", Selector("", is_prefix=True)),
        (r"cpu\*", Selector("cpu*")),
        ("cpu{}", Selector("cpu")),
        ("cpu{host=a}", Selector("cpu", matchers=(Matcher("host", "=", "a"),))),
        ('cpu { host = "a b" , }', Selector("cpu", matchers=(Matcher("host", "=", "a b"),))),
        ("cpu{host=*}", Selector("cpu", matchers=(Matcher("host", "*"),))),
        ('cpu{host="*"}', Selector("cpu", matchers=(Matcher("host", "=", "*"),))),
        (
            'latency{host=~"web-.*",zone!=eu,core!~1|2}',
            Selector(
                "latency",
                matchers=(Matcher("host", "=~", "web-.*"), Matcher("zone", "!=", "eu"), Matcher("core", "!~", "1|2")),
            ),
        ),
        ('"cpu*" {host=a}', Selector("cpu*", matchers=(Matcher("host", "=", "a"),))),
        (
            r'cpu{"a=b"="x\"y\\",c=d\,e}',
            Selector("cpu", matchers=(Matcher("a=b", "=", 'x"y\\'), Matcher("c", "=", "d,e"))),
        ),
        ("cpu{host=}", Selector("cpu", matchers=(Matcher("host", "=", ""),))),
    ],
)
def test_a_text_is_read(text: str, selector: Selector) -> None:
    assert parse(text) == selector


@pytest.mark.parametrize(
    ("text", "words", "column"),
    [
        ("", "It must begin with the name of a series.", 1),
        ("{host=a}", "It must begin with the name of a series.", 1),
        ('""', "It must begin with the name of a series.", 3),
        ('"cpu', "It must begin with the name of a series.", 1),
        ("cpu}", "Nothing can be here any more.", 4),
        ("cpu{host}", "=, !=, =~ or !~ must be here.", 9),
        ("cpu{=a}", "The name of a tag must be here.", 5),
        ("cpu{host=a", "A comma or } must be here.", 11),
        ('cpu{host="a}', "A comma or } must be here.", 10),
        ("cpu{host=a} x", "Nothing can be here any more.", 13),
        ('cpu{host=~"("}', "This is no regular expression: missing ): (.", 11),
        ("cpu{" + "a=b," * 21 + "}", "There can be 20 tags at most.", 88),
        ("c" * 1001, "A selector has at most 1000 characters.", 1001),
        ("cpu{host=a\0}", "This character is in no name and no tag.", 11),
        (" \ud800*", "This character is in no name and no tag.", 1),
    ],
)
def test_what_is_wrong_is_said_with_its_column(text: str, words: str, column: int) -> None:
    with pytest.raises(SelectorError) as refused:
        parse(text)
    assert str(refused.value) == f"{words} (column {column})"
    assert refused.value.column == column


def test_a_selector_of_a_series_is_its_identity_where_that_is_one() -> None:
    assert selector_of("cpu", {"zone": "eu west", "host": "a,b"}) == r"cpu{host=a\,b,zone=eu west}"
    assert selector_of('12" *', {"host": "*"}) == r""""12\" *"{"host"="*"}"""


@given(
    st.text(min_size=1, max_size=20), st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8), max_size=3)
)
def test_every_series_has_a_selector_that_means_it(name: str, tags: dict[str, str]) -> None:
    try:
        check_labels(name, tags)
    except SampleError:
        return
    selector = parse(selector_of(name, tags))
    assert selector.matches(name, tags)
    assert not selector.is_prefix and {one.operator for one in selector.matchers} <= {"="}
    assert not selector.matches(name + "x", tags)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        selector = parse(text)
    except SelectorError as error:
        assert 1 <= error.column <= len(text) + 1
    else:
        selector.matches("cpu", {"host": "a"})


@pytest.mark.parametrize(
    ("selector", "meant"),
    [
        ("cpu{host=a}", ["a", "ab"]),
        ("cpu{host!=a}", ["b", "none"]),
        ("cpu{host=*}", ["a", "ab", "b"]),
        ("cpu{zone=}", ["a", "b", "none"]),
        ("cpu{host=~a|b}", ["a", "ab", "b"]),
        ("cpu{host=~.}", ["a", "ab", "b"]),
        ("cpu{host!~.+}", ["none"]),
        ("c*{zone=~e.*,host=a}", ["ab"]),
        ("ram", []),
    ],
)
def test_tags_are_matched_as_prometheus_does_it(selector: str, meant: list[str]) -> None:
    series = {"a": {"host": "a"}, "ab": {"host": "a", "zone": "eu"}, "b": {"host": "b"}, "none": {}}
    assert [name for name, tags in series.items() if parse(selector).matches("cpu", tags)] == meant


def test_no_expression_takes_long() -> None:
    assert not parse('cpu{host=~"(a+)+(a+)+(a+)+b"}').matches("cpu", {"host": "a" * 200})
