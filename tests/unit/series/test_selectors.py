"""Which series are meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from series.matchers import Matcher, Selector, UnknownVariable
from series.samples import SampleError, check_labels
from series.selectors import SelectorError, parse, selector_of


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
        ("cpu{host= $host }", Selector("cpu", matchers=(Matcher("host", "$", "host"),))),
        ("cpu{instance=$größe.x-1}", Selector("cpu", matchers=(Matcher("instance", "$", "größe.x-1"),))),
        ('cpu{host="$host"}', Selector("cpu", matchers=(Matcher("host", "=", "$host"),))),
        (r"cpu{host=\$host}", Selector("cpu", matchers=(Matcher("host", "=", "$host"),))),
        (
            "cpu{price=$5,path=$a b}",
            Selector("cpu", matchers=(Matcher("price", "=", "$5"), Matcher("path", "=", "$a b"))),
        ),
        ("cpu{host=~$}", Selector("cpu", matchers=(Matcher("host", "=~", "$"),))),
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
        ("cpu{host!=$host}", "A variable can only be behind =.", 11),
        ("cpu{host=~$host}", "A variable can only be behind =.", 11),
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
    assert selector_of("cpu", {"host": "$host"}) == """"cpu"{"host"="$host"}"""
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


def test_a_variable_means_whatever_value_there_is_until_it_is_filled_in() -> None:
    selector = parse("cpu{host=$host}")
    assert selector.variables() == {"host": "host"}
    assert selector.matches("cpu", {"host": "a"})
    assert not selector.matches("cpu", {})


def test_it_is_filled_in_with_one_value_with_several_or_with_none_for_all() -> None:
    selector = parse("cpu{host=$host,zone=eu}")
    zone = Matcher("zone", "=", "eu")
    assert selector.filled({"host": ["a"]}) == Selector("cpu", matchers=(Matcher("host", "=", "a"), zone))
    assert selector.filled({"host": []}) == Selector("cpu", matchers=(Matcher("host", "*"), zone))
    several = selector.filled({"host": ["a.b", "c"]})
    assert several.matches("cpu", {"host": "a.b", "zone": "eu"})
    assert not several.matches("cpu", {"host": "aXb", "zone": "eu"})
    with pytest.raises(UnknownVariable, match=r"There is no variable \$host here; there is \$rack\."):
        selector.filled({"rack": []})


# What a series may have, with what selectors, expressions and addresses are made of.
ODD = st.text(st.sampled_from("a$\\\"',|{}=~*&+% \u20ac.)(") | st.characters(min_codepoint=32), min_size=1, max_size=12)


@given(st.lists(ODD, min_size=1, max_size=4), ODD)
def test_whatever_is_filled_in_is_the_value_and_no_more(values: list[str], other: str) -> None:
    filled = parse("cpu{host=$host}").filled({"host": values})
    for value in [*values, other]:
        assert filled.matches("cpu", {"host": value}) == (value in values)
