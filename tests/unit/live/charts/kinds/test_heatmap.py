"""Heat maps: a table whose colours are its numbers, and what breaks naive code."""

from decimal import Decimal
from math import inf, nan
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import heatmap
from live.charts.kinds.heatmap import MAX_CACHED_CELLS, MAX_CELLS, _cells, step_of
from tests.unit.live.charts.markup import SVG, classes, drawn, parsed, texts

NARROW_SPACE = "\u202f"
SCRIPT = '"><script>alert(1)</script>'
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
HOURS = [str(hour) for hour in range(24)]


def cells(root):
    """Return the step and the text of each cell, row by row; None and "" without data."""
    rows = []
    for tr in classes(root, "chart-heat")[0].findall("tr"):
        row = []
        for td in tr.findall("td"):
            step = int(td.attrib.get("class", "q0").removeprefix("q")) if td.text else None
            row.append((step, td.text or ""))
        rows.append(row)
    return rows


def heads(root):
    """Return the names of the rows and of the columns."""
    table = classes(root, "chart-heat")[0]
    rows = [tr.find("th").text or "" for tr in table.findall("tr")]
    return rows, [th.text or "" for th in table.find("thead").iter("th")]


def squares(root):
    """Return the steps of the cells of a picture, after the nine of its ramp."""
    tokens = [e.attrib["class"] for e in root.iter(f"{SVG}rect") if e.attrib.get("class", "").startswith("f-q")]
    return [int(token.removeprefix("f-q")) for token in tokens]


def week(seed=1, most=73):
    random = Random(seed)
    return [[random.randint(0, most) for _ in HOURS] for _ in DAYS]


def test_a_table_of_colours():
    chart = heatmap([[0, 3, None], [9, nan, 4.5]], rows=["api", "db"], columns=["a", "b", "c"], title="Errors")
    root = parsed(chart)
    assert chart.kind == "heatmap"
    assert heads(root) == (["api", "db"], ["a", "b", "c"])
    assert cells(root) == [[(0, "0"), (3, "3"), (None, "")], [(8, "9"), (None, ""), (4, "4.5")]]
    table = classes(root, "chart-heat")[0]
    assert table.tag == "table"
    assert chart.text_alternative == table.attrib["aria-label"]
    assert chart.text_alternative == (
        "Errors: heat map, 2 by 3: lowest 0 (api a), highest 9 (db a); no data in 2 cells"
    )
    (ramp,) = classes(root, "chart-ramp")
    assert ("".join(ramp.itertext()), ramp.attrib["aria-hidden"]) == ("09", "true")
    data = chart.data()
    assert (data.head, data.rows) == (("", "a", "b", "c"), [("api", 0, 3, None), ("db", 9, None, 4.5)])


def test_the_names_of_columns_come_before_the_cells():
    """Only so a screen reader finds the head of a cell; the style sheet puts them below."""
    table = classes(parsed(heatmap([[1, 2]], rows=["a"], columns="bc")), "chart-heat")[0]
    assert [e.tag for e in table] == ["col", "thead", "tr"]


def test_steps_are_equal():
    assert [step_of(v, 0, 9) for v in (-1, 0, 0.99, 1, 4.5, 8, 8.99, 9, 10)] == [0, 0, 0, 1, 4, 8, 8, 8, 8]
    assert step_of(1e300, -1e300, 1e300) == 8
    assert step_of(0, -1e300, 1e300) == 4
    assert step_of(5e-324, 0, 5e-324) == 8


