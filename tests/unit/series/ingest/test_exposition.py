"""Prometheus' text format, read as Prometheus' own parser in Go reads it."""

import pytest

from series.ingest.exposition import ExpositionError, Metric, number, parse


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("", []),
        (" \n\n\t", []),
        ("x 1\n ", [Metric("x", "untyped", "x", {}, 1.0, False)]),
        ("\tx\t+1.5e1\n", [Metric("x", "untyped", "x", {}, 15.0, False)]),
        (
            "x_sum 1\n# TYPE x summary\nx_sum 2\n",
            [Metric("x_sum", "untyped", "x_sum", {}, value, False) for value in (1.0, 2.0)],
        ),
        ("x 1 -5\n", [Metric("x", "untyped", "x", {}, 1.0, True)]),
        ("#\n# TYPE\n# HELP\n# TYPE x\n# HELP x\n# words\nx{} 1\n", [Metric("x", "untyped", "x", {}, 1.0, False)]),
        ("#TYPE x GAUGE\n# HELP x a\\\\b\\nc\nx 1\n", [Metric("x", "gauge", "x", {}, 1.0, False)]),
        (
            '# TYPE x summary\nx{quantile="0.5"} 1\nx_sum{ a = "\\\\\\n\\"" , } 2\n',
            [
                Metric("x", "summary", "x", {"quantile": "0.5"}, 1.0, False),
                Metric("x", "summary", "x_sum", {"a": '\\\n"'}, 2.0, False),
            ],
        ),
    ],
)
def test_reads(text: str, metrics: list[Metric]) -> None:
    assert list(parse(text)) == metrics


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x 1", "unexpected end of input stream"),
        ("x 1 \n", 'expected integer as timestamp, got ""'),
        ("x 1\r\n", 'expected float as value, got "1\r"'),
        ("x 1 5 6\n", "spurious string after timestamp"),
        ("x 1 5 \n", "spurious string after timestamp"),
        ("x 0x1p99999\n", "expected float as value"),
        ("x 0xzz\n", "expected float as value"),
        ("# TYPE x gauge\r\n", "unknown metric type"),
        ("# TYPE x gauge \n", "unknown metric type"),
        ("# TYPE 1x gauge\n", "invalid metric name in comment"),
        ("# HELP x-y z\n", "invalid metric name in comment"),
        ("# HELP x a\\b\n", "invalid escape sequence '\\b'"),
        ("# HELP x a\\\n", "invalid escape sequence '\\'"),
        ("# HELP x a\n# HELP x b\n", "second HELP line"),
        ("x 1\n# TYPE x gauge\n", "second TYPE line"),
        ("# TYPE x summary\n# TYPE x_sum gauge\n", "second TYPE line"),
        ('# TYPE x histogram\nx_bucket{le="a"} 1\n', "expected float as value for 'le' label"),
        ('# TYPE x summary\nx{quantile=""} 1\n', "expected float as value for 'quantile' label"),
        ('x{a="\\t"} 1\n', "invalid escape sequence"),
    ],
)
def test_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(
        ExpositionError, match=f"^text format parsing error in line {text.count(chr(10)) or 1}: "
    ) as caught:
        list(parse(text))
    assert words in str(caught.value)


@pytest.mark.parametrize("word", ["1", "+1", "-.5", "5.", "1E+3", "1e-400", "NaN", "nAn", "inf", "+Inf", "-INFINITY"])
def test_is_a_number(word: str) -> None:
    assert number(word) is not None


@pytest.mark.parametrize(
    "word", ["", "+", ".", "1_0", "0x10", "1e309", "1" * 400, "+NaN", "-nan", "infinit", "\u0663", "1\xa0", "1e", "1d"]
)
def test_is_no_number(word: str) -> None:
    assert number(word) is None
