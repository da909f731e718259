"""Tables: the last rows, the newest first."""

from datetime import UTC, datetime
from decimal import Decimal
from math import inf, nan
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import table
from tests.unit.live.charts.markup import SVG, classes, drawn, parsed, texts

EVIL = '"><script>alert(1)</script>'


def rows(root):
    return [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]


def test_the_newest_row_is_the_first():
    root = parsed(table({"a": [1, 2, 3], "b": [4.5, None, 6]}, start=0, step=60))
    assert rows(root) == [
        ["Time (UTC)", "a", "b"],
        ["00:02", "3", "6.0"],
        ["00:01", "2", "\u2013"],
        ["00:00", "1", "4.5"],
    ]


def test_only_so_many_rows_and_the_rest_is_counted():
    root = parsed(table({"a": list(range(50))}, start=0, step=60, most=3))
    assert [row[1] for row in rows(root)[1:]] == ["49", "48", "47"]
    assert texts(root, "chart-more") == ["+ 47 more rows"]


def test_rows_without_any_value_are_left_out():
    root = parsed(table({"a": [1, None, 3, None]}, start=0, step=60))
    assert [row[1] for row in rows(root)[1:]] == ["3", "1"]


def test_rows_with_names_keep_their_order():
    assert [row[0] for row in rows(parsed(table([1, 2], names=["Mon", "Tue"])))] == ["", "Mon", "Tue"]


def test_rows_with_times_of_their_own():
    assert [row[0] for row in rows(parsed(table([1, 2, 3], times=[0, 50, 90])))][1:] == [
        "00:01:30",
        "00:00:50",
        "00:00:00",
    ]


def test_eight_columns_at_most():
    root = parsed(table({f"s{i}": [i] for i in range(40)}, start=0, step=1))
    assert {len(row) for row in rows(root)} == {9}
    assert texts(root, "chart-more") == ["+ 32 more columns"]


@pytest.mark.parametrize("series", [[], {}, {"a": []}, [None, None], {"a": [float("nan")]}])
def test_nothing_is_the_empty_state(series):
    assert texts(parsed(table(series, start=0, step=1)), "chart-empty") == ["No data"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": 0, "step": 60, "most": 0}, "at least one row"),
        ({"start": 0, "step": 60, "names": ["a"]}, "names or times"),
        ({}, "needs start and step"),
    ],
)
def test_what_does_not_fit_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        table([1], **options)


def test_names_and_units_are_text_in_every_medium():
    made = table({EVIL: [1]}, names=[EVIL], unit=EVIL, title=EVIL)
    assert EVIL in "".join(parsed(made).itertext())
    assert not [e for e in drawn(made, title=EVIL).iter() if e.tag.endswith("script")]
    assert classes(parsed(made), "chart-rows")


def test_numbers_as_the_locale_writes_them():
    assert rows(parsed(table([1234.5], names=["a"], locale="de")))[1][1] == "1.234,5"


def test_the_data_are_all_rows():
    assert len(table(list(range(50)), start=0, step=60, most=3).data().rows) == 50


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.none() | st.floats() | st.integers(), max_size=20), max_size=10),
    st.integers(1, 30),
    st.integers(160, 3840),
)
def test_anything_makes_a_table(data, most, width):
    made = table({str(i): column for i, column in enumerate(data)}, start=0, step=60, most=most)
    root = parsed(made)
    drawn(made, width, max(width / 3, 160))
    if classes(root, "chart-rows"):
        assert 1 <= len(rows(root)) - 1 <= most