def test_a_week_is_as_small_as_it_must_be():
    chart = heatmap(week(), rows=DAYS, columns=HOURS, title="Sign-ins", unit="users")
    assert len(str(chart).encode()) <= 4200  # as many of each step; a map that is mostly low is under 4,000
    low = [[value // 3 if value < 60 else value for value in row] for row in week()]
    assert len(str(heatmap(low, rows=DAYS, columns=HOURS, title="Sign-ins", unit="users")).encode()) <= 4000


def test_many_names_are_thinned():
    def names(count, word="x"):
        table = classes(parsed(heatmap([[1] * count], rows=["a"], columns=[word] * count)), "chart-heat")[0]
        return [name for name in table.attrib["class"].split() if name[0] == "n"]

    assert [names(count) for count in (1, 8, 9, 24, 31, 40, 168)] == [[], [], ["n2"], ["n3"], ["n4"], ["n6"], ["n24"]]
    # Longer ones need more room, but up to eight have a place of their own.
    assert names(24, "2026-11-23") == ["n8"]
    assert names(8, "2026-11-23") == []


def test_numbers_without_room_are_not_shown_all_the_time():
    dense = "dense"
    assert dense not in classes(parsed(heatmap(week(), rows=DAYS, columns=HOURS)), "chart-heat")[0].attrib["class"]
    large = heatmap(week(most=5000), rows=DAYS, columns=HOURS)
    assert dense in classes(parsed(large), "chart-heat")[0].attrib["class"]


def test_the_unit_is_said_once():
    root = parsed(heatmap([[0, 41.25]], rows=["a"], columns="bc", unit="%", locale="de"))
    assert cells(root) == [[(0, "0"), (8, "41,25")]]
    assert texts(root, "chart-ramp") == [f"0{NARROW_SPACE}%41,2{NARROW_SPACE}%"]
    # A unit that differs from cell to cell is in each.
    root = parsed(heatmap([[1024, 3 * 2**20]], rows=["a"], columns="bc", unit="B"))
    assert [words for _, words in cells(root)[0]] == [f"1{NARROW_SPACE}KiB", f"3{NARROW_SPACE}MiB"]
    root = parsed(heatmap([[7500, 1]], rows="a", columns="bc", unit="s"))
    assert [words.replace(NARROW_SPACE, " ") for _, words in cells(root)[0]] == ["2 h 05 m", "1 s"]


def test_fixed_ends():
    options = {"rows": ["a"], "columns": "bcd"}
    assert [step for step, _ in cells(parsed(heatmap([[-5, 50, 500]], minimum=0, maximum=100, **options)))[0]] == [
        0,
        4,
        8,
    ]
    assert [step for step, _ in cells(parsed(heatmap([[10, 20, 30]], minimum=0, **options)))[0]] == [3, 6, 8]
    # Ends that all values lie beyond.
    assert [step for step, _ in cells(parsed(heatmap([[1, 2, 3]], minimum=10, **options)))[0]] == [0, 0, 0]
    assert [step for step, _ in cells(parsed(heatmap([[1, 2, 3]], maximum=-10, **options)))[0]] == [8, 8, 8]


@pytest.mark.parametrize(("value", "step"), [(7, 8), (0, 0), (-7, 0), (5e-324, 8), (1e300, 8), (-1e300, 0)])
def test_equal_values_are_shown_against_zero(value, step):
    chart = heatmap([[value, value]], rows=["a"], columns="bc")
    assert {step_of_cell for step_of_cell, _ in cells(parsed(chart))[0]} == {step}
    assert "highest" not in chart.text_alternative
    drawn(chart)


def test_numbers_of_a_database():
    chart = heatmap([[Decimal("1.5"), Decimal("NaN")], [10**400, True]], rows="ab", columns="cd")
    assert cells(parsed(chart)) == [[(8, "1.5"), (None, "")], [(None, ""), (0, "1")]]


def test_a_short_row_ends_early():
    assert cells(parsed(heatmap([[1], [2, 3], []], rows="abc", columns="de"))) == [
        [(0, "1"), (None, "")],
        [(4, "2"), (8, "3")],
        [(None, ""), (None, "")],
    ]


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        ([[1]], {"rows": [], "columns": ["a"]}, "a name for each row: there are 1 rows and 0 names"),
        ([[1, 2]], {"rows": ["a"], "columns": ["b"]}, "a row has 2 values, and there are 1 columns"),
        ([[1]] * (MAX_CELLS + 1), {"rows": ["a"] * (MAX_CELLS + 1), "columns": ["b"]}, "5,000 cells at most"),
        ([[1]], {"rows": ["a"], "columns": ["b"], "minimum": 1, "maximum": 1}, "must end above"),
        ([[1]], {"rows": ["a"], "columns": ["b"], "minimum": 2, "maximum": 1}, "must end above"),
        ([[1]], {"rows": ["a"], "columns": ["b"], "maximum": nan}, "must be finite"),
        ([[1]], {"rows": ["a"], "columns": ["b"], "minimum": -inf}, "must be finite"),
    ],
)
def test_what_is_no_heat_map(values, options, words):
    with pytest.raises(ValueError, match=words):
        heatmap(values, **options)


@pytest.mark.parametrize(
    ("values", "rows", "columns"),
    [([], [], []), ([], [], ["a"]), ([[]], ["a"], []), ([[None, nan], [inf, -inf]], ["a", "b"], ["c", "d"])],
)
def test_no_values(values, rows, columns):
    chart = heatmap(values, rows=rows, columns=columns)
    assert chart.kind == "heatmap"
    assert texts(parsed(chart), "chart-empty") == ["No data"]
    drawn(chart)


