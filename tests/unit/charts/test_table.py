"""Tables: the last rows, the newest first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import table
from tests.unit.charts.markup import classes, drawn, parsed, texts

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
    assert texts(root, "chart-more") == ["… 47 more rows"]


def test_rows_without_any_value_are_left_out():
    root = parsed(table({"a": [1, None, 3, None]}, start=0, step=60))
    assert [row[1] for row in rows(root)[1:]] == ["3", "1"]


def test_rows_with_names_keep_their_order():
    assert [row[0] for row in rows(parsed(table([1, 2], names=["Mon", "Tue"])))] == ["", "Mon", "Tue"]


def test_rows_with_times_of_their_own():
    assert [row[0] for row in rows(parsed(table([1, 2], times=[0, 90])))][1:] == ["00:01:30", "00:00:00"] or [
        row[0] for row in rows(parsed(table([1, 2], times=[0, 90])))
    ][1:] == ["00:01", "00:00"]


def test_eight_columns_at_most():
    root = parsed(table({f"s{i}": [i] for i in range(40)}, start=0, step=1))
    assert rows(root)[0][-1] == "+ 32 more"
    assert len(rows(root)[0]) == 10


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
    made = table({str(i): each for i, each in enumerate(data)}, start=0, step=60, most=most)
    root = parsed(made)
    drawn(made, width, max(width / 3, 160))
    if classes(root, "chart-rows"):
        assert 1 <= len(rows(root)) - 1 <= most