@pytest.mark.parametrize(
    ("values", "unit", "locale", "words"),
    [
        ([4.5, None, 6], "", "en", ["4.5", "\u2013", "6.0"]),
        ([161.238111, 98.1234, 1204.57], "ms", "en", ["161.24", "98.12", "1,204.57"]),
        ([12345.5, 10], "", "fr", ["12\u202f345,5", "10,0"]),
        ([-12.5, 10, -3], "%", "de", ["\u221212,5 %", "10,0 %", "\u22123,0 %"]),
        ([1.5 * 2**20, 3 * 2**20], "B", "en", ["1.5 MiB", "3.0 MiB"]),
        ([1536, 1], "B", "en", ["1.5 KiB", "1 B"]),  # prefixes differ: as they are
        ([65, 3600], "s", "en", ["1 m 05 s", "1 h 00 m"]),
        ([1e-12, 1e15], "", "en", ["1\u00d710\u207b\u00b9\u00b2", "1P"]),
        ([0.0004, 5000.25], "", "en", ["0.0004", "5,000.25"]),  # evenly it would read as 0.00
        ([12.5, 10], "EUR", "en", ["\u20ac12.50", "\u20ac10.00"]),
        ([Decimal("1.5"), Decimal("2")], "", "en", ["1.5", "2.0"]),
        ([nan, inf, -inf, 7], "", "en", ["7"]),
    ],
)
def test_a_column_has_the_same_decimals(values, unit, locale, words):
    made = table(values, names=[str(i) for i in range(len(values))], unit=unit, locale=locale)
    cells = [row[1].replace("\u202f", " ") for row in rows(parsed(made))[1:]]
    assert [cell for cell in cells if cell != "\u2013"] == [
        cell.replace("\u202f", " ") for cell in words if cell != "\u2013"
    ]


@given(st.lists(st.floats(-1e6, 1e6).map(lambda number: round(number, 3)), min_size=1, max_size=10))
def test_what_a_column_says_is_what_it_holds(values):
    cells = [row[1] for row in rows(parsed(table(values, names=["x"] * len(values))))[1:]]
    for words, value in zip(cells, values, strict=True):
        if words[-1].isdigit():
            written = float(words.replace(",", "").replace("\u2212", "-"))
            assert written == pytest.approx(value, rel=1e-4, abs=0.0051) and (written != 0) == (value != 0)


def test_the_zone_is_said_once_or_where_clocks_change_at_each_time():
    berlin = ZoneInfo("Europe/Berlin")
    night = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    listed = rows(parsed(table([1, 2, 3], start=night, step=3600, zone=berlin)))
    assert [row[0] for row in listed] == ["Time", "03:30 CET", "02:30 CET", "02:30 CEST"]
    assert rows(parsed(table([1], start=night, step=60, zone=berlin)))[0] == ["Time (CEST)", "Value"]


def test_the_text_alternative_says_the_last_values_and_counts_the_rest():
    made = table({f"s{i}": [1, i] for i in range(9)}, start=0, step=60, unit="ms", title="Latency")
    words = made.text_alternative.replace("\u202f", " ")
    assert words == "Latency, table of 2 rows: last s0 0 ms, s1 1 ms, s2 2 ms, s3 3 ms, s4 4 ms, s5 5 ms and 3 more"
    assert table({"a": [1], "b": [2]}, names=["x"]).text_alternative == "table of 1 row: a, b"


def test_a_column_that_has_ended_and_one_that_has_nothing():
    made = table({"a": [1, 2], "b": [None, None, 3.5], "c": []}, start=0, step=60)
    assert rows(parsed(made))[1] == ["00:02", "\u2013", "3.5", "\u2013"]
    assert "c \u2013" in made.text_alternative


def test_a_picture_has_the_newest_rows_and_counts_the_rest():
    made = table({"a": list(range(1000, 1050)), "b": [1.5] * 50}, start=0, step=60)
    words = [e.text for e in drawn(made, 300, 120).iter(f"{SVG}text")]
    assert words[0] == "Time (UTC)" and "1,049" in words and words[-1].endswith("more rows")
    shown = len([word for word in words if word.startswith("1,0")])
    assert words[-1] == f"+ {50 - shown} more rows"
    assert "+ 4 more" in [
        e.text for e in drawn(table({f"s{i}": [1] for i in range(12)}, names="a"), 1200).iter(f"{SVG}text")
    ]


def test_the_data_are_whole():
    head, data, unit = table({f"s{i}": [i, 0.1] for i in range(12)}, start=0, step=60, unit="ms", most=1).data()
    assert (list(head), unit) == (["Time", *[f"s{i}" for i in range(12)]], "ms")
    assert data[1] == (datetime.fromtimestamp(0, UTC), *range(12))


def test_long_names_and_those_from_the_right():
    made = table({"x" * 300: [1], "\u0645\u0631\u062d\u0628\u0627": [2]}, names=["y" * 300])
    assert rows(parsed(made))[0][1] == "x" * 300
    for width in (160, 3840):
        drawn(made, width)