def test_nothing_of_a_user_is_markup():
    names = [SCRIPT, "x" * 300, "الاثنين", "\x00\x1b&amp;"]
    chart = heatmap([[1, 2, 3, 4]] * 4, rows=names, columns=names, title=SCRIPT, unit=SCRIPT)
    root = parsed(chart)
    assert heads(root)[0][:3] == names[:3]
    assert heads(root)[1][:3] == names[:3]
    assert "<script" not in str(chart)
    assert "<script" not in chart.svg(title=SCRIPT)
    assert int(next(root.iter("col")).attrib["width"]) == 100
    drawn(chart, 160, 160)
    for unit in (SCRIPT, "x" * 300):
        drawn(heatmap([[1e300, 7e99]], rows="a", columns="bc", unit=unit), 160, 160)


def test_a_picture_has_the_same_colours():
    values = week()
    chart = heatmap(values, rows=DAYS, columns=HOURS)
    page = [step for row in cells(parsed(chart)) for step, _ in row]
    root = drawn(chart, 480, 300)
    assert squares(root) == [*range(9), *page]
    words = [e.text for e in root.iter(f"{SVG}text")]
    assert [word for word in words if word in DAYS] == DAYS
    # A cell without data is hatched; a low picture has neither ramp nor names below.
    gap = drawn(heatmap([[1, None]], rows=["a"], columns="bc"))
    assert len([e for e in gap.iter(f"{SVG}rect") if e.attrib.get("fill") == "url(#hatch)"]) == 1
    assert len(squares(drawn(chart, 300, 80))) == 7 * 24


def test_cells_are_forgotten_and_written_again():
    size = MAX_CACHED_CELLS + 100
    values = [[float(i) for i in range(100)] for _ in range(1)]
    first = str(heatmap(values, rows=["a"], columns=["x"] * 100, minimum=0, maximum=size))
    for start in range(100, size, 100):
        row = [float(i) for i in range(start, start + 100)]
        assert len(_cells(0, size, "", "en")) <= MAX_CACHED_CELLS
        assert f">{start:,}</td>" in str(heatmap([row], rows=["a"], columns=["x"] * 100, minimum=0, maximum=size))
    assert str(heatmap(values, rows=["a"], columns=["x"] * 100, minimum=0, maximum=size)) == first


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_cells_are_the_numbers(data):
    width, height = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 5))
    number = st.none() | st.floats() | st.integers(-(10**320), 10**320) | st.integers(0, 9)
    values = data.draw(st.lists(st.lists(number, max_size=width), min_size=height, max_size=height))
    names = data.draw(st.lists(st.text(max_size=8), min_size=width, max_size=width))
    minimum = data.draw(st.none() | st.floats(-1e300, 1e300))
    unit = data.draw(st.sampled_from(["", "%", "B", "s", "EUR", "ms"]))
    chart = heatmap(values, rows=[str(i) for i in range(height)], columns=names, minimum=minimum, unit=unit)
    root = parsed(chart)
    size = data.draw(st.integers(160, 3840))
    drawn(chart, size, max(size * 0.5, 80))
    kept = [[float(v) if v is not None and abs(v) <= 1e300 else None for v in row] for row in values]
    kept = [row + [None] * (width - len(row)) for row in kept]
    numbers = [v for row in kept for v in row if v is not None]
    if not numbers:
        assert classes(root, "chart-empty")
        return
    lines = cells(root)
    assert [[step is None for step, _ in row] for row in lines] == [[v is None for v in row] for row in kept]
    # Higher is never paler, and the steps are the ninths of the range.
    pairs = sorted(
        (v, step)
        for row, line in zip(kept, lines, strict=True)
        for v, (step, _) in zip(row, line, strict=True)
        if v is not None
    )
    assert [step for _, step in pairs] == sorted(step for _, step in pairs)
    low, high = min(numbers), max(numbers)
    if minimum is None and low < high:
        assert (pairs[0][1], pairs[-1][1]) == (0, 8)
        for value, step in pairs:
            ninth = (value / 2 - low / 2) / (high / 2 - low / 2) * 9
            assert step - 1e-6 <= ninth <= step + 1 + 1e-6


def test_a_name_that_would_leave_the_picture_is_not_in_it():
    columns = [*"abcdefgh", "the last column of all"]
    chart = heatmap([[*range(9)]], rows=["r"], columns=columns)
    wide, narrow = ([e.text for e in drawn(chart, width=width).iter(f"{SVG}text")] for width in (1600, 300))
    assert columns[-1] in wide
    assert columns[-1] not in narrow


def test_a_name_of_a_column_that_has_no_room_is_not_in_the_picture():
    name = "a name that is wider than all of this picture, and then some"
    chart = heatmap([[1], [2]], rows=["a", "b"], columns=[name])
    assert name not in "".join(drawn(chart, 200, 200).itertext())
    assert heads(parsed(chart)) == (["a", "b"], [name])
